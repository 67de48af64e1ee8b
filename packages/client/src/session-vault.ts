import type { SessionStartLimit } from '@guildhall/protocol/client';
import { ClientStateError, type GatewayClientError, SessionStoreError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { GatewayPlan } from './planner.ts';
import type { SessionRecord } from './session-record.ts';
import type { SessionStore } from './session-store.ts';
import type { KeptSessions } from './shard-manager.ts';

export interface VaultOptions {
  readonly store: SessionStore | null;
  readonly maxAgeMs: number;
  readonly saveEveryMs: number;
  readonly intents: number;
  readonly logger: Logger;
  /** The present token, without `Bot ` in front. */
  readonly token: () => string;
  readonly startLimit: () => SessionStartLimit;
  readonly onProblem: (error: GatewayClientError) => void;
}

export interface Recollection {
  readonly kept: KeptSessions | null;
  /** Session starts as they were counted before; null: nothing is known. */
  readonly startLimit: SessionStartLimit | null;
}

/** For each answer of a store. */
const STORE_DEADLINE_MS = 10_000;
/** A new session is saved at once, for who restarts a process that dies early would otherwise start one each time. */
const MIN_PAUSE_MS = 1_000;

/**
 * The sessions that a client has from before: those that it kept itself, of a snapshot, or of a store; and the store's
 * copy of those that it has now.
 */
export class SessionVault {
  readonly #options: VaultOptions;
  /** Of the last `close` of the same client. */
  #kept: KeptSessions | null = null;
  #attached: { readonly record: unknown } | null = null;
  /** Base URL of the last plan. */
  #gateway: string | null = null;

  /** Where to find the sessions of now; null while the client is closed. */
  #current: (() => KeptSessions) | null = null;
  /** Settles with the last save, never rejects. */
  #saving: Promise<void> = Promise.resolve();
  #unsettled = 0;
  #savedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: VaultOptions) {
    this.#options = options;
  }

  /** Takes a record for the next `recall`, in place of what was kept. */
  attach(record: unknown): void {
    this.#attached = { record };
    this.#kept = null;
  }

  /** The client ends for good, and is closed already: nothing of before is resumed. */
  async forget(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    this.#attached = null;
    if (kept !== null) await this.#save({ ...kept, byShard: new Map() }, STORE_DEADLINE_MS);
  }

  /** Hands the kept sessions to another process. @throws ClientStateError `NOT_OPEN` when there are none */
  async takeAway(): Promise<SessionRecord> {
    const kept = this.#kept;
    if (kept === null || this.#gateway === null) {
      throw new ClientStateError('NOT_OPEN', 'The client has no sessions to hand over: it was not open');
    }
    this.#kept = null;
    return await this.#recordOf(kept, this.#gateway);
  }

  /**
   * The sessions to go on with. What does not fit the plan is told to the logger. A store that fails is a problem, and
   * no reason not to connect.
   */
  async recall(plan: GatewayPlan, signal: AbortSignal): Promise<Recollection> {
    const { store, token, intents, maxAgeMs } = this.#options;
    const kept = this.#kept;
    const attached = this.#attached;
    this.#gateway = plan.gatewayUrl;
    if (kept !== null) return { kept: kept.shardCount === plan.count ? kept : null, startLimit: null };
    const record: unknown = attached === null ? await this.#load(store, signal) : attached.record;
    if (record === null || record === undefined) return { kept: null, startLimit: null };
    const { judgeRecord, originOf } = await records();
    const origin = originOf(token(), intents, plan.gatewayUrl);
    const expected = { origin, shardCount: plan.count, maxAgeMs, nowMs: Date.now() };
    const { refusal, ...recollection } = judgeRecord(record, expected);
    const source = attached === null ? 'store' : 'snapshot';
    if (refusal !== null) this.#options.logger.warn({ source, refusal }, REFUSED);
    return recollection;
  }

  /** What was recalled is in use. From now on the store has a copy that is at most `saveEveryMs` old. */
  startSaving(current: () => KeptSessions): void {
    this.#kept = null;
    this.#attached = null;
    this.#current = current;
    this.#schedule(this.#options.saveEveryMs);
  }

  /** A session has begun, or is about to: the copy is renewed soon. */
  touch(): void {
    const pauseMs = Math.min(MIN_PAUSE_MS, this.#options.saveEveryMs);
    this.#schedule(Math.max(0, this.#savedAtMs + pauseMs - Date.now()));
  }

  /**
   * The client is closed: keeps its last sessions for the next `recall`, and saves them. Resolves also when that fails.
   * @param last empty when the sessions were ended
   */
  async stopSaving(last: KeptSessions, deadlineMs = STORE_DEADLINE_MS): Promise<void> {
    clearTimeout(this.#timer);
    this.#current = null;
    this.#kept = last.byShard.size === 0 ? null : last;
    await this.#save(last, Math.min(deadlineMs, STORE_DEADLINE_MS));
  }

  async #load(store: SessionStore | null, signal: AbortSignal): Promise<unknown> {
    if (store === null) return null;
    try {
      return await within(STORE_DEADLINE_MS, async () => store.load(), signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#options.onProblem(new SessionStoreError('load', error));
      return null;
    }
  }

  #schedule(delayMs: number): void {
    if (this.#current === null || this.#options.store === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const current = this.#current;
      // A store that hangs is not asked for more.
      if (current !== null && this.#unsettled === 0) void this.#save(current(), STORE_DEADLINE_MS);
      this.#schedule(this.#options.saveEveryMs);
    }, delayMs);
  }

  /** One at a time, in order: an old record never takes the place of a newer one. */
  async #save(kept: KeptSessions, deadlineMs: number): Promise<void> {
    const { store, onProblem } = this.#options;
    const gateway = this.#gateway;
    if (store === null || gateway === null) return;
    this.#savedAtMs = Date.now();
    this.#unsettled += 1;
    const saved = this.#saving.then(async () => store.save(await this.#recordOf(kept, gateway)));
    const settle = (): void => {
      this.#unsettled -= 1;
    };
    this.#saving = saved.then(settle, settle);
    try {
      await within(deadlineMs, () => saved);
    } catch (error) {
      onProblem(new SessionStoreError('save', error));
    }
  }

  async #recordOf(kept: KeptSessions, gateway: string): Promise<SessionRecord> {
    const { originOf, recordOf } = await records();
    const { token, intents, startLimit } = this.#options;
    return recordOf(kept, originOf(token(), intents, gateway), startLimit(), Date.now());
  }
}

const REFUSED =
  'sessions of before are not used: they do not fit this bot, its token, intents, gateway or number of shards, or are ' +
  'too old. Every shard begins a new one';

/** Loaded on first use: a client without a store or a snapshot has no records. */
function records(): Promise<typeof import('./session-record.ts')> {
  return import('./session-record.ts');
}

async function within<T>(ms: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  const onAbort = (): void => late.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([task(), late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
