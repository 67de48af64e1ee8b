/** The permissions as Discord's own settings group and name them. */

/** Where a permission counts in a channel: text, voice, stage; none of them for the guild alone. */
type Scope = '' | 'T' | 'TVS' | 'TV' | 'V' | 'VS' | 'S';

export interface PermissionEntry {
  /** As the documentation calls it. */
  readonly name: string;
  readonly label: string;
  readonly bit: bigint;
  readonly scope: Scope;
}

export interface PermissionGroup {
  readonly title: string;
  readonly entries: readonly PermissionEntry[];
}

const entry = (shift: number, name: string, label: string, scope: Scope): PermissionEntry => ({
  name,
  label,
  bit: 1n << BigInt(shift),
  scope,
});

/** @see https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags */
export const PERMISSION_GROUPS: readonly PermissionGroup[] = [
  {
    title: 'General',
    entries: [
      entry(10, 'VIEW_CHANNEL', 'View channels', 'TVS'),
      entry(4, 'MANAGE_CHANNELS', 'Manage channels', 'TVS'),
      entry(28, 'MANAGE_ROLES', 'Manage roles', 'TVS'),
      entry(43, 'CREATE_GUILD_EXPRESSIONS', 'Create expressions', ''),
      entry(30, 'MANAGE_GUILD_EXPRESSIONS', 'Manage expressions', ''),
      entry(7, 'VIEW_AUDIT_LOG', 'View audit log', ''),
      entry(19, 'VIEW_GUILD_INSIGHTS', 'View server insights', ''),
      entry(41, 'VIEW_CREATOR_MONETIZATION_ANALYTICS', 'View monetization analytics', ''),
      entry(29, 'MANAGE_WEBHOOKS', 'Manage webhooks', 'TVS'),
      entry(5, 'MANAGE_GUILD', 'Manage server', ''),
    ],
  },
  {
    title: 'Membership',
    entries: [
      entry(0, 'CREATE_INSTANT_INVITE', 'Create invite', 'TVS'),
      entry(26, 'CHANGE_NICKNAME', 'Change nickname', ''),
      entry(27, 'MANAGE_NICKNAMES', 'Manage nicknames', ''),
      entry(1, 'KICK_MEMBERS', 'Kick members', ''),
      entry(2, 'BAN_MEMBERS', 'Ban members', ''),
      entry(40, 'MODERATE_MEMBERS', 'Time out members', ''),
    ],
  },
  {
    title: 'Text channels',
    entries: [
      entry(11, 'SEND_MESSAGES', 'Send messages and create posts', 'TVS'),
      entry(38, 'SEND_MESSAGES_IN_THREADS', 'Send messages in threads', 'T'),
      entry(35, 'CREATE_PUBLIC_THREADS', 'Create public threads', 'T'),
      entry(36, 'CREATE_PRIVATE_THREADS', 'Create private threads', 'T'),
      entry(14, 'EMBED_LINKS', 'Embed links', 'TVS'),
      entry(15, 'ATTACH_FILES', 'Attach files', 'TVS'),
      entry(6, 'ADD_REACTIONS', 'Add reactions', 'TVS'),
      entry(18, 'USE_EXTERNAL_EMOJIS', 'Use external emoji', 'TVS'),
      entry(37, 'USE_EXTERNAL_STICKERS', 'Use external stickers', 'TVS'),
      entry(17, 'MENTION_EVERYONE', 'Mention @everyone, @here and all roles', 'TVS'),
      entry(13, 'MANAGE_MESSAGES', 'Manage messages', 'TVS'),
      entry(51, 'PIN_MESSAGES', 'Pin messages', 'T'),
      entry(52, 'BYPASS_SLOWMODE', 'Bypass slowmode', 'TVS'),
      entry(34, 'MANAGE_THREADS', 'Manage threads and posts', 'T'),
      entry(16, 'READ_MESSAGE_HISTORY', 'Read message history', 'TVS'),
      entry(12, 'SEND_TTS_MESSAGES', 'Send text-to-speech messages', 'TVS'),
      entry(46, 'SEND_VOICE_MESSAGES', 'Send voice messages', 'TVS'),
      entry(49, 'SEND_POLLS', 'Create polls', 'TVS'),
    ],
  },
  {
    title: 'Voice channels',
    entries: [
      entry(20, 'CONNECT', 'Connect', 'VS'),
      entry(21, 'SPEAK', 'Speak', 'V'),
      entry(9, 'STREAM', 'Video', 'VS'),
      entry(42, 'USE_SOUNDBOARD', 'Use soundboard', 'V'),
      entry(45, 'USE_EXTERNAL_SOUNDS', 'Use external sounds', 'V'),
      entry(25, 'USE_VAD', 'Use voice activity', 'V'),
      entry(8, 'PRIORITY_SPEAKER', 'Priority speaker', 'V'),
      entry(22, 'MUTE_MEMBERS', 'Mute members', 'VS'),
      entry(23, 'DEAFEN_MEMBERS', 'Deafen members', 'V'),
      entry(24, 'MOVE_MEMBERS', 'Move members', 'VS'),
      entry(48, 'SET_VOICE_CHANNEL_STATUS', 'Set voice channel status', 'V'),
      entry(32, 'REQUEST_TO_SPEAK', 'Request to speak', 'S'),
    ],
  },
  {
    title: 'Apps',
    entries: [
      entry(31, 'USE_APPLICATION_COMMANDS', 'Use application commands', 'TVS'),
      entry(39, 'USE_EMBEDDED_ACTIVITIES', 'Use activities', 'TV'),
      entry(50, 'USE_EXTERNAL_APPS', 'Use external apps', 'TVS'),
    ],
  },
  {
    title: 'Events',
    entries: [
      entry(44, 'CREATE_EVENTS', 'Create events', 'VS'),
      entry(33, 'MANAGE_EVENTS', 'Manage events', 'VS'),
    ],
  },
  { title: 'Advanced', entries: [entry(3, 'ADMINISTRATOR', 'Administrator', '')] },
];

const VOICE = 2;
const CATEGORY = 4;
const STAGE = 13;

/** Those that overwrites of a channel of this type may change; of a category all that count in any channel. */
export function channelGroups(type: number): readonly PermissionGroup[] {
  const letter = type === VOICE ? 'V' : type === STAGE ? 'S' : 'T';
  return PERMISSION_GROUPS.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ scope }) => (type === CATEGORY ? scope !== '' : scope.includes(letter))),
  })).filter(({ entries }) => entries.length > 0);
}
