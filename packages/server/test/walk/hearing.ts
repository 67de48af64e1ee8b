/**
 * What a bot should have heard, by what all there was to hear and by what it sees: the rules are those of the
 * documentation of intents, of permissions and of threads.
 */
import type { Dispatch } from './replica.ts';
import * as bits from './sight.ts';
import type { MessageWire, ThreadWire, Wire } from './wire.ts';

export interface Ear {
  readonly userId: string;
  /** Whether it has the privileged intents. */
  readonly isPrivileged: boolean;
}

/** Only for one bot, told to each bot in its own way, or (presences) an effect of connections and not of acts. */
const PERSONAL = [
  'GUILD_CREATE',
  'GUILD_DELETE',
  'THREAD_LIST_SYNC',
  'THREAD_MEMBER_UPDATE',
  'INTERACTION_CREATE',
  'PRESENCE_UPDATE',
];
const BOUND_TO_CHANNEL = /^(MESSAGE_|TYPING_START|CHANNEL_PINS_UPDATE)/;
const SCHEDULED_EVENT = /^GUILD_SCHEDULED_EVENT_/;
const VOICE_TYPES = [2, 13];

/** Whether the bot should hear of it, as the guild is known to be; the keeper's sight says what thread a dispatch is about. */
export function mayHear(guild: bits.KnownGuild, ear: Ear, { t, d }: Dispatch): boolean {
  const { userId, isPrivileged } = ear;
  const can = (bit: bigint, channelId: unknown = d.channel_id) =>
    (bits.inChannel(guild, userId, String(channelId)) & bit) !== 0n;
  const canInGuild = (bit: bigint) => (bits.inGuild(guild, userId) & bit) !== 0n;
  if (!guild.members.has(userId)) return false;
  if (BOUND_TO_CHANNEL.test(t)) {
    const isVoice = VOICE_TYPES.includes(guild.channels.get(String(d.channel_id))?.type ?? 0);
    return can(bits.VIEW_CHANNEL) && (!isVoice || can(bits.CONNECT));
  }
  if (SCHEDULED_EVENT.test(t)) return d.channel_id == null || can(bits.VIEW_CHANNEL);
  switch (t) {
    case 'AUTO_MODERATION_RULE_CREATE':
    case 'AUTO_MODERATION_RULE_UPDATE':
    case 'AUTO_MODERATION_RULE_DELETE':
    case 'AUTO_MODERATION_ACTION_EXECUTION':
      return canInGuild(bits.MANAGE_GUILD);
    case 'GUILD_AUDIT_LOG_ENTRY_CREATE':
      return canInGuild(bits.VIEW_AUDIT_LOG);
    case 'GUILD_BAN_ADD':
    case 'GUILD_BAN_REMOVE':
      return canInGuild(bits.VIEW_AUDIT_LOG) || canInGuild(bits.BAN_MEMBERS);
    case 'INVITE_CREATE':
    case 'INVITE_DELETE':
      return can(bits.MANAGE_CHANNELS);
    case 'VOICE_CHANNEL_STATUS_UPDATE':
    case 'VOICE_CHANNEL_START_TIME_UPDATE':
      return can(bits.VIEW_CHANNEL, d.id);
    case 'GUILD_MEMBER_ADD':
    case 'GUILD_MEMBER_REMOVE':
      return isPrivileged;
    case 'GUILD_MEMBER_UPDATE':
      return isPrivileged || (d.user as Wire).id === userId;
    case 'THREAD_CREATE':
    case 'THREAD_UPDATE':
      return can(bits.VIEW_CHANNEL, d.id);
    case 'THREAD_DELETE':
      // Once it is gone, only of a public one its channel says who saw it.
      if (guild.threads.has(d.id)) return can(bits.VIEW_CHANNEL, d.id);
      return d.type !== bits.PRIVATE_THREAD && can(bits.VIEW_CHANNEL, d.parent_id);
    case 'THREAD_MEMBERS_UPDATE':
      return isAbout(d, userId) || (isPrivileged && can(bits.VIEW_CHANNEL, d.id));
    default:
      return true;
  }
}

/** Whether a dispatch can be held against the rules: not when it was made for one bot alone. */
export function isComparable({ t, d }: Dispatch, userId: string): boolean {
  if (PERSONAL.includes(t)) return false;
  // A bot that comes into a thread is told of it, whatever others hear.
  if (t === 'THREAD_CREATE' && (d as ThreadWire).newly_created !== true) return false;
  return !(t === 'THREAD_MEMBERS_UPDATE' && isAbout(d, userId));
}

/** By which a dispatch is known again among what two bots have heard. */
export function keyOf({ t, d }: Dispatch): string {
  const user = d.user as Wire | undefined;
  const role = d.role as Wire | undefined;
  const parts = [
    d.id,
    d.channel_id,
    d.message_id,
    d.user_id,
    user?.id,
    role?.id,
    d.role_id,
    d.code,
    d.sound_id,
  ];
  return `${t} ${parts.filter((part) => part !== undefined).join(' ')}`;
}

/** The same payload for whom content is hidden. */
export function withoutContent(d: MessageWire, userId: string): MessageWire {
  const isExempt = (message: MessageWire) =>
    message.author.id === userId || message.mentions.some(({ id }) => id === userId);
  const blank = (message: MessageWire): MessageWire => {
    const { poll: _, ...rest } = message;
    return { ...rest, content: '', embeds: [], attachments: [], components: [] } as unknown as MessageWire;
  };
  const referenced = d.referenced_message;
  return {
    ...(isExempt(d) ? d : blank(d)),
    ...(referenced == null
      ? {}
      : { referenced_message: isExempt(referenced) ? referenced : blank(referenced) }),
  };
}

function isAbout(d: Wire, userId: string): boolean {
  const added = (d.added_members ?? []) as readonly Wire[];
  const removed = (d.removed_member_ids ?? []) as readonly string[];
  return removed.includes(userId) || added.some(({ user_id }) => user_id === userId);
}
