/** The one place that turns what the world refuses into Discord's numbers. */
import type { WorldError, WorldErrorCode } from '../world/errors.ts';
import { type Refusal, RestError } from './errors.ts';

type PlainCode = Exclude<WorldErrorCode, `LIMIT_REACHED:${string}`>;

const UNAVAILABLE_STATUS = 503;
const BAD_REQUEST_STATUS = 400;

/** Null: the world's own message is what the caller needs, see below. */
const REFUSAL_OF_CODE: Record<PlainCode, Refusal | null> = {
  UNKNOWN_APPLICATION: 'UNKNOWN_APPLICATION',
  UNKNOWN_USER: 'UNKNOWN_USER',
  UNKNOWN_GUILD: 'UNKNOWN_GUILD',
  UNKNOWN_ROLE: 'UNKNOWN_ROLE',
  UNKNOWN_CHANNEL: 'UNKNOWN_CHANNEL',
  UNKNOWN_MEMBER: 'UNKNOWN_MEMBER',
  UNKNOWN_MESSAGE: 'UNKNOWN_MESSAGE',
  UNKNOWN_REACTION: 'UNKNOWN_EMOJI',
  UNKNOWN_OVERWRITE: 'UNKNOWN_OVERWRITE',
  UNKNOWN_BAN: 'UNKNOWN_BAN',
  UNKNOWN_INVITE: 'UNKNOWN_INVITE',
  UNKNOWN_STICKER: 'UNKNOWN_STICKER',
  UNKNOWN_SOUND: 'UNKNOWN_SOUND',
  UNKNOWN_SCHEDULED_EVENT: 'UNKNOWN_SCHEDULED_EVENT',
  UNKNOWN_AUTO_MODERATION_RULE: 'UNKNOWN_AUTO_MODERATION_RULE',
  UNKNOWN_STAGE_INSTANCE: 'UNKNOWN_STAGE_INSTANCE',
  UNKNOWN_VOICE_STATE: 'UNKNOWN_VOICE_STATE',
  BANNED: 'BANNED',
  STAGE_ALREADY_OPEN: 'STAGE_ALREADY_OPEN',
  EVENT_IS_OVER: 'EVENT_IS_OVER',
  BLOCKED_BY_AUTO_MODERATION: 'BLOCKED_BY_AUTO_MODERATION',
  UNKNOWN_EMOJI: 'UNKNOWN_GUILD_EMOJI',
  UNKNOWN_SKU: 'UNKNOWN_SKU',
  UNKNOWN_ENTITLEMENT: 'UNKNOWN_ENTITLEMENT',
  UNKNOWN_COMMAND: 'UNKNOWN_COMMAND',
  UNKNOWN_COMMAND_PERMISSIONS: 'UNKNOWN_COMMAND_PERMISSIONS',
  COMMAND_NAME_TAKEN: 'COMMAND_NAME_TAKEN',
  UNKNOWN_INTERACTION: 'UNKNOWN_INTERACTION',
  INTERACTION_ACKNOWLEDGED: 'INTERACTION_ACKNOWLEDGED',
  WRONG_RESPONSE: null,
  UNKNOWN_WEBHOOK: 'UNKNOWN_WEBHOOK',
  INTERACTION_EXPIRED: 'INVALID_WEBHOOK_TOKEN',
  COMMAND_NOT_OFFERED: null,
  UNKNOWN_COMPONENT: null,
  UNKNOWN_ATTACHMENT: null,
  WRONG_CHANNEL_TYPE: 'WRONG_CHANNEL_TYPE',
  EMPTY_MESSAGE: 'EMPTY_MESSAGE',
  UNKNOWN_MESSAGE_REFERENCE: null,
  OWNER_CANNOT_LEAVE: null,
  EVERYONE_ROLE: 'INVALID_ROLE',
  ID_TAKEN: null,
  INVALID_ID: null,
  INVALID_VALUE: null,
  FILE_TOO_LARGE: 'TOO_LARGE',
  NOT_FORWARDABLE: 'INVALID_MESSAGE_TYPE',
  LEGACY_FIELDS: null,
  NOT_A_POLL: 'NOT_A_POLL',
  UNKNOWN_POLL_ANSWER: null,
  POLL_EXPIRED: 'POLL_EXPIRED',
  POLL_NOT_EDITABLE: 'POLL_NOT_EDITABLE',
  BOTS_CANNOT_VOTE: 'POLL_VOTING_BLOCKED',
  THREAD_EXISTS: 'THREAD_EXISTS',
  ARCHIVED_THREAD: 'ARCHIVED_THREAD',
  UNKNOWN_TAG: null,
  TAG_REQUIRED: 'TAG_REQUIRED',
  TAG_NAMES: 'TAG_NAMES',
  INVALID_WEBHOOK_TOKEN: 'INVALID_WEBHOOK_TOKEN',
  ALREADY_CROSSPOSTED: 'ALREADY_CROSSPOSTED',
  STICKER_NOT_USABLE: 'INVALID_STICKER',
  WORLD_BROKEN: null,
  WORLD_CLOSED: null,
};

