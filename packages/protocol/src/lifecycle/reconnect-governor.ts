/**
 * How long a shard waits before it dials again, and when it had better not. Full jitter, growth and a cap for every
 * loss alike; what forgives is time alone. A gateway that lets a shard in and throws it out the same way each time is
 * a loop: slowed first, then left.
 */
import type { LossCause } from './shard-state.ts';
import type { ShardTiming } from './shard-timing.ts';

export interface Governor {
  /** Connections lost since the shard was last stable; the pause before a resume or a dial doubles with each. */
  readonly failures: number;
  /** Those of them whose way back costs a session start; the pause before an Identify doubles with each. */
  readonly restarts: number;
  readonly loop: Loop | null;
}

/** Equal ends in a row of connections that had been live, with no stable time in between. */
export interface Loop {
  readonly cause: LossCause;
  /** Close code of the server; null for what came as an opcode. */
  readonly code: number | null;
  readonly times: number;
  /** Those of them whose connection began with READY: each has cost a session start. */
  readonly starts: number;
}

/** How a connection ended, as far as the next one's time depends on it. */
export interface Ending {
  readonly cause: LossCause;
  readonly code: number | null;
  readonly phase: 'before-identify' | 'identifying' | 'resuming' | 'live';
  /** The connection had begun a session, and not resumed one. */
  readonly started: boolean;
  readonly next: 'resume' | 'identify';
}

export interface Pause {
  readonly minMs: number;
  readonly maxMs: number;
}

export type Ruling =
  /** `times`: turns of the loop that this ending belongs to, or 0. */
  | { readonly type: 'wait'; readonly governor: Governor; readonly pause: Pause; readonly times: number }
  | { readonly type: 'quarantine'; readonly governor: Governor; readonly loop: Loop };

export const CALM: Governor = { failures: 0, restarts: 0, loop: null };

const AT_ONCE: Pause = { minMs: 0, maxMs: 0 };

/** What the gateway says on purpose. A network that fails says nothing about what would be let in next. */
const KICKS: ReadonlySet<LossCause> = new Set([
  'closed-by-server',
  'reconnect-requested',
  'invalid-session',
  'undecodable',
]);

export function govern(before: Governor, ending: Ending, timing: ShardTiming): Ruling {
  const kicked = ending.phase === 'live' && KICKS.has(ending.cause);
  const loop = kicked ? turn(before.loop, ending) : null;
  const governor = {
    failures: before.failures + 1,
    restarts: before.restarts + (costsStart(ending) ? 1 : 0),
    loop: loop ?? before.loop,
  };
  if (loop !== null && isBeyondHope(loop, timing)) return { type: 'quarantine', governor, loop };
  const pause = pauseOf(before, loop, ending, timing);
  return { type: 'wait', governor, pause, times: loop?.times ?? 0 };
}

function turn(loop: Loop | null, { cause, code, started }: Ending): Loop {
  const goesOn = loop !== null && loop.cause === cause && loop.code === code;
  const { times, starts } = goesOn ? loop : { times: 0, starts: 0 };
  return { cause, code, times: times + 1, starts: starts + (started ? 1 : 0) };
}

function isBeyondHope({ times, starts }: Loop, timing: ShardTiming): boolean {
  return times >= timing.quarantineKicks || starts >= timing.quarantineStarts;
}

/** A gateway that was reached has to be told who we are anew. A dial that failed has cost nothing. */
function costsStart({ next, phase }: Ending): boolean {
  return next === 'identify' && phase !== 'before-identify';
}

function pauseOf(
  { failures, restarts }: Governor,
  loop: Loop | null,
  ending: Ending,
  timing: ShardTiming,
): Pause {
  const { cause, next } = ending;
  if (cause === 'reconnect-requested' && (loop === null ? failures === 0 : loop.times === 1)) return AT_ONCE;

  const turns = (loop?.times ?? 0) - timing.loopKicks;
  const loops = turns >= 0;
  const restarting = costsStart(ending);
  let ceiling = doubled(timing.backoffBaseMs, failures, timing.backoffCapMs);
  // Outages and resumes that came before have cost no start, and do not put off a new session.
  if (restarting) {
    ceiling = loops
      ? doubled(timing.loopIdentifyMs, turns, timing.identifyBackoffCapMs)
      : doubled(timing.backoffBaseMs, restarts, timing.identifyBackoffCapMs);
  }
  // Draws near zero must not come in a row where each costs a start, or where nothing else slows the loop.
  const held = loops || (restarting && restarts >= timing.loopKicks);
  const pause = { minMs: held ? ceiling / 2 : 0, maxMs: ceiling };
  if (cause !== 'invalid-session' || next !== 'identify') return pause;
  return {
    minMs: Math.max(pause.minMs, timing.invalidSessionMinMs),
    maxMs: Math.max(pause.maxMs, timing.invalidSessionMaxMs),
  };
}

function doubled(baseMs: number, times: number, capMs: number): number {
  return Math.min(capMs, baseMs * 2 ** times);
}
