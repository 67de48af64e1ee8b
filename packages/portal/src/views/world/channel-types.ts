import type { IconName } from '../../ui/icon.tsx';

interface ChannelType {
  readonly type: number;
  readonly label: string;
  readonly icon: IconName;
  /** Fields that a channel of this type has besides its name and place. */
  readonly has: readonly ('topic' | 'slowmode' | 'nsfw')[];
}

/** @see https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
export const CHANNEL_TYPES: readonly ChannelType[] = [
  { type: 0, label: 'Text', icon: 'hash', has: ['topic', 'slowmode', 'nsfw'] },
  { type: 5, label: 'Announcement', icon: 'hash', has: ['topic', 'nsfw'] },
  { type: 2, label: 'Voice', icon: 'voice', has: ['slowmode', 'nsfw'] },
  { type: 13, label: 'Stage', icon: 'voice', has: ['slowmode', 'nsfw'] },
  { type: 15, label: 'Forum', icon: 'forum', has: ['topic', 'slowmode', 'nsfw'] },
  { type: 16, label: 'Media', icon: 'forum', has: ['topic', 'slowmode', 'nsfw'] },
  { type: 4, label: 'Category', icon: 'folder', has: [] },
];

/** Types that a channel may have instead of its own. */
export function typesFor(type: number): readonly ChannelType[] {
  const convertible = [0, 5];
  const allowed = convertible.includes(type) ? convertible : [type];
  return CHANNEL_TYPES.filter((known) => allowed.includes(known.type));
}

export const SLOWMODES: readonly { readonly seconds: number; readonly label: string }[] = [
  { seconds: 0, label: 'Off' },
  { seconds: 5, label: '5 s' },
  { seconds: 10, label: '10 s' },
  { seconds: 15, label: '15 s' },
  { seconds: 30, label: '30 s' },
  { seconds: 60, label: '1 min' },
  { seconds: 120, label: '2 min' },
  { seconds: 300, label: '5 min' },
  { seconds: 600, label: '10 min' },
  { seconds: 900, label: '15 min' },
  { seconds: 1_800, label: '30 min' },
  { seconds: 3_600, label: '1 h' },
  { seconds: 7_200, label: '2 h' },
  { seconds: 21_600, label: '6 h' },
];
