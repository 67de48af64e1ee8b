import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { Chatter, Snowflake } from '../../api/types.ts';
import { follow } from '../../state/hall.ts';
import { type Form, useForm } from '../../ui/use-form.ts';

export interface ChatterState extends Pick<Form, 'isBusy' | 'errorOf'> {
  /** Null until it has been read. */
  readonly chatter: Chatter | null;
  readonly failure: string | null;
  readonly set: (patch: Partial<Chatter>) => void;
}

/**
 * How people of a guild talk, as the server has it and others change it. A change is shown at once; while one is on its
 * way to the server further ones gather, so that a slider that is dragged asks once in a round trip.
 */
export function useChatter(guildId: Snowflake): ChatterState {
  const [chatter, setChatter] = useState<Chatter | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const { isBusy, errorOf, submit } = useForm();
  const gathered = useRef<Partial<Chatter> | null>(null);
  const isSending = useRef(false);

  const read = useCallback(async () => {
    try {
      setChatter(await api.chatter(guildId));
    } catch (error) {
      setFailure(messageOf(error));
    }
  }, [guildId]);
  useEffect(() => {
    void read();
    return follow((events) => {
      const heard = events.findLast((event) => event.type === 'chatter' && event.guildId === guildId);
      if (heard?.type === 'chatter' && !isSending.current) setChatter(heard.chatter);
      if (events.some(({ type }) => type === 'hello' || type === 'resync')) void read();
    });
  }, [guildId, read]);

  const send = async () => {
    isSending.current = true;
    while (gathered.current !== null) {
      const patch = gathered.current;
      gathered.current = null;
      let isDone = false;
      await submit(async () => {
        const answer = await api.setChatter(guildId, patch);
        isDone = true;
        if (gathered.current === null) setChatter(answer);
      });
      if (!isDone) await read();
    }
    isSending.current = false;
  };
  return {
    chatter,
    failure,
    isBusy,
    errorOf,
    set: (patch) => {
      setChatter((known) => known && { ...known, ...patch });
      gathered.current = { ...gathered.current, ...patch };
      if (!isSending.current) void send();
    },
  };
}
