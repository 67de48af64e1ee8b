import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, limit, object, oneOf, QUERY_BOOLEAN, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { hasEnded } from '../../world/entitlements.ts';
import { idPage } from '../../world/id-page.ts';
import type { Entitlement } from '../../world/premium-records.ts';
import { entitlementView, skuView, subscriptionView } from '../../world/premium-view.ts';
import { ownApplication } from '../access-checks.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface ApplicationParams {
  application_id: Snowflake;
}
interface EntitlementParams extends ApplicationParams {
  entitlement_id: Snowflake;
}
interface SubscriptionParams {
  sku_id: Snowflake;
  subscription_id: Snowflake;
}
interface PageQuery {
  before?: Snowflake;
  after?: Snowflake;
  limit: number;
}
type EntitlementQuery = PageQuery & {
  user_id?: Snowflake;
  guild_id?: Snowflake;
  sku_ids?: string;
  exclude_ended?: boolean;
  exclude_deleted?: boolean;
};

const GUILD_OWNER = 1;
const USER_OWNER = 2;
const NO_CONTENT = 204;
const MAX_PAGE = 100;
const SUBSCRIPTIONS_PER_PAGE = 50;
const MAX_SKUS = 100;
const MAX_ID_CHARS = 20;
const SNOWFLAKE_TEXT = /^\d{1,20}$/;
const ENTITLEMENTS = '/applications/:application_id/entitlements';
const ENTITLEMENT = `${ENTITLEMENTS}/:entitlement_id`;
const SUBSCRIPTIONS = '/skus/:sku_id/subscriptions';

/**
 * @see https://docs.discord.com/developers/resources/sku
 * @see https://docs.discord.com/developers/resources/entitlement
 * @see https://docs.discord.com/developers/resources/subscription
 */
