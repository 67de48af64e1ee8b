import { Permission } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import {
  ids,
  integer,
  type JsonSchema,
  list,
  NULLABLE_BOOLEAN,
  nullableInteger,
  nullableList,
  nullableObject,
  nullableText,
  object,
  oneOf,
  SNOWFLAKE,
  text,
} from '../../http/schemas.ts';
import { RuleAction, type RuleInput, type RulePatch, Trigger } from '../../world/auto-moderation.ts';
import type { Application, Snowflake } from '../../world/entities.ts';
import type { AutoModerationAction, AutoModerationRule } from '../../world/guild-records.ts';
import type { World } from '../../world/world.ts';
import { permittedGuild } from '../access-checks.ts';
import { actorOf } from '../actors.ts';
import { applicationOf } from '../authentication.ts';
import type { BotApiParts } from '../bot-api.ts';

type Metadata = AutoModerationRule['trigger_metadata'];

interface GuildParams {
  guild_id: Snowflake;
}
interface RuleParams extends GuildParams {
  rule_id: Snowflake;
}
interface RuleBody {
  name?: string;
  event_type?: number;
  trigger_metadata?: Metadata | null;
  actions?: { type: number; metadata?: AutoModerationAction['metadata'] | null }[];
  enabled?: boolean | null;
  exempt_roles?: Snowflake[] | null;
  exempt_channels?: Snowflake[] | null;
}
type NewRuleBody = RuleBody &
  Required<Pick<RuleBody, 'name' | 'event_type' | 'actions'>> & { trigger_type: number };

const MAX_NAME_CHARS = 100;
const MAX_KEYWORDS = 1_000;
const MAX_KEYWORD_CHARS = 60;
const MAX_PATTERNS = 10;
const MAX_PATTERN_CHARS = 260;
const MAX_ALLOWED = 1_000;
const MAX_PRESETS = 3;
const MAX_MENTIONS = 50;
const MAX_ACTIONS = 5;
const MAX_TIMEOUT_S = 2_419_200;
const MAX_CUSTOM_MESSAGE_CHARS = 150;
const MAX_EXEMPT_ROLES = 20;
const MAX_EXEMPT_CHANNELS = 50;
const NO_CONTENT = 204;
const PATH = '/guilds/:guild_id/auto-moderation/rules';

const KEYWORDS = list(text(1, MAX_KEYWORD_CHARS), MAX_KEYWORDS);
const ACTION = object(
  {
    type: oneOf(1, 2, 3, 4),
    metadata: nullableObject({
      channel_id: SNOWFLAKE,
      duration_seconds: integer(0, MAX_TIMEOUT_S),
      custom_message: nullableText(MAX_CUSTOM_MESSAGE_CHARS),
    }),
  },
  ['type'],
);
const RULE_FIELDS: Record<string, JsonSchema> = {
  name: text(1, MAX_NAME_CHARS),
  event_type: oneOf(1, 2),
  trigger_metadata: nullableObject({
    keyword_filter: KEYWORDS,
    regex_patterns: list(text(1, MAX_PATTERN_CHARS), MAX_PATTERNS),
    allow_list: list(text(1, MAX_KEYWORD_CHARS), MAX_ALLOWED),
    presets: list(oneOf(1, 2, 3), MAX_PRESETS),
    mention_total_limit: nullableInteger(0, MAX_MENTIONS),
    mention_raid_protection_enabled: NULLABLE_BOOLEAN,
  }),
  actions: { ...list(ACTION, MAX_ACTIONS), minItems: 1 },
  enabled: NULLABLE_BOOLEAN,
  exempt_roles: nullableList(SNOWFLAKE, MAX_EXEMPT_ROLES),
  exempt_channels: nullableList(SNOWFLAKE, MAX_EXEMPT_CHANNELS),
};

