/**
 * Who sees a channel, worked out anew from the text of the documentation and from nothing else.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
import type { ChannelWire, MemberWire, RoleWire, ThreadWire } from './wire.ts';

export const ADMINISTRATOR = 1n << 3n;
export const MANAGE_CHANNELS = 1n << 4n;
export const MANAGE_GUILD = 1n << 5n;
export const VIEW_AUDIT_LOG = 1n << 7n;
export const BAN_MEMBERS = 1n << 2n;
export const VIEW_CHANNEL = 1n << 10n;
export const READ_MESSAGE_HISTORY = 1n << 16n;
export const CONNECT = 1n << 20n;
export const MANAGE_THREADS = 1n << 34n;
const EVERYTHING = (1n << 53n) - 1n;
/** What a member in a timeout keeps. */
const LEFT_IN_TIMEOUT = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
export const PRIVATE_THREAD = 12;

/** What is known of a guild: of the truth, or of what a bot has heard. */
export interface KnownGuild {
  readonly guildId: string;
  readonly ownerId: string;
  readonly roles: ReadonlyMap<string, RoleWire>;
  readonly channels: ReadonlyMap<string, ChannelWire>;
  readonly threads: ReadonlyMap<string, ThreadWire>;
  readonly members: ReadonlyMap<string, MemberWire>;
  /** User ids by thread. */
  readonly threadMembers: ReadonlyMap<string, ReadonlySet<string>>;
}

export function inGuild(guild: KnownGuild, userId: string): bigint {
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  if (guild.ownerId === userId) return EVERYTHING;
  const held = [guild.guildId, ...member.roles].reduce(
    (bits, id) => bits | BigInt(guild.roles.get(id)?.permissions ?? 0),
    0n,
  );
  if ((held & ADMINISTRATOR) !== 0n) return EVERYTHING;
  return isTimedOut(member) ? held & LEFT_IN_TIMEOUT : held;
}

export function inChannel(guild: KnownGuild, userId: string, channelId: string): bigint {
  const thread = guild.threads.get(channelId);
  if (thread !== undefined) {
    const bits = inChannel(guild, userId, thread.parent_id);
    const isIn = guild.threadMembers.get(channelId)?.has(userId) === true;
    return thread.type === PRIVATE_THREAD && !isIn && (bits & MANAGE_THREADS) === 0n ? 0n : bits;
  }
  const channel = guild.channels.get(channelId);
  const member = guild.members.get(userId);
  if (channel === undefined || member === undefined) return 0n;
  const base = inGuild(guild, userId);
  if (base === EVERYTHING) return base;
  const of = (ids: readonly string[]) => channel.permission_overwrites.filter(({ id }) => ids.includes(id));
  let bits = base;
  for (const layer of [of([guild.guildId]), of(member.roles), of([userId])]) {
    const deny = layer.reduce((all, overwrite) => all | BigInt(overwrite.deny), 0n);
    const allow = layer.reduce((all, overwrite) => all | BigInt(overwrite.allow), 0n);
    bits = (bits & ~deny) | allow;
  }
  if (isTimedOut(member)) bits &= LEFT_IN_TIMEOUT;
  return (bits & VIEW_CHANNEL) === 0n ? 0n : bits;
}

export function sees(guild: KnownGuild, userId: string, channelId: string): boolean {
  return (inChannel(guild, userId, channelId) & VIEW_CHANNEL) !== 0n;
}

function isTimedOut({ communication_disabled_until: until }: MemberWire): boolean {
  return until != null && Date.parse(until) > Date.now();
}
