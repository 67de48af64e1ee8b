import type { ResumableSession, SessionStartLimit } from '@guildhall/protocol/client';
import { MAX_SHARD_COUNT } from './options.ts';
import type { KeptSessions } from './shard-manager.ts';

export const SESSION_RECORD_VERSION = 1;

/** To whom sessions belong. One that differs in any of these cannot go on with them. */
export interface SessionOrigin {
  /** Id of the bot's user, as its token spells it; null where it does not. */
  readonly bot: string | null;
  /** SHA-256 of the token, its first 32 hex digits: a reset of the token ends all sessions. */
  readonly tokenHash: string;
  /** A session has the intents that it began with. */
  readonly intents: number;
  /** The base URL of the gateway. */
  readonly gateway: string;
}

export interface RecordedSession extends Readonly<ResumableSession> {
  readonly shard: number;
}

/**
 * The sessions of a client at one moment: plain data that JSON carries, written by `detach` and by a session store,
 * read by `attach` and by the next `open`. It holds no token, and is of no use to who does not have that.
 */
export interface SessionRecord {
  readonly version: typeof SESSION_RECORD_VERSION;
  /** In ms since the epoch. */
  readonly savedAtMs: number;
  readonly origin: SessionOrigin;
  readonly shardCount: number;
  readonly sessions: readonly RecordedSession[];
  /** The day's session starts as this client has counted them. `resetAtMs`: ms since the epoch. */
  readonly identifyBudget: {
    readonly total: number;
    readonly remaining: number;
    readonly resetAtMs: number;
  };
}

/** Why sessions of a record are not used. `age`: too old, or from the future. The others: not what it is for. */
export type RecordRefusal =
  | 'malformed'
  | 'version'
  | 'bot'
  | 'token'
  | 'intents'
  | 'gateway'
  | 'shard-count'
  | 'age';

export interface RecordJudgement {
  /** Null when they are refused. */
  readonly kept: KeptSessions | null;
  readonly refusal: RecordRefusal | null;
  /** Holds for the bot, whatever its sessions are worth; null in a record of another one. */
  readonly startLimit: SessionStartLimit | null;
}

/** What a record has to fit. */
export interface RecordExpectation {
  readonly origin: SessionOrigin;
  readonly shardCount: number;
  readonly maxAgeMs: number;
  readonly nowMs: number;
}

/** Clocks of two machines may differ by so much. */
const CLOCK_SKEW_MS = 60_000;
const MAX_ID_LENGTH = 256;
const MAX_URL_LENGTH = 2_048;
const MAX_STARTS = 1_000_000;

/** @param bareToken without `Bot ` in front */
export function originOf(bareToken: string, intents: number, gateway: string): SessionOrigin {
  // Loaded on first use: few clients have a use for it.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const tokenHash = createHash('sha256').update(bareToken).digest('hex').slice(0, 32);
  return { bot: botIdOf(bareToken), tokenHash, intents, gateway };
}

export function recordOf(
  kept: KeptSessions,
  origin: SessionOrigin,
  limit: SessionStartLimit,
  nowMs: number,
): SessionRecord {
  return {
    version: SESSION_RECORD_VERSION,
    savedAtMs: nowMs,
    origin,
    shardCount: kept.shardCount,
    sessions: [...kept.byShard].map(([shard, session]) => ({ shard, ...session })),
    identifyBudget: {
      total: limit.total,
      remaining: limit.remaining,
      resetAtMs: nowMs + Math.ceil(limit.resetAfterMs),
    },
  };
}

