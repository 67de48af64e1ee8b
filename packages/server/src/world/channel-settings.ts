/** What only some kinds of channels have. */
import { ANNOUNCEMENT_TYPE, STAGE_TYPE, TEXT_TYPE, VOICE_TYPE } from './channel-kinds.ts';
import type { GuildChannel } from './entities.ts';
import { requireInteger } from './values.ts';

/** Fields that the type of a channel does not have are left out, as Discord does. */
export interface ChannelSettings {
  /** Voice and stage: 8,000 to 384,000 bits per second, in a stage at most 64,000. Default 64,000. */
  readonly bitrate?: number;
  /** Voice: 0 (no bound) to 99; stage: to 10,000. Default 0. */
  readonly userLimit?: number;
  /** Id of a voice region; null for the nearest. */
  readonly rtcRegion?: string | null;
  /** 1 auto, 2 full. */
  readonly videoQualityMode?: number;
  /** Minutes: 60, 1,440, 4,320 or 10,080. */
  readonly defaultAutoArchiveDuration?: number;
  /** Seconds, 0 to 21,600. */
  readonly defaultThreadRateLimitPerUser?: number;
}

type WireSettings = Pick<
  GuildChannel,
  | 'bitrate'
  | 'user_limit'
  | 'rtc_region'
  | 'video_quality_mode'
  | 'default_auto_archive_duration'
  | 'default_thread_rate_limit_per_user'
>;

const MIN_BITRATE = 8_000;
const MAX_BITRATE = 384_000;
const MAX_STAGE_BITRATE = 64_000;
const MAX_VOICE_USERS = 99;
const MAX_STAGE_USERS = 10_000;
const MAX_SLOWMODE_S = 21_600;
const MAX_ARCHIVE_MINUTES = 10_080;

/** The given settings that a channel of the type has. @throws WorldError INVALID_VALUE */
export function changedSettings(type: GuildChannel['type'], patch: ChannelSettings): WireSettings {
  switch (type) {
    case VOICE_TYPE:
      return voiceSettings(patch, MAX_BITRATE, MAX_VOICE_USERS);
    case STAGE_TYPE:
      return voiceSettings(patch, MAX_STAGE_BITRATE, MAX_STAGE_USERS);
    case TEXT_TYPE:
    case ANNOUNCEMENT_TYPE:
      return threadSettings(patch);
    default:
      return {};
  }
}

function voiceSettings(patch: ChannelSettings, maxBitrate: number, maxUsers: number): WireSettings {
  const { bitrate, userLimit, rtcRegion, videoQualityMode } = patch;
  return {
    ...(bitrate === undefined
      ? {}
      : { bitrate: requireInteger('bitrate', bitrate, MIN_BITRATE, maxBitrate) }),
    ...(userLimit === undefined ? {} : { user_limit: requireInteger('user limit', userLimit, 0, maxUsers) }),
    ...(rtcRegion === undefined ? {} : { rtc_region: rtcRegion }),
    ...(videoQualityMode === undefined
      ? {}
      : { video_quality_mode: requireInteger('video quality mode', videoQualityMode, 1, 2) }),
  };
}

function threadSettings(patch: ChannelSettings): WireSettings {
  const { defaultAutoArchiveDuration: minutes, defaultThreadRateLimitPerUser: seconds } = patch;
  return {
    ...(minutes === undefined
      ? {}
      : {
          default_auto_archive_duration: requireInteger('archive duration', minutes, 1, MAX_ARCHIVE_MINUTES),
        }),
    ...(seconds === undefined
      ? {}
      : { default_thread_rate_limit_per_user: requireInteger('slowmode', seconds, 0, MAX_SLOWMODE_S) }),
  };
}
