import type { Snowflake } from './entities.ts';

/** What those in a voice channel see or hear of one of them. */
export type VoiceEffect =
  | { readonly kind: 'emoji'; readonly emoji: EffectEmoji }
  | {
      readonly kind: 'sound';
      readonly soundId: Snowflake;
      /** 0 to 1. */
      readonly volume: number;
      readonly emoji: EffectEmoji | null;
    };

export interface EffectEmoji {
  /** Null for a Unicode emoji. */
  readonly id: Snowflake | null;
  readonly name: string | null;
}

/** The animation that everybody has; others are of Nitro. */
const BASIC_ANIMATION = { animation_type: 1, animation_id: 0 };

/** @see https://docs.discord.com/developers/events/gateway-events#voice-channel-effect-send */
export function voiceEffectView(effect: VoiceEffect): object {
  const emoji = effect.emoji === null ? null : { ...effect.emoji, animated: false };
  return effect.kind === 'emoji'
    ? { emoji, ...BASIC_ANIMATION }
    : { emoji, sound_id: effect.soundId, sound_volume: effect.volume };
}