/** @see https://docs.discord.com/developers/resources/auto-moderation */
export function autoModerationRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  app.get<{ Params: GuildParams }>(PATH, { schema: { params: ids('guild_id') } }, async (request) => {
    const { id } = manageableGuild(world, applicationOf(request), request.params.guild_id);
    return Array.from(world.autoModeration.ofGuild(id).values(), (rule) =>
      world.views.records.autoModerationRule(rule),
    );
  });

  app.post<{ Params: GuildParams; Body: NewRuleBody }>(
    PATH,
    {
      schema: {
        params: ids('guild_id'),
        body: object({ ...RULE_FIELDS, trigger_type: oneOf(1, 3, 4, 5, 6) }, [
          'name',
          'event_type',
          'trigger_type',
          'actions',
        ]),
      },
    },
    async (request) => {
      const application = applicationOf(request);
      const guild = manageableGuild(world, application, request.params.guild_id);
      const { name, event_type, trigger_type, actions } = request.body;
      requireActionRights(world, application, guild.id, actions);
      const input: RuleInput = {
        name,
        event_type,
        trigger_type,
        trigger_metadata: metadataOf(trigger_type, request.body.trigger_metadata ?? {}),
        actions: actions.map(actionOf),
        enabled: request.body.enabled ?? false,
        exempt_roles: request.body.exempt_roles ?? [],
        exempt_channels: request.body.exempt_channels ?? [],
      };
      const rule = world.autoModeration.create(guild.id, application.botUserId, input, actorOf(request));
      return world.views.records.autoModerationRule(rule);
    },
  );

  app.get<{ Params: RuleParams }>(
    `${PATH}/:rule_id`,
    { schema: { params: ids('guild_id', 'rule_id') } },
    async (request) => {
      const { id } = manageableGuild(world, applicationOf(request), request.params.guild_id);
      const rule = world.autoModeration.require(id, request.params.rule_id);
      return world.views.records.autoModerationRule(rule);
    },
  );

  app.patch<{ Params: RuleParams; Body: RuleBody }>(
    `${PATH}/:rule_id`,
    { schema: { params: ids('guild_id', 'rule_id'), body: object(RULE_FIELDS) } },
    async (request) => {
      const application = applicationOf(request);
      const { guild_id, rule_id } = request.params;
      manageableGuild(world, application, guild_id);
      const rule = world.autoModeration.require(guild_id, rule_id);
      requireActionRights(world, application, guild_id, request.body.actions ?? []);
      const patch = rulePatch(rule, request.body);
      const changed = world.autoModeration.update(guild_id, rule_id, patch, actorOf(request));
      return world.views.records.autoModerationRule(changed);
    },
  );

  app.delete<{ Params: RuleParams }>(
    `${PATH}/:rule_id`,
    { schema: { params: ids('guild_id', 'rule_id') } },
    async (request, reply) => {
      const { guild_id, rule_id } = request.params;
      manageableGuild(world, applicationOf(request), guild_id);
      world.autoModeration.delete(guild_id, rule_id, actorOf(request));
      return reply.code(NO_CONTENT).send();
    },
  );
}

function manageableGuild(world: World, application: Application, guildId: Snowflake) {
  return permittedGuild(world, application, guildId, Permission.MANAGE_GUILD);
}

function requireActionRights(
  world: World,
  application: Application,
  guildId: Snowflake,
  actions: NonNullable<RuleBody['actions']>,
): void {
  if (actions.some(({ type }) => type === RuleAction.TIMEOUT)) {
    permittedGuild(world, application, guildId, Permission.MODERATE_MEMBERS);
  }
  actions.forEach(({ type, metadata }, index) => {
    const missing =
      type === RuleAction.SEND_ALERT && metadata?.channel_id === undefined
        ? 'channel_id'
        : type === RuleAction.TIMEOUT && metadata?.duration_seconds === undefined
          ? 'duration_seconds'
          : null;
    if (missing === null) return;
    const path = ['actions', index, 'metadata', missing];
    throw RestError.form({ path, code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
  });
}

function rulePatch(rule: AutoModerationRule, body: RuleBody): RulePatch {
  const { name, event_type, trigger_metadata, actions, enabled, exempt_roles, exempt_channels } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(event_type === undefined ? {} : { event_type }),
    ...(trigger_metadata ? { trigger_metadata: metadataOf(rule.trigger_type, trigger_metadata) } : {}),
    ...(actions === undefined ? {} : { actions: actions.map(actionOf) }),
    ...(enabled === undefined ? {} : { enabled: enabled ?? false }),
    ...(exempt_roles === undefined ? {} : { exempt_roles: exempt_roles ?? [] }),
    ...(exempt_channels === undefined ? {} : { exempt_channels: exempt_channels ?? [] }),
  };
}

/** The fields that the kind of rule has, each of them there; others are left out, as Discord does. */
function metadataOf(triggerType: number, metadata: Metadata): Metadata {
  const { keyword_filter = [], regex_patterns = [], allow_list = [], presets = [] } = metadata;
  switch (triggerType) {
    case Trigger.KEYWORD:
    case Trigger.MEMBER_PROFILE:
      return { keyword_filter, regex_patterns, allow_list };
    case Trigger.KEYWORD_PRESET:
      return { presets, allow_list };
    case Trigger.MENTION_SPAM:
      return {
        mention_total_limit: metadata.mention_total_limit ?? MAX_MENTIONS,
        mention_raid_protection_enabled: metadata.mention_raid_protection_enabled ?? false,
      };
    default:
      return {};
  }
}

function actionOf({ type, metadata }: NonNullable<RuleBody['actions']>[number]): AutoModerationAction {
  const { custom_message, channel_id, duration_seconds } = metadata ?? {};
  switch (type) {
    case RuleAction.BLOCK_MESSAGE:
      return { type, metadata: custom_message ? { custom_message } : {} };
    case RuleAction.SEND_ALERT:
      return { type, metadata: channel_id === undefined ? {} : { channel_id } };
    case RuleAction.TIMEOUT:
      return { type, metadata: duration_seconds === undefined ? {} : { duration_seconds } };
    default:
      return { type, metadata: {} };
  }
}
