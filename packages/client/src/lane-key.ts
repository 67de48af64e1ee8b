/** What an event is about: events of one lane are handled one after the other. */
export type LaneKind = 'guild' | 'channel';

/** Events whose `id` is that of a guild. */
const OF_A_GUILD: ReadonlySet<string> = new Set(['GUILD_CREATE', 'GUILD_UPDATE', 'GUILD_DELETE']);
/** Events whose `id` is that of a channel or thread. */
const OF_A_CHANNEL = /^(CHANNEL|THREAD)_(CREATE|UPDATE|DELETE|MEMBERS_UPDATE|MEMBER_UPDATE)$/;

/**
 * The lane of an event: its guild's, or its channel's. What has no channel goes by its guild, and what has no guild
 * shares one lane.
 */
export function laneKey(kind: LaneKind, name: string, data: unknown): string {
  const channelId = kind === 'channel' ? idOf(data, OF_A_CHANNEL.test(name) ? 'id' : 'channel_id') : null;
  if (channelId !== null) return `channel ${channelId}`;
  const guildId = idOf(data, OF_A_GUILD.has(name) ? 'id' : 'guild_id');
  return guildId === null ? '' : `guild ${guildId}`;
}

function idOf(data: unknown, field: string): string | null {
  const id: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, field) : null;
  return typeof id === 'string' ? id : null;
}
