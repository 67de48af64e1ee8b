/** What a lifetime is like: drawn from its seed, or written by a test. */
import type { Random, ShardTiming } from '@guildhall/protocol';
import type { ServerQuirks } from './simulated-server.ts';

export interface Script {
  readonly shardCount: number;
  readonly maxConcurrency: number;
  /** Asks for a privileged intent: losing it is fatal. */
  readonly asksPrivileged: boolean;
  readonly quirks: ServerQuirks;
  readonly faultPhaseMs: number;
  readonly faultCount: number;
  readonly starts: StartLimits;
  /** What a token provider answers: the token of the portal, or always the first. Null: there is none. */
  readonly provider: 'informed' | 'outdated' | null;
  /** Replaces some of the client's defaults. */
  readonly timing: Partial<ShardTiming>;
  /**
   * `calm`: all must become live again, then the client closes. `abrupt`: it closes when the faults stop, in whatever
   * phase its shards are. `none`: the lifetime is left as it stands.
   */
  readonly ending: 'calm' | 'abrupt' | 'none';
}

/** The session starts that the server counts, and what the client leaves of them. */
export interface StartLimits {
  readonly perWindow: number;
  readonly windowMs: number;
  readonly reserve: number;
}

export const DAY_MS = 86_400_000;
export const DISCORD_STARTS: StartLimits = { perWindow: 1_000, windowMs: DAY_MS, reserve: 50 };
/** Lifetimes in which the starts are few, and come back soon enough to be waited for. */
const TIGHT_PROBABILITY = 0.15;
const ABRUPT_PROBABILITY = 0.25;
/** Discord's, and one so short that the wait for an answer ends when the next heartbeat is due. */
const HEARTBEAT_INTERVALS_MS = [41_250, 41_250, 41_250, 16_000];

export function chooseScript(random: Random): Script {
  const shardCount = random.integer(1, 4);
  return {
    shardCount,
    maxConcurrency: random.pick([1, 1, 2, 16]),
    asksPrivileged: random.chance(0.4),
    quirks: {
      heartbeatIntervalMs: random.pick(HEARTBEAT_INTERVALS_MS),
      repeatsReplays: random.chance(0.2),
      replayMaxEvents: random.pick([12, 40, 200]),
      habit: null,
    },
    faultPhaseMs: random.between(90_000, 600_000),
    faultCount: random.integer(3, 10),
    starts: random.chance(TIGHT_PROBABILITY) ? tightStarts(shardCount, random) : DISCORD_STARTS,
    provider: random.pick([null, null, 'informed', 'outdated'] as const),
    timing: {},
    ending: random.chance(ABRUPT_PROBABILITY) ? 'abrupt' : 'calm',
  };
}

function tightStarts(shardCount: number, random: Random): StartLimits {
  const reserve = random.integer(0, 2);
  return {
    perWindow: reserve + shardCount + random.integer(1, 4),
    windowMs: random.between(60_000, 180_000),
    reserve,
  };
}
