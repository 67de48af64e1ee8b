import { Permission } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { ids, object, SNOWFLAKE } from '../../http/schemas.ts';
import { avatarHash, checkedName, WEBHOOK_AVATAR, WEBHOOK_NAME } from '../../http/webhook-body.ts';
import type { Snowflake, Webhook } from '../../world/entities.ts';
import type { WebhookPatch } from '../../world/webhooks.ts';
import { accessibleGuild, requirePermission, visibleChannel } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';
import { WEBHOOK_TOKEN_PARAMS } from './webhook-messages.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface WebhookParams {
  webhook_id: Snowflake;
}
interface TokenParams extends WebhookParams {
  webhook_token: string;
}
interface WebhookBody {
  name?: string;
  avatar?: string | null;
  channel_id?: Snowflake | null;
}

const NO_CONTENT = 204;
const PATH = '/webhooks/:webhook_id';
const TOKEN_PATH = `${PATH}/:webhook_token`;
const AUTH = { auth: 'none' } as const;
const FIELDS = { name: WEBHOOK_NAME, avatar: WEBHOOK_AVATAR };

/** @see https://docs.discord.com/developers/resources/webhook */
export function webhookRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  /** A channel whose webhooks the bot manages. */
  function managedChannel(request: FastifyRequest<{ Params: ChannelParams }>) {
    const application = applicationOf(request);
    const channel = visibleChannel(world, application, request.params.channel_id);
    requirePermission(world, application, channel, Permission.MANAGE_WEBHOOKS);
    return { application, channel };
  }

  /** One of the bot's own, or of a channel whose webhooks it manages. */
  function managedWebhook(request: FastifyRequest<{ Params: WebhookParams }>): Webhook {
    const application = applicationOf(request);
    const webhook = world.webhooks.require(request.params.webhook_id);
    if (webhook.application_id === application.id) return webhook;
    const channel = visibleChannel(world, application, webhook.channel_id);
    requirePermission(world, application, channel, Permission.MANAGE_WEBHOOKS);
    return webhook;
  }

  const authenticated = ({ webhook_id, webhook_token }: TokenParams) =>
    world.webhooks.authenticate(webhook_id, webhook_token);

  app.get<{ Params: ChannelParams }>(
    '/channels/:channel_id/webhooks',
    { schema: { params: ids('channel_id') } },
    async (request) => {
      const { channel } = managedChannel(request);
      if (!('permission_overwrites' in channel)) throw RestError.of('WRONG_CHANNEL_TYPE');
      return world.webhooks.ofChannel(channel).map((webhook) => world.views.webhook(webhook));
    },
  );

  app.post<{ Params: ChannelParams; Body: WebhookBody & { name: string } }>(
    '/channels/:channel_id/webhooks',
    { schema: { params: ids('channel_id'), body: object(FIELDS, ['name']) } },
    async (request) => {
      const { application, channel } = managedChannel(request);
      const input = {
        name: checkedName('name', request.body.name),
        avatar: avatarHash(request.body.avatar ?? null),
        userId: application.botUserId,
        applicationId: application.id,
      };
      return world.views.webhook(world.webhooks.create(channel.id, input, actorOf(request)));
    },
  );

  app.get<{ Params: { guild_id: Snowflake } }>(
    '/guilds/:guild_id/webhooks',
    { schema: { params: ids('guild_id') } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const held = world.access.guildPermissions(application.botUserId, guild.id);
      if ((held & Permission.MANAGE_WEBHOOKS) === 0n) throw RestError.of('MISSING_PERMISSIONS');
      return Array.from(world.webhooks.ofGuild(guild.id).values(), (webhook) => world.views.webhook(webhook));
    },
  );

  app.post<{ Params: ChannelParams; Body: { webhook_channel_id: Snowflake } }>(
    '/channels/:channel_id/followers',
    {
      schema: {
        params: ids('channel_id'),
        body: object({ webhook_channel_id: SNOWFLAKE }, ['webhook_channel_id']),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const source = visibleChannel(world, application, request.params.channel_id);
      const target = visibleChannel(world, application, request.body.webhook_channel_id);
      requirePermission(world, application, target, Permission.MANAGE_WEBHOOKS);
      const webhook = world.webhooks.follow(source.id, target.id, application.botUserId, actorOf(request));
      return { channel_id: source.id, webhook_id: webhook.id };
    },
  );

  app.get<{ Params: WebhookParams }>(PATH, { schema: { params: ids('webhook_id') } }, async (request) =>
    world.views.webhook(managedWebhook(request)),
  );

  app.patch<{ Params: WebhookParams; Body: WebhookBody }>(
    PATH,
    {
      schema: {
        params: ids('webhook_id'),
        body: object({ ...FIELDS, channel_id: { snowflake: 'nullable' } }),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const webhook = managedWebhook(request);
      const { channel_id: channelId } = request.body;
      if (channelId) {
        const target = visibleChannel(world, application, channelId);
        requirePermission(world, application, target, Permission.MANAGE_WEBHOOKS);
      }
      const patch = { ...webhookPatch(request.body), ...(channelId ? { channelId } : {}) };
      return world.views.webhook(world.webhooks.update(webhook.id, patch, actorOf(request)));
    },
  );

  app.delete<{ Params: WebhookParams }>(
    PATH,
    { schema: { params: ids('webhook_id') } },
    async (request, reply) => {
      world.webhooks.delete(managedWebhook(request).id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: TokenParams }>(
    TOKEN_PATH,
    { schema: { params: object(WEBHOOK_TOKEN_PARAMS) }, config: AUTH },
    async ({ params }) => world.views.webhook(authenticated(params), false),
  );

  app.patch<{ Params: TokenParams; Body: WebhookBody }>(
    TOKEN_PATH,
    { schema: { params: object(WEBHOOK_TOKEN_PARAMS), body: object(FIELDS) }, config: AUTH },
    async ({ params, body }) => {
      const { id } = authenticated(params);
      return world.views.webhook(world.webhooks.update(id, webhookPatch(body)), false);
    },
  );

  app.delete<{ Params: TokenParams }>(
    TOKEN_PATH,
    { schema: { params: object(WEBHOOK_TOKEN_PARAMS) }, config: AUTH },
    async ({ params }, reply) => {
      world.webhooks.delete(authenticated(params).id);
      return reply.code(NO_CONTENT).send();
    },
  );
}

function webhookPatch({ name, avatar }: WebhookBody): WebhookPatch {
  return {
    ...(name === undefined ? {} : { name: checkedName('name', name) }),
    ...(avatar === undefined ? {} : { avatar: avatarHash(avatar) }),
  };
}
