import { useEffect, useState } from 'react';
import { messageOf } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { HallEvent, MetricsHistory, MetricsSample } from '../../api/types.ts';
import { follow } from '../../state/hall.ts';
import { withSample } from './history.ts';

/** The last hour, read once and then followed by the stream; read again when the stream says that it has lost something. */
export function useHistory(): { readonly history: MetricsHistory | null; readonly failure: string | null } {
  const [history, setHistory] = useState<MetricsHistory | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    /** What has come since the reading began, and may not be in what is read. */
    let early: MetricsSample[] = [];
    const read = () => {
      early = [];
      api.metrics().then(
        (fresh) => {
          if (!isWanted) return;
          setHistory(early.reduce(withSample, fresh));
          setFailure(null);
        },
        (error: unknown) => {
          if (isWanted) setFailure(messageOf(error));
        },
      );
    };
    const stop = follow((events) => {
      if (events.some(isBreak)) read();
      const samples = events.flatMap((event) => (event.type === 'metrics' ? [event.sample] : []));
      early.push(...samples);
      if (samples.length > 0) setHistory((known) => known && samples.reduce(withSample, known));
    });
    read();
    return () => {
      isWanted = false;
      stop();
    };
  }, []);
  return { history, failure };
}

function isBreak({ type }: HallEvent): boolean {
  return type === 'hello' || type === 'resync';
}
