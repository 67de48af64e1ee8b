import type { FastifyInstance } from 'fastify';
import { ids, object, oneOf, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { SkuType } from '../../world/premium-records.ts';
import { entitlementView, skuView } from '../../world/premium-view.ts';
import type { SkuInput } from '../../world/skus.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ApplicationParams {
  application_id: Snowflake;
}
interface EntitlementParams extends ApplicationParams {
  entitlement_id: Snowflake;
}

const MAX_NAME_CHARS = 80;
const CREATED = 201;
const NO_CONTENT = 204;
const SKUS = '/applications/:application_id/skus';
const ENTITLEMENTS = '/applications/:application_id/entitlements';
const ENTITLEMENT = `${ENTITLEMENTS}/:entitlement_id`;

/** What applications offer, and users who buy it. */
export function ownerPremiumRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('application_id');
  const ofOne = ids('application_id', 'entitlement_id');

  app.get<{ Params: ApplicationParams }>(SKUS, { schema: { params } }, async (request) => {
    const { id } = world.applications.require(request.params.application_id);
    return world.skus.ofApplication(id).map(skuView);
  });

  app.post<{
    Params: ApplicationParams;
    Body: { name: string; type?: NonNullable<SkuInput['type']>; forGuild?: boolean };
  }>(
    SKUS,
    {
      schema: {
        params,
        body: object(
          {
            name: text(1, MAX_NAME_CHARS),
            type: oneOf(SkuType.DURABLE, SkuType.CONSUMABLE, SkuType.SUBSCRIPTION),
            forGuild: { type: 'boolean' },
          },
          ['name'],
        ),
      },
    },
    async (request, reply) => {
      const { name, type, forGuild = false } = request.body;
      const input = { name, isForGuild: forGuild, ...(type === undefined ? {} : { type }) };
      return reply.code(CREATED).send(skuView(world.skus.create(request.params.application_id, input)));
    },
  );

  app.get<{ Params: ApplicationParams }>(ENTITLEMENTS, { schema: { params } }, async (request) => {
    const { id } = world.applications.require(request.params.application_id);
    return Array.from(world.entitlements.ofApplication(id).values(), entitlementView);
  });

  app.post<{
    Params: ApplicationParams;
    Body: { sku_id: Snowflake; user_id: Snowflake; guild_id?: Snowflake };
  }>(
    ENTITLEMENTS,
    {
      schema: {
        params,
        body: object({ sku_id: SNOWFLAKE, user_id: SNOWFLAKE, guild_id: SNOWFLAKE }, ['sku_id', 'user_id']),
      },
    },
    async (request, reply) => {
      const { sku_id, user_id, guild_id } = request.body;
      const entitlement = world.entitlements.purchase(request.params.application_id, {
        skuId: sku_id,
        userId: user_id,
        ...(guild_id === undefined ? {} : { guildId: guild_id }),
      });
      return reply.code(CREATED).send(entitlementView(entitlement));
    },
  );

  app.patch<{ Params: EntitlementParams; Body: { ends_at: string | null } }>(
    ENTITLEMENT,
    {
      schema: {
        params: ofOne,
        body: object({ ends_at: { type: ['string', 'null'], format: 'date-time' } }, ['ends_at']),
      },
    },
    async (request) => {
      const { application_id, entitlement_id } = request.params;
      const { ends_at } = request.body;
      const endsAtMs = ends_at === null ? null : Date.parse(ends_at);
      return entitlementView(world.entitlements.setEnd(application_id, entitlement_id, endsAtMs));
    },
  );

  app.delete<{ Params: EntitlementParams }>(
    ENTITLEMENT,
    { schema: { params: ofOne } },
    async (request, reply) => {
      const { application_id, entitlement_id } = request.params;
      world.entitlements.delete(application_id, entitlement_id);
      return reply.code(NO_CONTENT).send();
    },
  );
}
