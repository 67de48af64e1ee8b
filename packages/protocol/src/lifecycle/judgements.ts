/** The server's decisions on Identify and Resume: pure, in one place, in one order. */
import { CloseCode } from '../close-codes.ts';
import { disallowedIntents, isValidIntents } from '../intents.ts';
import { type IdentifyRequest, readShard } from './identify-request.ts';

/** What the server knows when it judges an Identify. */
export interface IdentifyFacts {
  /** The application that the token belongs to, or null. */
  readonly application: {
    /** Privileged intent bits that are switched on. */
    readonly privilegedIntents: number;
  } | null;
  /** Guilds of the bot on this shard. */
  readonly guildsOnShard: (shard: readonly [id: number, count: number]) => number;
  readonly maxGuildsPerShard: number;
  /** Takes the 5 s slot of the shard's concurrency bucket. */
  readonly takeBucket: (shardId: number) => boolean;
  /** Counts the day's session start. */
  readonly countStart: () => boolean;
}

export type IdentifyJudgement =
  | {
      readonly type: 'accept';
      readonly shard: readonly [id: number, count: number];
      readonly intents: number;
    }
  | { readonly type: 'close'; readonly code: number }
  /** op 9 `d:false`; the socket stays open. */
  | { readonly type: 'invalid-session' }
  /** The day's starts are used up: the token is reset and every session ends. */
  | { readonly type: 'token-reset' };

/**
 * The order of the checks is a choice (Discord's is not documented): settings before limits, so that a bot with wrong
 * settings learns of them at once and a refused Identify uses up nothing that a right one needs.
 */
export function judgeIdentify(request: IdentifyRequest, facts: IdentifyFacts): IdentifyJudgement {
  if (facts.application === null) return { type: 'close', code: CloseCode.AUTHENTICATION_FAILED };
  const shard = readShard(request.shard);
  if (shard === null) return { type: 'close', code: CloseCode.INVALID_SHARD };
  const { intents } = request;
  if (!isValidIntents(intents)) return { type: 'close', code: CloseCode.INVALID_INTENTS };
  if (disallowedIntents(intents, facts.application.privilegedIntents) !== 0) {
    return { type: 'close', code: CloseCode.DISALLOWED_INTENTS };
  }
  if (facts.guildsOnShard(shard) > facts.maxGuildsPerShard) {
    return { type: 'close', code: CloseCode.SHARDING_REQUIRED };
  }
  if (!facts.takeBucket(shard[0])) return { type: 'invalid-session' };
  if (!facts.countStart()) return { type: 'token-reset' };
  return { type: 'accept', shard, intents };
}

export type ResumeJudgement<Body> =
  | { readonly type: 'accept'; readonly missed: readonly (readonly [seq: number, body: Body])[] }
  /** `missed-too-much`: more than is kept for a resume. */
  | {
      readonly type: 'invalid-session';
      readonly why: 'no-such-session' | 'impossible-seq' | 'missed-too-much';
    }
  | { readonly type: 'close'; readonly code: number; readonly why: 'impossible-seq' | 'missed-too-much' };

export interface ResumeFacts<Body> {
  /** Whether the token is valid and belongs to the session's application. */
  readonly authorized: boolean;
  readonly session: {
    readonly seq: number;
    readonly replay: { since(seq: number): readonly (readonly [number, Body])[] | null };
  } | null;
  /** Answer an impossible `seq` with 4007 as the docs' table says; some libraries then resume in an endless loop. */
  readonly strictSeq: boolean;
  /** Answer with 4007 when the missed events are no longer kept. */
  readonly closesLostReplay: boolean;
}

export function judgeResume<Body>(seq: unknown, facts: ResumeFacts<Body>): ResumeJudgement<Body> {
  const { session } = facts;
  if (!facts.authorized || session === null) return { type: 'invalid-session', why: 'no-such-session' };
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0 || seq > session.seq) {
    return refusedSeq('impossible-seq', facts.strictSeq);
  }
  const missed = session.replay.since(seq);
  return missed === null ? refusedSeq('missed-too-much', facts.closesLostReplay) : { type: 'accept', missed };
}

function refusedSeq(why: 'impossible-seq' | 'missed-too-much', closes: boolean): ResumeJudgement<never> {
  return closes ? { type: 'close', code: CloseCode.INVALID_SEQ, why } : { type: 'invalid-session', why };
}