export function premiumRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const params = ids('application_id');
  const ofOne = ids('application_id', 'entitlement_id');

  app.get<{ Params: ApplicationParams }>(
    '/applications/:application_id/skus',
    { schema: { params } },
    async (request) => {
      const { id } = ownApplication(world, applicationOf(request), request.params.application_id);
      return world.skus.ofApplication(id).map(skuView);
    },
  );

  app.get<{ Params: ApplicationParams; Querystring: EntitlementQuery }>(
    ENTITLEMENTS,
    {
      schema: {
        params,
        querystring: object({
          user_id: SNOWFLAKE,
          guild_id: SNOWFLAKE,
          sku_ids: text(0, MAX_SKUS * (MAX_ID_CHARS + 1)),
          before: SNOWFLAKE,
          after: SNOWFLAKE,
          limit: limit(MAX_PAGE, MAX_PAGE),
          exclude_ended: QUERY_BOOLEAN,
          exclude_deleted: QUERY_BOOLEAN,
        }),
      },
    },
    async (request) => {
      const { id } = ownApplication(world, applicationOf(request), request.params.application_id);
      const all = world.entitlements.ofApplication(id);
      const asked = [...all.values()].filter(filterOf(request.query, world.now()));
      return pageOf(asked, ({ id: own }) => own, request.query).map(entitlementView);
    },
  );

  app.post<{
    Params: ApplicationParams;
    Body: { sku_id: Snowflake; owner_id: Snowflake; owner_type: number };
  }>(
    ENTITLEMENTS,
    {
      schema: {
        params,
        body: object({ sku_id: SNOWFLAKE, owner_id: SNOWFLAKE, owner_type: oneOf(GUILD_OWNER, USER_OWNER) }, [
          'sku_id',
          'owner_id',
          'owner_type',
        ]),
      },
    },
    async (request) => {
      const { id } = ownApplication(world, applicationOf(request), request.params.application_id);
      const { sku_id, owner_id, owner_type } = request.body;
      const owner = owner_type === GUILD_OWNER ? { guildId: owner_id } : { userId: owner_id };
      return entitlementView(world.entitlements.createTest(id, sku_id, owner));
    },
  );

  app.get<{ Params: EntitlementParams }>(ENTITLEMENT, { schema: { params: ofOne } }, async (request) => {
    const { application_id, entitlement_id } = request.params;
    const { id } = ownApplication(world, applicationOf(request), application_id);
    return entitlementView(world.entitlements.require(id, entitlement_id));
  });

  app.post<{ Params: EntitlementParams }>(
    `${ENTITLEMENT}/consume`,
    { schema: { params: ofOne } },
    async (request, reply) => {
      const { application_id, entitlement_id } = request.params;
      const { id } = ownApplication(world, applicationOf(request), application_id);
      world.entitlements.consume(id, entitlement_id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.delete<{ Params: EntitlementParams }>(
    ENTITLEMENT,
    { schema: { params: ofOne } },
    async (request, reply) => {
      const { application_id, entitlement_id } = request.params;
      const { id } = ownApplication(world, applicationOf(request), application_id);
      // What has been bought is not the application's to take away.
      if (world.entitlements.require(id, entitlement_id).starts_at !== null) {
        throw RestError.of('UNKNOWN_ENTITLEMENT');
      }
      world.entitlements.delete(id, entitlement_id);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: { sku_id: Snowflake }; Querystring: PageQuery & { user_id: Snowflake } }>(
    SUBSCRIPTIONS,
    {
      schema: {
        params: ids('sku_id'),
        querystring: object(
          {
            user_id: SNOWFLAKE,
            before: SNOWFLAKE,
            after: SNOWFLAKE,
            limit: limit(MAX_PAGE, SUBSCRIPTIONS_PER_PAGE),
          },
          ['user_id'],
        ),
      },
    },
    async (request) => {
      const subscribed = subscribedTo(applicationOf(request).id, request.params.sku_id).filter(
        ({ user_id }) => user_id === request.query.user_id,
      );
      return pageOf(subscribed, ({ subscription_id }) => subscription_id ?? '', request.query).map(
        (entitlement) => subscriptionView(entitlement, world.now()),
      );
    },
  );

  app.get<{ Params: SubscriptionParams }>(
    `${SUBSCRIPTIONS}/:subscription_id`,
    { schema: { params: ids('sku_id', 'subscription_id') } },
    async (request) => {
      const { sku_id, subscription_id } = request.params;
      const entitlement = subscribedTo(applicationOf(request).id, sku_id).find(
        (one) => one.subscription_id === subscription_id,
      );
      if (entitlement === undefined) throw RestError.of('UNKNOWN_SUBSCRIPTION');
      return subscriptionView(entitlement, world.now());
    },
  );

  function subscribedTo(applicationId: Snowflake, skuId: Snowflake): readonly Entitlement[] {
    const { id } = world.skus.require(applicationId, skuId);
    return [...world.entitlements.ofApplication(applicationId).values()].filter(
      ({ sku_id, subscription_id }) => sku_id === id && subscription_id !== null,
    );
  }
}

function filterOf(query: EntitlementQuery, nowMs: number): (entitlement: Entitlement) => boolean {
  const { user_id, guild_id, exclude_ended = false, exclude_deleted = true } = query;
  const skuIds = query.sku_ids === undefined ? null : skuIdsOf(query.sku_ids);
  return (entitlement) =>
    (user_id === undefined || entitlement.user_id === user_id) &&
    (guild_id === undefined || entitlement.guild_id === guild_id) &&
    (skuIds === null || skuIds.includes(entitlement.sku_id)) &&
    !(exclude_ended && hasEnded(entitlement, nowMs)) &&
    !(exclude_deleted && entitlement.deleted);
}

/** @throws RestError 50035 */
function skuIdsOf(listed: string): readonly Snowflake[] {
  const skuIds = listed.split(',').filter((id) => id !== '');
  const bad = skuIds.findIndex((id) => !SNOWFLAKE_TEXT.test(id));
  if (bad < 0) return skuIds;
  const message = `Value "${skuIds[bad]}" is not snowflake.`;
  throw RestError.form({ path: ['sku_ids', bad], code: 'NUMBER_TYPE_COERCE', message });
}

function pageOf<T>(all: readonly T[], idOf: (one: T) => Snowflake, query: PageQuery): readonly T[] {
  const byId = new Map(all.map((one) => [idOf(one), one]));
  return idPage(byId.keys(), query).flatMap((id) => byId.get(id) ?? []);
}
