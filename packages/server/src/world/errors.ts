import type { WorldLimits } from './limits.ts';

/** Why the world refused. The text is stable: callers map it to their own error numbers. */
export type WorldErrorCode =
  | 'UNKNOWN_APPLICATION'
  | 'UNKNOWN_USER'
  | 'UNKNOWN_GUILD'
  | 'UNKNOWN_ROLE'
  | 'UNKNOWN_CHANNEL'
  | 'UNKNOWN_MEMBER'
  | 'UNKNOWN_MESSAGE'
  | 'UNKNOWN_ATTACHMENT'
  /** The message has no reaction with that emoji, or none by that user. */
  | 'UNKNOWN_REACTION'
  | 'UNKNOWN_OVERWRITE'
  | 'UNKNOWN_BAN'
  | 'UNKNOWN_INVITE'
  | 'UNKNOWN_EMOJI'
  | 'UNKNOWN_STICKER'
  /** A message can have stickers of its own guild only. */
  | 'STICKER_NOT_USABLE'
  | 'UNKNOWN_SOUND'
  | 'UNKNOWN_SCHEDULED_EVENT'
  | 'UNKNOWN_AUTO_MODERATION_RULE'
  | 'UNKNOWN_STAGE_INSTANCE'
  | 'UNKNOWN_VOICE_STATE'
  /** The user may not come back into the guild. */
  | 'BANNED'
  /** Something is on in the stage channel. */
  | 'STAGE_ALREADY_OPEN'
  /** A scheduled event that is over does not change. */
  | 'EVENT_IS_OVER'
  /** A rule of the guild does not let the message through. */
  | 'BLOCKED_BY_AUTO_MODERATION'
  | 'UNKNOWN_SKU'
  | 'UNKNOWN_ENTITLEMENT'
  | 'UNKNOWN_COMMAND'
  /** Nobody has set permissions for that command in that guild. */
  | 'UNKNOWN_COMMAND_PERMISSIONS'
  /** Another command of the same type and scope has the name. */
  | 'COMMAND_NAME_TAKEN'
  /** No interaction with that id and token, or its 3 seconds are over. */
  | 'UNKNOWN_INTERACTION'
  | 'INTERACTION_ACKNOWLEDGED'
  /** The interaction cannot be answered in that way. */
  | 'WRONG_RESPONSE'
  /** No webhook with that id and token, or an interaction that has not been answered yet. */
  | 'UNKNOWN_WEBHOOK'
  /** An interaction whose 15 minutes are over. */
  | 'INTERACTION_EXPIRED'
  /** The user's client does not offer the command there. */
  | 'COMMAND_NOT_OFFERED'
  /** The message has no such component, or it cannot be used. */
  | 'UNKNOWN_COMPONENT'
  /** The channel cannot do that: a message in a category, an overwrite in a DM, a bad parent. */
  | 'WRONG_CHANNEL_TYPE'
  /** A message needs content or an embed. */
  | 'EMPTY_MESSAGE'
  /** The referenced message does not exist in the channel and the caller insisted on it. */
  | 'UNKNOWN_MESSAGE_REFERENCE'
  /** The owner of a guild can neither leave nor be removed: delete the guild or hand it over. */
  | 'OWNER_CANNOT_LEAVE'
  /** \@everyone can neither be deleted, assigned, taken away nor moved. */
  | 'EVERYONE_ROLE'
  /** The id asked for exists already, or is no snowflake. */
  | 'ID_TAKEN'
  | 'INVALID_ID'
  /** A value outside its documented range; the message says which. */
  | 'INVALID_VALUE'
  /** A system message or a poll is forwarded. */
  | 'NOT_FORWARDABLE'
  /** Content, embeds, stickers or a poll beside IS_COMPONENTS_V2. */
  | 'LEGACY_FIELDS'
  | 'NOT_A_POLL'
  | 'UNKNOWN_POLL_ANSWER'
  | 'POLL_EXPIRED'
  | 'POLL_NOT_EDITABLE'
  | 'BOTS_CANNOT_VOTE'
  /** The message has a thread already. */
  | 'THREAD_EXISTS'
  /** In a thread that sleeps, nothing changes but by waking it. */
  | 'ARCHIVED_THREAD'
  | 'UNKNOWN_TAG'
  | 'TAG_REQUIRED'
  | 'TAG_NAMES'
  | 'INVALID_WEBHOOK_TOKEN'
  | 'ALREADY_CROSSPOSTED'
  /** A file has more bytes than its use allows. */
  | 'FILE_TOO_LARGE'
  | `LIMIT_REACHED:${keyof WorldLimits}`
  | 'WORLD_BROKEN'
  | 'WORLD_CLOSED';

/** A change or question that the world refuses; nothing has been changed. */
export class WorldError extends Error {
  override readonly name: string = 'WorldError';
  readonly code: WorldErrorCode;
  /** Of what was given: which value of many is meant. Empty when it is no single one. */
  readonly path: readonly string[];

  constructor(
    code: WorldErrorCode,
    message: string,
    { path = [], ...options }: ErrorOptions & { readonly path?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** The store failed to keep a change: memory is ahead of it, so the world takes no further change. */
export class WorldBrokenError extends WorldError {
  override readonly name = 'WorldBrokenError';

  constructor(cause: unknown) {
    super('WORLD_BROKEN', 'the store failed to commit; restart to go on from the last committed state', {
      cause,
    });
  }
}
