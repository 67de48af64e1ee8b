/**
 * Permission bits by their names in the documentation.
 * @see https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags
 */
export const Permission = {
  CREATE_INSTANT_INVITE: 1n << 0n,
  KICK_MEMBERS: 1n << 1n,
  BAN_MEMBERS: 1n << 2n,
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_AUDIT_LOG: 1n << 7n,
  PRIORITY_SPEAKER: 1n << 8n,
  STREAM: 1n << 9n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  SEND_TTS_MESSAGES: 1n << 12n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  USE_EXTERNAL_EMOJIS: 1n << 18n,
  VIEW_GUILD_INSIGHTS: 1n << 19n,
  CONNECT: 1n << 20n,
  SPEAK: 1n << 21n,
  MUTE_MEMBERS: 1n << 22n,
  DEAFEN_MEMBERS: 1n << 23n,
  MOVE_MEMBERS: 1n << 24n,
  USE_VAD: 1n << 25n,
  CHANGE_NICKNAME: 1n << 26n,
  MANAGE_NICKNAMES: 1n << 27n,
  MANAGE_ROLES: 1n << 28n,
  MANAGE_WEBHOOKS: 1n << 29n,
  MANAGE_GUILD_EXPRESSIONS: 1n << 30n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  REQUEST_TO_SPEAK: 1n << 32n,
  MANAGE_EVENTS: 1n << 33n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  USE_EXTERNAL_STICKERS: 1n << 37n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  USE_EMBEDDED_ACTIVITIES: 1n << 39n,
  MODERATE_MEMBERS: 1n << 40n,
  VIEW_CREATOR_MONETIZATION_ANALYTICS: 1n << 41n,
  USE_SOUNDBOARD: 1n << 42n,
  CREATE_GUILD_EXPRESSIONS: 1n << 43n,
  CREATE_EVENTS: 1n << 44n,
  USE_EXTERNAL_SOUNDS: 1n << 45n,
  SEND_VOICE_MESSAGES: 1n << 46n,
  SET_VOICE_CHANNEL_STATUS: 1n << 48n,
  SEND_POLLS: 1n << 49n,
  USE_EXTERNAL_APPS: 1n << 50n,
  PIN_MESSAGES: 1n << 51n,
  BYPASS_SLOWMODE: 1n << 52n,
} as const;

export type PermissionName = keyof typeof Permission;

/** Every documented bit: what an owner or an administrator holds. */
export const ALL_PERMISSIONS: bigint = Object.values(Permission).reduce<bigint>(
  (mask, bit) => mask | bit,
  0n,
);

/** What the @everyone role of a new guild holds (the documentation's `2248473465835073` without its nameless bit 47). */
export const DEFAULT_EVERYONE_PERMISSIONS: bigint =
  Permission.CREATE_INSTANT_INVITE |
  Permission.ADD_REACTIONS |
  Permission.STREAM |
  Permission.VIEW_CHANNEL |
  Permission.SEND_MESSAGES |
  Permission.EMBED_LINKS |
  Permission.ATTACH_FILES |
  Permission.READ_MESSAGE_HISTORY |
  Permission.MENTION_EVERYONE |
  Permission.USE_EXTERNAL_EMOJIS |
  Permission.CONNECT |
  Permission.SPEAK |
  Permission.USE_VAD |
  Permission.CHANGE_NICKNAME |
  Permission.USE_APPLICATION_COMMANDS |
  Permission.REQUEST_TO_SPEAK |
  Permission.CREATE_PUBLIC_THREADS |
  Permission.CREATE_PRIVATE_THREADS |
  Permission.USE_EXTERNAL_STICKERS |
  Permission.SEND_MESSAGES_IN_THREADS |
  Permission.USE_EMBEDDED_ACTIVITIES |
  Permission.USE_SOUNDBOARD |
  Permission.CREATE_GUILD_EXPRESSIONS |
  Permission.CREATE_EVENTS |
  Permission.USE_EXTERNAL_SOUNDS |
  Permission.SEND_VOICE_MESSAGES |
  Permission.SET_VOICE_CHANNEL_STATUS |
  Permission.SEND_POLLS |
  Permission.USE_EXTERNAL_APPS;

const TIMED_OUT_PERMISSIONS = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY;

/** Who cannot send cannot do these either. */
const PARTS_OF_SENDING =
  Permission.MENTION_EVERYONE |
  Permission.SEND_TTS_MESSAGES |
  Permission.ATTACH_FILES |
  Permission.EMBED_LINKS;

