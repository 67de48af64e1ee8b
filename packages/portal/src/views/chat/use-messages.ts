import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { Message, Snowflake } from '../../api/types.ts';
import { follow } from '../../state/hall.ts';
import { notify } from '../../state/notices.ts';
import { withEvents } from './message-list.ts';

export interface ChannelMessages {
  /** Oldest first; null while they are being read. */
  readonly messages: readonly Message[] | null;
  /** Whether there are older ones. */
  readonly hasOlder: boolean;
  readonly readOlder: () => void;
  /** Reads as far back as the message. @returns whether it is there */
  readonly readBackTo: (messageId: Snowflake) => Promise<boolean>;
}

const PER_PAGE = 100;
/** How far one goes back for a single message. */
const MAX_PAGES_BACK = 50;

/** The messages of a channel, live. */
export function useMessages(channelId: Snowflake | null): ChannelMessages {
  const [messages, setMessages] = useState<readonly Message[] | null>(null);
  const [hasOlder, setHasOlder] = useState(false);
  const isReading = useRef(false);

  useEffect(() => {
    setMessages(null);
    setHasOlder(false);
    if (channelId === null) return undefined;
    let isWanted = true;
    const read = async () => {
      isReading.current = true;
      try {
        const newest = await api.messages(channelId);
        if (!isWanted) return;
        setMessages(newest.reverse());
        setHasOlder(newest.length === PER_PAGE);
      } catch (error) {
        if (isWanted) notify('bad', messageOf(error));
      } finally {
        isReading.current = false;
      }
    };
    const unfollow = follow((events) => {
      if (events.some(({ type }) => type === 'hello' || type === 'resync')) void read();
      setMessages((known) => known && withEvents(known, channelId, events));
    });
    void read();
    return () => {
      isWanted = false;
      unfollow();
    };
  }, [channelId]);

  const oldestId = messages?.[0]?.id;
  const readOlder = useCallback(() => {
    if (channelId === null || oldestId === undefined || !hasOlder || isReading.current) return;
    isReading.current = true;
    api
      .messages(channelId, oldestId)
      .then((older) => {
        setHasOlder(older.length === PER_PAGE);
        // Only if the list still begins where it began when they were asked for.
        setMessages((known) => (known?.[0]?.id === oldestId ? [...older.reverse(), ...known] : known));
      })
      .catch((error: unknown) => notify('bad', messageOf(error)))
      .finally(() => {
        isReading.current = false;
      });
  }, [channelId, oldestId, hasOlder]);

  const held = useRef(messages);
  held.current = messages;
  const readBackTo = useCallback(
    async (messageId: Snowflake): Promise<boolean> => {
      const known = held.current ?? [];
      if (known.some(({ id }) => id === messageId)) return true;
      const back: Message[] = [];
      let before = known[0]?.id;
      for (let page = 0; channelId !== null && page < MAX_PAGES_BACK; page += 1) {
        const older = await api.messages(channelId, before);
        back.unshift(...older.reverse());
        before = older[0]?.id;
        const isThere = older.some(({ id }) => id === messageId);
        if (!isThere && older.length === PER_PAGE) continue;
        if (isThere) {
          setHasOlder(older.length === PER_PAGE);
          setMessages((now) => (now?.[0]?.id === known[0]?.id ? [...back, ...(now ?? [])] : now));
        }
        return isThere;
      }
      return false;
    },
    [channelId],
  );

  return { messages, hasOlder, readOlder, readBackTo };
}
