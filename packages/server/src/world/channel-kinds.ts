import type { ChannelType } from 'discord-api-types/v10';
import type { Channel, DmChannel } from './entities.ts';

export const TEXT_TYPE: ChannelType.GuildText = 0;
export const DM_TYPE: ChannelType.DM = 1;
export const VOICE_TYPE: ChannelType.GuildVoice = 2;
export const CATEGORY_TYPE: ChannelType.GuildCategory = 4;
export const ANNOUNCEMENT_TYPE: ChannelType.GuildAnnouncement = 5;
export const STAGE_TYPE: ChannelType.GuildStageVoice = 13;

export function isDm(channel: Channel): channel is DmChannel {
  return channel.type === DM_TYPE;
}

/** Where people speak: voice and stage channels. */
export function isVoice(channel: Channel): boolean {
  return channel.type === VOICE_TYPE || channel.type === STAGE_TYPE;
}
