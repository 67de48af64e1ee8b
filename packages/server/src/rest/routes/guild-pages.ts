/** What a guild shows of itself besides its settings: preview, widget, welcome screen, vanity URL, regions. */
import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import {
  ids,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableList,
  nullableText,
  object,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import type { Snowflake, WelcomeChannel } from '../../world/entities.ts';
import { accessibleGuild, permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface WelcomeBody {
  enabled?: boolean | null;
  description?: string | null;
  welcome_channels?: (Omit<WelcomeChannel, 'emoji_id' | 'emoji_name'> & Partial<WelcomeChannel>)[] | null;
}

const MAX_WELCOME_CHANNELS = 5;
const MAX_WELCOME_CHARS = 140;
const MAX_CHANNEL_CHARS = 50;
const MAX_EMOJI_CHARS = 32;
const NO_CONTENT = 204;
const DISCOVERABLE = 'DISCOVERABLE';

/** The world has no voice servers: the one place from which voice would come. */
const VOICE_REGIONS = [
  { id: 'us-east', name: 'US East', custom: false, deprecated: false, optimal: true },
  { id: 'us-west', name: 'US West', custom: false, deprecated: false, optimal: false },
  { id: 'rotterdam', name: 'Rotterdam', custom: false, deprecated: false, optimal: false },
  { id: 'singapore', name: 'Singapore', custom: false, deprecated: false, optimal: false },
] as const;

/** @see https://docs.discord.com/developers/resources/guild#get-guild-preview */
export function guildPageRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const params = ids('guild_id');

  app.get('/voice/regions', async () => VOICE_REGIONS);

  app.get<{ Params: GuildParams }>('/guilds/:guild_id/regions', { schema: { params } }, async (request) => {
    accessibleGuild(world, applicationOf(request), request.params.guild_id);
    return VOICE_REGIONS;
  });

  app.get<{ Params: GuildParams }>('/guilds/:guild_id/preview', { schema: { params } }, async (request) => {
    const guild = world.guilds.require(request.params.guild_id);
    const isMember = world.members.get(guild.id, applicationOf(request).botUserId) !== undefined;
    // Anybody may look at a guild that wants to be found.
    if (!isMember && !guild.features.includes(DISCOVERABLE)) throw RestError.of('UNKNOWN_GUILD');
    return world.views.records.preview(guild);
  });

  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/vanity-url',
    { schema: { params } },
    async (request) => {
      permittedGuild(world, applicationOf(request), request.params.guild_id, Permission.MANAGE_GUILD);
      // No guild of this world has one.
      return { code: null, uses: 0 };
    },
  );

  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/integrations',
    { schema: { params } },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.MANAGE_GUILD);
      return world.views.records.integrations(guild_id);
    },
  );

  // The bot goes with its integration.
  app.delete<{ Params: GuildParams & { integration_id: Snowflake } }>(
    '/guilds/:guild_id/integrations/:integration_id',
    { schema: { params: ids('guild_id', 'integration_id') } },
    async (request, reply) => {
      const { guild_id, integration_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.MANAGE_GUILD);
      const botUserId = world.applications.get(integration_id)?.botUserId;
      if (botUserId === undefined || world.members.get(guild_id, botUserId) === undefined) {
        throw RestError.of('UNKNOWN_INTEGRATION');
      }
      world.members.remove(guild_id, botUserId, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: GuildParams }>('/guilds/:guild_id/widget', { schema: { params } }, async (request) => {
    const { guild_id } = request.params;
    const guild = permittedGuild(world, applicationOf(request), guild_id, Permission.MANAGE_GUILD);
    return { enabled: guild.widget_enabled, channel_id: guild.widget_channel_id };
  });

  app.patch<{ Params: GuildParams; Body: { enabled?: boolean | null; channel_id?: Snowflake | null } }>(
    '/guilds/:guild_id/widget',
    { schema: { params, body: object({ enabled: NULLABLE_BOOLEAN, channel_id: NULLABLE_SNOWFLAKE }) } },
    async (request) => {
      const { guild_id } = request.params;
      permittedGuild(world, applicationOf(request), guild_id, Permission.MANAGE_GUILD);
      const { enabled, channel_id } = request.body;
      const patch = {
        ...(enabled === undefined ? {} : { widget_enabled: enabled ?? false }),
        ...(channel_id === undefined ? {} : { widget_channel_id: channel_id }),
      };
      const guild = world.guilds.update(guild_id, patch, actorOf(request));
      return { enabled: guild.widget_enabled, channel_id: guild.widget_channel_id };
    },
  );

  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/widget.json',
    { schema: { params }, config: { auth: 'none' } },
    async (request) => {
      const guild = world.guilds.require(request.params.guild_id);
      if (!guild.widget_enabled) throw RestError.of('WIDGET_DISABLED');
      return world.views.records.widget(guild);
    },
  );

  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/welcome-screen',
    { schema: { params } },
    async (request) => {
      const application = applicationOf(request);
      const guild = accessibleGuild(world, application, request.params.guild_id);
      const { enabled, ...screen } = guild.welcome_screen;
      if (!enabled) {
        permittedGuild(world, application, guild.id, Permission.MANAGE_GUILD);
        if (screen.welcome_channels.length === 0) throw RestError.of('UNKNOWN_WELCOME_SCREEN');
      }
      return screen;
    },
  );

  app.patch<{ Params: GuildParams; Body: WelcomeBody }>(
    '/guilds/:guild_id/welcome-screen',
    {
      schema: {
        params,
        body: object({
          enabled: NULLABLE_BOOLEAN,
          description: nullableText(MAX_WELCOME_CHARS),
          welcome_channels: nullableList(
            object(
              {
                channel_id: SNOWFLAKE,
                description: text(1, MAX_CHANNEL_CHARS),
                emoji_id: { ...NULLABLE_SNOWFLAKE, default: null },
                emoji_name: { ...nullableText(MAX_EMOJI_CHARS), default: null },
              },
              ['channel_id', 'description'],
            ),
            MAX_WELCOME_CHANNELS,
          ),
        }),
      },
    },
    async (request) => {
      const { guild_id } = request.params;
      const guild = permittedGuild(world, applicationOf(request), guild_id, Permission.MANAGE_GUILD);
      const { enabled, description, welcome_channels } = request.body;
      const old = guild.welcome_screen;
      const channels = welcome_channels?.map(({ channel_id, description: about, emoji_id, emoji_name }) => ({
        channel_id,
        description: about,
        emoji_id: emoji_id ?? null,
        emoji_name: emoji_name ?? null,
      }));
      for (const { channel_id } of channels ?? []) {
        if (!world.channels.ofGuild(guild_id).has(channel_id)) throw RestError.of('UNKNOWN_CHANNEL');
      }
      const welcome_screen = {
        enabled: enabled ?? old.enabled,
        description: description === undefined ? old.description : description,
        welcome_channels: welcome_channels === undefined ? old.welcome_channels : (channels ?? []),
      };
      const updated = world.guilds.update(guild_id, { welcome_screen }, actorOf(request));
      const { enabled: _, ...screen } = updated.welcome_screen;
      return screen;
    },
  );
}
