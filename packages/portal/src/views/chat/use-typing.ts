import { useEffect, useState } from 'react';
import type { Snowflake } from '../../api/types.ts';
import { follow } from '../../state/hall.ts';
import { useStore } from '../../state/store.ts';
import { seconds } from '../../state/ticker.ts';

/** As long as Discord's clients show it. */
const TYPING_MS = 10_000;

/** Fields of TYPING_START and of MESSAGE_CREATE. */
interface TypingData {
  readonly channel_id?: Snowflake;
  readonly user_id?: Snowflake;
  readonly author?: { readonly id: Snowflake };
}

/** Ids of the users who write in the channel at present. */
export function useTyping(channelId: Snowflake | null): readonly Snowflake[] {
  const now = useStore(seconds);
  const [until, setUntil] = useState<ReadonlyMap<Snowflake, number>>(new Map());
  useEffect(() => {
    setUntil(new Map());
    return follow((events) => {
      for (const event of events) {
        if (event.type !== 'dispatch') continue;
        const { channel_id, user_id: typing, author } = event.d as TypingData;
        if (channel_id !== channelId) continue;
        if (event.name === 'TYPING_START' && typing !== undefined) {
          setUntil((known) => new Map(known).set(typing, Date.now() + TYPING_MS));
        } else if (event.name === 'MESSAGE_CREATE' && author !== undefined) {
          setUntil((known) => new Map([...known].filter(([id]) => id !== author.id)));
        }
      }
    });
  }, [channelId]);
  return [...until].filter(([, untilMs]) => untilMs > now).map(([id]) => id);
}
