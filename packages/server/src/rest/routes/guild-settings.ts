import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { IMAGE_BODY_BYTES, IMAGE_DATA, imageHash } from '../../http/image-data.ts';
import { pick } from '../../http/pick.ts';
import {
  ids,
  integer,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableInteger,
  nullableText,
  object,
  oneOf,
  text,
} from '../../http/schemas.ts';
import type { Guild, Snowflake } from '../../world/entities.ts';
import type { GuildPatch } from '../../world/guilds.ts';
import { permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

const IMAGES = ['icon', 'splash', 'discovery_splash', 'banner', 'home_header'] as const;
/** Null means the lowest of each. */
const LEVELS = ['verification_level', 'default_message_notifications', 'explicit_content_filter'] as const;
const PLAIN = [
  'name',
  'description',
  'afk_timeout',
  'afk_channel_id',
  'system_channel_id',
  'rules_channel_id',
  'public_updates_channel_id',
  'safety_alerts_channel_id',
] as const;

type GuildBody = Partial<Pick<Guild, (typeof IMAGES)[number] | (typeof PLAIN)[number]>> &
  Partial<Record<(typeof LEVELS)[number], number | null>> & {
    system_channel_flags?: number | null;
    premium_progress_bar_enabled?: boolean | null;
    preferred_locale?: string | null;
    features?: string[];
  };

const MIN_NAME_CHARS = 2;
const MAX_NAME_CHARS = 100;
const MAX_DESCRIPTION_CHARS = 300;
const MAX_LOCALE_CHARS = 10;
const MAX_FEATURES = 100;
const MAX_FEATURE_CHARS = 100;
const MAX_FLAGS = 2 ** 31 - 1;
const MAX_VERIFICATION_LEVEL = 4;
const MAX_CONTENT_FILTER = 2;
const DEFAULT_LOCALE = 'en-US';
/** Features that a bot can switch; what else it sends back stays as it is. */
const SWITCHED_FEATURES: readonly string[] = [
  'COMMUNITY',
  'DISCOVERABLE',
  'INVITES_DISABLED',
  'RAID_ALERTS_DISABLED',
];
const ADMINISTRATORS_FEATURE = 'COMMUNITY';

const GUILD_BODY = object({
  name: text(MIN_NAME_CHARS, MAX_NAME_CHARS),
  description: nullableText(MAX_DESCRIPTION_CHARS),
  ...Object.fromEntries(IMAGES.map((name) => [name, IMAGE_DATA])),
  verification_level: nullableInteger(0, MAX_VERIFICATION_LEVEL),
  default_message_notifications: nullableInteger(0, 1),
  explicit_content_filter: nullableInteger(0, MAX_CONTENT_FILTER),
  afk_timeout: oneOf(60, 300, 900, 1_800, 3_600),
  system_channel_flags: { ...integer(0, MAX_FLAGS), type: ['integer', 'null'] },
  premium_progress_bar_enabled: NULLABLE_BOOLEAN,
  preferred_locale: nullableText(MAX_LOCALE_CHARS),
  features: list(text(1, MAX_FEATURE_CHARS), MAX_FEATURES),
  ...Object.fromEntries(
    PLAIN.filter((name) => name.endsWith('_channel_id')).map((name) => [name, NULLABLE_SNOWFLAKE]),
  ),
});

/** @see https://docs.discord.com/developers/resources/guild#modify-guild */
export function guildSettingsRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.patch<{ Params: { guild_id: Snowflake }; Body: GuildBody }>(
    '/guilds/:guild_id',
    { schema: { params: ids('guild_id'), body: GUILD_BODY }, bodyLimit: IMAGE_BODY_BYTES },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id } = request.params;
      const guild = permittedGuild(world, application, guild_id, Permission.MANAGE_GUILD);
      const patch = guildPatch(guild, request.body);
      const isAdministrator =
        (world.access.guildPermissions(application.botUserId, guild_id) & Permission.ADMINISTRATOR) !== 0n;
      if (switches(guild, patch, ADMINISTRATORS_FEATURE) && !isAdministrator) {
        throw RestError.of('MISSING_PERMISSIONS');
      }
      return world.views.guild(world.guilds.update(guild_id, patch, actorOf(request)));
    },
  );
}

function guildPatch(guild: Guild, body: GuildBody): GuildPatch {
  const images = IMAGES.filter((name) => body[name] !== undefined).map((name) => [
    name,
    imageHash(body[name], { path: [name] }),
  ]);
  const levels = LEVELS.filter((name) => body[name] !== undefined).map((name) => [name, body[name] ?? 0]);
  const { system_channel_flags: flags, premium_progress_bar_enabled: bar, preferred_locale: locale } = body;
  return {
    ...pick(body, PLAIN),
    ...Object.fromEntries([...images, ...levels]),
    ...(flags === undefined ? {} : { system_channel_flags: flags ?? 0 }),
    ...(bar === undefined ? {} : { premium_progress_bar_enabled: bar ?? false }),
    ...(locale === undefined ? {} : { preferred_locale: locale ?? DEFAULT_LOCALE }),
    ...(body.features === undefined ? {} : { features: changedFeatures(guild, body.features) }),
  };
}

function changedFeatures(guild: Guild, wanted: readonly string[]): readonly string[] {
  const fixed = guild.features.filter((feature) => !SWITCHED_FEATURES.includes(feature));
  return [...fixed, ...SWITCHED_FEATURES.filter((feature) => wanted.includes(feature))];
}

function switches(guild: Guild, { features }: GuildPatch, feature: string): boolean {
  return features !== undefined && features.includes(feature) !== guild.features.includes(feature);
}