const REFUSAL_OF_LIMIT: Partial<Record<string, Refusal>> = {
  'LIMIT_REACHED:guilds': 'MAXIMUM_GUILDS',
  'LIMIT_REACHED:rolesPerGuild': 'MAXIMUM_ROLES',
  'LIMIT_REACHED:channelsPerGuild': 'MAXIMUM_CHANNELS',
  'LIMIT_REACHED:membersPerGuild': 'MAXIMUM_MEMBERS',
  'LIMIT_REACHED:bansPerGuild': 'MAXIMUM_BANS',
  'LIMIT_REACHED:invitesPerGuild': 'MAXIMUM_INVITES',
  'LIMIT_REACHED:emojisPerGuild': 'MAXIMUM_EMOJIS',
  'LIMIT_REACHED:emojisPerApplication': 'MAXIMUM_EMOJIS',
  'LIMIT_REACHED:stickersPerGuild': 'MAXIMUM_STICKERS',
  'LIMIT_REACHED:soundsPerGuild': 'MAXIMUM_SOUNDS',
  'LIMIT_REACHED:scheduledEventsPerGuild': 'MAXIMUM_SCHEDULED_EVENTS',
  'LIMIT_REACHED:overwritesPerChannel': 'MAXIMUM_OVERWRITES',
  'LIMIT_REACHED:webhooksPerChannel': 'MAXIMUM_WEBHOOKS',
  'LIMIT_REACHED:pinsPerChannel': 'MAXIMUM_PINS',
  'LIMIT_REACHED:activeThreadsPerGuild': 'MAXIMUM_ACTIVE_THREADS',
  'LIMIT_REACHED:membersPerThread': 'MAXIMUM_THREAD_MEMBERS',
  'LIMIT_REACHED:reactionsPerMessage': 'MAXIMUM_REACTIONS',
  'LIMIT_REACHED:chatInputCommands': 'MAXIMUM_COMMANDS',
  'LIMIT_REACHED:contextMenuCommands': 'MAXIMUM_COMMANDS',
  'LIMIT_REACHED:commandCreatesPerDay': 'MAXIMUM_COMMAND_CREATES',
  'LIMIT_REACHED:followUpsPerInteraction': 'MAXIMUM_FOLLOW_UPS',
};

export function restErrorOf(error: WorldError): RestError {
  const { code } = error;
  const refusal = isLimit(code) ? REFUSAL_OF_LIMIT[code] : REFUSAL_OF_CODE[code];
  if (refusal !== null && refusal !== undefined) return RestError.of(refusal);
  switch (code) {
    case 'UNKNOWN_MESSAGE_REFERENCE':
      return RestError.form({
        path: ['message_reference'],
        code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE',
        message: 'Unknown message',
      });
    case 'UNKNOWN_ATTACHMENT':
      return RestError.form({ path: ['attachments'], code: 'ATTACHMENT_NOT_FOUND', message: error.message });
    case 'LEGACY_FIELDS':
      return RestError.form({
        path: ['flags'],
        code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        message: 'Content, embeds, stickers and polls cannot be used with MessageFlags.IS_COMPONENTS_V2',
      });
    case 'UNKNOWN_POLL_ANSWER':
      return RestError.form({ path: ['answer_id'], code: 'POLL_UNKNOWN_ANSWER', message: error.message });
    case 'UNKNOWN_TAG':
      return RestError.form({ path: ['applied_tags'], code: 'UNKNOWN_TAG', message: error.message });
    case 'LIMIT_REACHED:contentLength':
      return RestError.form({ path: ['content'], code: 'BASE_TYPE_MAX_LENGTH', message: error.message });
    case 'WRONG_RESPONSE':
    case 'COMMAND_NOT_OFFERED':
    case 'UNKNOWN_COMPONENT':
    case 'INVALID_VALUE':
    case 'INVALID_ID':
    case 'ID_TAKEN':
      return RestError.form({ path: error.path, code: `WORLD_${code}`, message: error.message });
    case 'WORLD_BROKEN':
    case 'WORLD_CLOSED':
      return new RestError(UNAVAILABLE_STATUS, 0, '503: Service Unavailable');
    default:
      return new RestError(BAD_REQUEST_STATUS, 0, error.message);
  }
}

function isLimit(code: WorldErrorCode): code is Exclude<WorldErrorCode, PlainCode> {
  return code.startsWith('LIMIT_REACHED:');
}