const MEMBER_OVERWRITE = 1;

export interface GuildPermissionsInput {
  readonly isOwner: boolean;
  /** Bits of the @everyone role. */
  readonly everyone: bigint;
  /** Bits of each of the member's other roles. */
  readonly roles: readonly bigint[];
  /** End of the member's timeout, Unix milliseconds; null or absent when there is none. */
  readonly timedOutUntilMs?: number | null | undefined;
  /** Unix milliseconds. Default: `Date.now()`. */
  readonly nowMs?: number | undefined;
}

/**
 * What a member may do in the guild, before any channel's overwrites.
 * A running timeout leaves VIEW_CHANNEL and READ_MESSAGE_HISTORY, except to owners and administrators.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function guildPermissions(input: GuildPermissionsInput): bigint {
  if (input.isOwner) return ALL_PERMISSIONS;
  const bits = input.roles.reduce((sum, role) => sum | role, input.everyone);
  if ((bits & Permission.ADMINISTRATOR) !== 0n) return ALL_PERMISSIONS;
  const timedOut = (input.timedOutUntilMs ?? 0) > (input.nowMs ?? Date.now());
  return timedOut ? bits & TIMED_OUT_PERMISSIONS : bits;
}

/** An overwrite as the API has it (bits as decimal strings) or with its bits already parsed. */
export interface PermissionOverwrite {
  readonly id: string;
  /** 0 for a role, 1 for a member. */
  readonly type: number;
  readonly allow: string | bigint;
  readonly deny: string | bigint;
}

export interface ChannelPermissionsInput {
  /** The member's {@link guildPermissions}. */
  readonly base: bigint;
  /** Overwrites of the channel; for a thread, those of its parent. */
  readonly overwrites: readonly PermissionOverwrite[];
  /** Id of the @everyone role, which is the guild's. */
  readonly everyoneId: string;
  /** The member's roles, with or without @everyone. */
  readonly roleIds: readonly string[];
  readonly userId: string;
  /** Whether a timeout runs; overwrites could otherwise give back what it took. Default: false. */
  readonly timedOut?: boolean | undefined;
  /** Whether the channel is a thread, where SEND_MESSAGES_IN_THREADS takes the place of SEND_MESSAGES. Default: false. */
  readonly thread?: boolean | undefined;
}

/**
 * What a member may do in a channel: the overwrites of @everyone, then of all roles together (denies before
 * allows), then of the member, and then what is denied by implication: nothing without VIEW_CHANNEL, no part of
 * sending without the right to send. In voice channels the caller also asks for CONNECT.
 * @see https://docs.discord.com/developers/topics/permissions#implicit-permissions
 */
export function channelPermissions(input: ChannelPermissionsInput): bigint {
  const { base, everyoneId, userId } = input;
  if ((base & Permission.ADMINISTRATOR) !== 0n) return ALL_PERMISSIONS;

  let everyoneAllow = 0n;
  let everyoneDeny = 0n;
  let roleAllow = 0n;
  let roleDeny = 0n;
  let memberAllow = 0n;
  let memberDeny = 0n;
  for (const overwrite of input.overwrites) {
    if (overwrite.type === MEMBER_OVERWRITE) {
      if (overwrite.id !== userId) continue;
      memberAllow = BigInt(overwrite.allow);
      memberDeny = BigInt(overwrite.deny);
    } else if (overwrite.id === everyoneId) {
      everyoneAllow = BigInt(overwrite.allow);
      everyoneDeny = BigInt(overwrite.deny);
    } else if (input.roleIds.includes(overwrite.id)) {
      roleAllow |= BigInt(overwrite.allow);
      roleDeny |= BigInt(overwrite.deny);
    }
  }

  let bits = (base & ~everyoneDeny) | everyoneAllow;
  bits = (bits & ~roleDeny) | roleAllow;
  bits = (bits & ~memberDeny) | memberAllow;
  // An overwrite cannot make an administrator.
  bits &= ~Permission.ADMINISTRATOR;

  if (input.timedOut === true) bits &= TIMED_OUT_PERMISSIONS;
  if ((bits & Permission.VIEW_CHANNEL) === 0n) return 0n;
  const send = input.thread === true ? Permission.SEND_MESSAGES_IN_THREADS : Permission.SEND_MESSAGES;
  return (bits & send) === 0n ? bits & ~PARTS_OF_SENDING : bits;
}
