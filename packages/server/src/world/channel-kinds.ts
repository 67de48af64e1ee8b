import type { ChannelType } from 'discord-api-types/v10';
import type { Channel, DmChannel, Message, Snowflake, Thread } from './entities.ts';

export const TEXT_TYPE: ChannelType.GuildText = 0;
export const DM_TYPE: ChannelType.DM = 1;
export const VOICE_TYPE: ChannelType.GuildVoice = 2;
export const CATEGORY_TYPE: ChannelType.GuildCategory = 4;
export const ANNOUNCEMENT_TYPE: ChannelType.GuildAnnouncement = 5;
export const ANNOUNCEMENT_THREAD_TYPE: ChannelType.AnnouncementThread = 10;
export const PUBLIC_THREAD_TYPE: ChannelType.PublicThread = 11;
export const PRIVATE_THREAD_TYPE: ChannelType.PrivateThread = 12;
export const FORUM_TYPE: ChannelType.GuildForum = 15;
export const MEDIA_TYPE: ChannelType.GuildMedia = 16;

export function isDm(channel: Channel): channel is DmChannel {
  return channel.type === DM_TYPE;
}

export function isThread(channel: Channel): channel is Thread {
  return (
    channel.type === ANNOUNCEMENT_THREAD_TYPE ||
    channel.type === PUBLIC_THREAD_TYPE ||
    channel.type === PRIVATE_THREAD_TYPE
  );
}

/** Forum and media channels: what is said there is said in their threads. */
export function isThreadOnly({ type }: Pick<Channel, 'type'>): boolean {
  return type === FORUM_TYPE || type === MEDIA_TYPE;
}

export function holdsMessages(channel: Channel): boolean {
  return channel.type !== CATEGORY_TYPE && !isThreadOnly(channel);
}

/** Where an event happened, as its payload says it. */
export function placeOf(channel: Channel): { channel_id: Snowflake; guild_id?: Snowflake } {
  return { channel_id: channel.id, ...(isDm(channel) ? {} : { guild_id: channel.guild_id }) };
}

/** In a DM, nobody's guild. */
export function guildOf(channel: Channel): Message['guild_id'] {
  return isDm(channel) ? null : channel.guild_id;
}
