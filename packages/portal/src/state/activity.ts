import type { HallEvent, Snowflake } from '../api/types.ts';
import { describeClose } from './close-codes.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** One thing that a client did, or that was done to it. */
export interface Activity {
  readonly key: number;
  readonly at: string;
  readonly applicationId: Snowflake;
  /** Shard id, null when it concerns all or nobody knows. */
  readonly shard: number | null;
  readonly tone: Tone;
  readonly what: string;
  /** In other words, for those who do not know the codes. */
  readonly more: string;
}

const MAX_ACTIVITIES = 400;
let nextKey = 1;

/** Newest last, the oldest forgotten. */
export function withActivity(known: readonly Activity[], events: readonly HallEvent[]): readonly Activity[] {
  const fresh = events.flatMap((event) => activityOf(event) ?? []);
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-MAX_ACTIVITIES);
}

function activityOf(event: HallEvent): Activity | null {
  const told = tell(event);
  return told === null ? null : { key: nextKey++, at: event.at, ...told };
}

function tell(event: HallEvent): Omit<Activity, 'key' | 'at'> | null {
  switch (event.type) {
    case 'application-revoked': {
      const { applicationId, cause, intents } = event;
      if (cause === 'application-deleted') return null;
      const what = cause === 'token-reset' ? 'Token reset' : `${intents.join(', ')} switched off`;
      return { applicationId, shard: null, tone: 'warn', what, more: 'Every session ends with 4003.' };
    }
    case 'session-opened':
      return ofSession(event.session, 'good', 'Identified', 'READY: a new session.');
    case 'session-resumed':
      return ofSession(event.session, 'good', 'Resumed', 'The session goes on; what was missed is replayed.');
    case 'session-closed': {
      const { session, close } = event;
      if (close === null) return ofSession(session, 'warn', 'Invalidated', 'op 9: the session is gone.');
      const { what, more } = describeClose(close);
      return ofSession(session, close.code === 1000 ? 'plain' : 'bad', what, more);
    }
    case 'refused': {
      const { applicationId, shard, request, code } = event;
      const tried = request === 'identify' ? 'Identify' : 'Resume';
      const what = code === null ? `${tried} refused with op 9` : `${tried} refused with ${code}`;
      const more =
        code === null ? OP_9_MORE[request] : describeClose({ code, by: 'server', reason: '' }).more;
      return { applicationId, shard, tone: 'bad', what, more };
    }
    default:
      return null;
  }
}

const OP_9_MORE = {
  identify: 'Too soon after the last one: the client has to wait.',
  resume: 'There is no such session any more: the client has to identify.',
} as const;

function ofSession(
  { applicationId, shard }: { readonly applicationId: Snowflake; readonly shard: readonly [number, number] },
  tone: Tone,
  what: string,
  more: string,
): Omit<Activity, 'key' | 'at'> {
  return { applicationId, shard: shard[0], tone, what, more };
}