/** @param value what a store or a caller has handed over, which may be anything */
export function judgeRecord(value: unknown, expected: RecordExpectation): RecordJudgement {
  const { origin, nowMs } = expected;
  const version = isObject(value) ? value.version : null;
  if (Number.isInteger(version) && version !== SESSION_RECORD_VERSION) return refused('version', null);
  if (!isSessionRecord(value)) return refused('malformed', null);
  if (!isOfSameBot(value.origin, origin)) return refused('bot', null);
  // Another gateway is another Discord: a test server's count says nothing about the real one.
  if (value.origin.gateway !== origin.gateway) return refused('gateway', null);

  const startLimit = startLimitOf(value, nowMs);
  if (value.origin.tokenHash !== origin.tokenHash) return refused('token', startLimit);
  if (value.origin.intents !== origin.intents) return refused('intents', startLimit);
  if (value.shardCount !== expected.shardCount) return refused('shard-count', startLimit);
  const ageMs = nowMs - value.savedAtMs;
  if (ageMs > expected.maxAgeMs || ageMs < -CLOCK_SKEW_MS) return refused('age', startLimit);
  const byShard = new Map(
    value.sessions.map(({ shard, id, resumeGatewayUrl, seq }) => [shard, { id, resumeGatewayUrl, seq }]),
  );
  return { kept: { shardCount: value.shardCount, byShard }, refusal: null, startLimit };
}

function refused(refusal: RecordRefusal, startLimit: SessionStartLimit | null): RecordJudgement {
  return { kept: null, refusal, startLimit };
}

function isOfSameBot(theirs: SessionOrigin, ours: SessionOrigin): boolean {
  if (theirs.bot !== ours.bot) return false;
  return ours.bot !== null || theirs.tokenHash === ours.tokenHash;
}

/** Null once the starts are back, for then there is nothing to remember. */
function startLimitOf({ identifyBudget }: SessionRecord, nowMs: number): SessionStartLimit | null {
  const { total, remaining, resetAtMs } = identifyBudget;
  return resetAtMs > nowMs ? { total, remaining, resetAfterMs: resetAtMs - nowMs } : null;
}

/** The first part of a bot token is the id of its user in Base64. */
function botIdOf(bareToken: string): string | null {
  const id = Buffer.from(bareToken.split('.', 1)[0] ?? '', 'base64url').toString('latin1');
  return /^\d{1,20}$/.test(id) ? id : null;
}

function isSessionRecord(value: unknown): value is SessionRecord {
  return (
    isObject(value) &&
    value.version === SESSION_RECORD_VERSION &&
    isCount(value.savedAtMs, Number.MAX_SAFE_INTEGER) &&
    isOrigin(value.origin) &&
    isCount(value.shardCount, MAX_SHARD_COUNT) &&
    isSessionList(value.sessions, value.shardCount) &&
    isBudget(value.identifyBudget)
  );
}

function isOrigin(value: unknown): value is SessionOrigin {
  return (
    isObject(value) &&
    (value.bot === null || typeof value.bot === 'string') &&
    typeof value.tokenHash === 'string' &&
    Number.isInteger(value.intents) &&
    typeof value.gateway === 'string'
  );
}

function isSessionList(value: unknown, shardCount: number): value is readonly RecordedSession[] {
  if (!Array.isArray(value) || value.length > shardCount) return false;
  const ids = new Set(value.map((session: unknown) => (isObject(session) ? session.shard : null)));
  return ids.size === value.length && value.every((session) => isSession(session, shardCount));
}

function isSession(value: unknown, shardCount: number): value is RecordedSession {
  return (
    isObject(value) &&
    isCount(value.shard, shardCount - 1) &&
    isText(value.id, MAX_ID_LENGTH) &&
    isText(value.resumeGatewayUrl, MAX_URL_LENGTH) &&
    isCount(value.seq, Number.MAX_SAFE_INTEGER)
  );
}

function isBudget(value: unknown): value is SessionRecord['identifyBudget'] {
  return (
    isObject(value) &&
    isCount(value.total, MAX_STARTS) &&
    isCount(value.remaining, value.total) &&
    isCount(value.resetAtMs, Number.MAX_SAFE_INTEGER)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxLength;
}

function isCount(value: unknown, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}
