import { Worker } from 'node:worker_threads';
import type { Stop } from '@guildhall/protocol/client';
import type { BacklogStatus } from '../backlog.ts';
import type { EncodedCommand, SendOptions } from '../command.ts';
import type { LoopLag } from '../drift-watch.ts';
import { type GatewayClientError, SendError, WorkerLostError } from '../errors.ts';
import type { ShardSettings } from '../shard-settings.ts';
import type { EventTally } from '../watching/event-tally.ts';
import { ClaimDesk } from './claim-desk.ts';
import { readBatch } from './event-batch.ts';
import type { FromWorker, Pulse, ToWorker, WorkerData, WorkerSettings } from './messages.ts';
import type { RemoteShard, ShardThread } from './remote-shard.ts';
import { RestartGovernor } from './restart-governor.ts';
import { packError, unpackError } from './wire-error.ts';
import type { WorkerReport } from './worker-report.ts';
import { WorkerSends } from './worker-sends.ts';

/** What a thread needs of its client. */
export interface ThreadHost {
  readonly settings: Pick<ShardSettings, 'gate' | 'tokens' | 'logger' | 'limits' | 'signal'>;
  readonly tally: EventTally;
  /** For a thread that starts now. */
  workerSettings(): WorkerSettings;
  problem(error: GatewayClientError): void;
  noteShed(name: string, events: number): void;
  told(worker: number, message: unknown): void;
  /** There is another token. */
  tokenRenewed(): void;
}

/**
 * `up`: the thread runs, or starts. `down`: it has ended, and another one starts when the timer says so. `given-up`: it has
 * ended too often. `ended`: nobody needs it any more.
 */
type State =
  | { readonly name: 'up'; readonly worker: Worker }
  | { readonly name: 'down'; readonly timer: NodeJS.Timeout }
  | { readonly name: 'given-up' }
  | { readonly name: 'ended' };

/** One worker thread from the first to the last, whoever takes its place in between, and the shards in it. */
export class WorkerThread implements ShardThread {
  readonly id: number;
  readonly #host: ThreadHost;
  readonly #shards = new Map<number, RemoteShard>();
  readonly #governor = new RestartGovernor();
  readonly #claims: ClaimDesk;
  readonly #sends: WorkerSends;
  /** What the present thread ends with, before it does. */
  #failure: Error | null = null;
  readonly #ends = new Map<number, NodeJS.Timeout>();
  #state: State;
  #restarts = 0;
  #crossedEvents = 0;
  #crossedBytes = 0;
  #batches = 0;
  #backlog: BacklogStatus | null = null;
  #loopLag: LoopLag | null = null;
  #handled: readonly string[] = [];

  constructor(id: number, host: ThreadHost) {
    this.id = id;
    this.#host = host;
    this.#claims = new ClaimDesk(host.settings.gate);
    this.#sends = new WorkerSends(host.settings.limits.maxQueuedSends, () => {
      const { name } = this.#state;
      const post = (message: ToWorker): void => this.post(message);
      return { name: name === 'up' || name === 'down' ? name : 'gone', post };
    });
    this.#state = { name: 'up', worker: this.#spawn() };
  }

  get isUp(): boolean {
    return this.#state.name === 'up';
  }

  get size(): number {
    return this.#shards.size;
  }

  get report(): WorkerReport {
    return {
      id: this.id,
      shards: [...this.#shards.values()].map(({ id }) => id),
      restarts: this.#restarts,
      crossedEvents: this.#crossedEvents,
      crossedBytes: this.#crossedBytes,
      batches: this.#batches,
      backlog: this.#backlog,
      loopLag: this.#loopLag,
    };
  }

  /** Events that have a handler in the thread. */
  get handled(): readonly string[] {
    return this.#handled;
  }

  add(shard: RemoteShard): void {
    this.#shards.set(shard.key, shard);
  }

  post(message: ToWorker): void {
    // What shards were told before a thread has ended, they tell the next one.
    if (this.#state.name === 'up') this.#state.worker.postMessage(message);
  }

  send(key: number, command: EncodedCommand, options: SendOptions): Promise<void> {
    return this.#sends.send(key, command, options);
  }

  endBy(key: number, afterMs: number): void {
    clearTimeout(this.#ends.get(key));
    this.#ends.set(
      key,
      setTimeout(() => {
        if (this.#state.name === 'up') void this.#state.worker.terminate();
      }, afterMs),
    );
  }

  raise(): void {
    if (this.#state.name !== 'given-up') return;
    this.#governor.reset();
    this.#restart();
  }

  /** Resolves when the thread is gone. Its shards have been closed before. */
  async end(): Promise<void> {
    const state = this.#state;
    this.#state = { name: 'ended' };
    for (const timer of this.#ends.values()) clearTimeout(timer);
    this.#leave(new SendError('CLOSED', 'The client was closed before the command could be sent'));
    if (state.name === 'down') clearTimeout(state.timer);
    if (state.name === 'up') await state.worker.terminate();
  }

  #spawn(): Worker {
    // By its public name, so that it is found from the source as well as from a bundle.
    const worker = new Worker(new URL(import.meta.resolve('@guildhall/client/worker')), {
      name: `guildhall-${this.id}`,
      workerData: { worker: this.id, settings: this.#host.workerSettings() } satisfies WorkerData,
    });
    this.#failure = null;
    worker.on('message', (messages: readonly FromWorker[]) => {
      for (const message of messages) {
        // A handler may have ended the thread.
        if (this.#state.name === 'up' && this.#state.worker === worker) this.#hear(message, worker);
      }
    });
    worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', (code) => {
      if (this.#state.name === 'up' && this.#state.worker === worker) this.#onLost(this.#failure ?? code);
    });
    return worker;
  }

  #hear(message: FromWorker, worker: Worker): void {
    const { tokens, logger } = this.#host.settings;
    switch (message.type) {
      case 'events': {
        const { buffer, byteLength, count } = message;
        this.#batches += 1;
        this.#crossedEvents += count;
        this.#crossedBytes += byteLength;
        readBatch(buffer, byteLength, (bytes, event) => this.#shards.get(event.key)?.dispatch(bytes, event));
        worker.postMessage({ type: 'handed-over', count, buffer } satisfies ToWorker, [buffer]);
        return;
      }
      case 'lifecycle':
      case 'phase':
      case 'repeats':
        this.#shards.get(message.key)?.hear(message);
        return;
      case 'closed': {
        const shard = this.#shards.get(message.key);
        this.#shards.delete(message.key);
        clearTimeout(this.#ends.get(message.key));
        this.#ends.delete(message.key);
        shard?.hear(message);
        return;
      }
      case 'pulse':
        this.#onPulse(message);
        return;
      case 'problem':
        // Whatever a worker calls a problem is an error of this package.
        this.#host.problem(unpackError(message.error) as GatewayClientError);
        return;
      case 'told':
        this.#host.told(this.id, message.message);
        return;
      case 'log':
        logger[message.level](message.fields, message.message);
        return;
      case 'sent':
        this.#sends.sent(message.call);
        return;
      case 'unsent':
        this.#sends.unsent(message.call, unpackError(message.error));
        return;
      case 'claim':
        void this.#claim(message.call, message.shardId, worker);
        return;
      case 'claim-over':
        this.#claims.over(message.call);
        return;
      case 'renew':
        void this.#renew(tokens, message.call, message.rejected, worker);
        return;
    }
  }

  #onPulse({ shards, events, handled, loopLag, backlog }: Pulse): void {
    for (const { key, report, seq } of shards) this.#shards.get(key)?.pulse(report, seq);
    for (const event of events) {
      this.#host.tally.add(event);
      this.#host.noteShed(event.name, event.shed);
    }
    this.#handled = handled;
    this.#loopLag = loopLag;
    this.#backlog = backlog;
  }

  async #claim(call: number, shardId: number, worker: Worker): Promise<void> {
    try {
      await this.#claims.claim(call, shardId);
      worker.postMessage({ type: 'granted', call } satisfies ToWorker);
    } catch (error) {
      worker.postMessage({ type: 'refused', of: 'claim', call, error: packError(error) } satisfies ToWorker);
    }
  }

  async #renew(
    tokens: ShardSettings['tokens'],
    call: number,
    rejected: string,
    worker: Worker,
  ): Promise<void> {
    try {
      const renewed = await tokens.renew(rejected, this.#host.settings.signal);
      if (renewed) this.#host.tokenRenewed();
      worker.postMessage({ type: 'renewed', call, renewed } satisfies ToWorker);
    } catch (error) {
      worker.postMessage({ type: 'refused', of: 'renew', call, error: packError(error) } satisfies ToWorker);
    }
  }

  /** The thread has ended by itself. */
  #onLost(how: number | Error): void {
    const why = 'The worker of the shard ended before it had said that the command was sent';
    this.#leave(new SendError('WORKER_LOST', why));
    for (const timer of this.#ends.values()) clearTimeout(timer);
    this.#ends.clear();
    const shards = [...this.#shards.values()];
    const delayMs = this.#governor.next();
    this.#state =
      delayMs === null
        ? { name: 'given-up' }
        : { name: 'down', timer: setTimeout(() => this.#restart(), delayMs) };
    const ids = shards.map(({ id }) => id);
    const error = new WorkerLostError(this.id, ids, delayMs !== null, how);
    this.#host.problem(error);
    const times = this.#restarts + 1;
    const stop: Stop = {
      code: 'WORKER_LOST',
      closeCode: null,
      scope: 'shard',
      cause: 'connection-lost',
      times,
    };
    for (const shard of shards) {
      shard.lost(error, delayMs === null ? stop : null);
      if (shard.isClosed) this.#shards.delete(shard.key);
    }
  }

  #restart(): void {
    this.#restarts += 1;
    this.#state = { name: 'up', worker: this.#spawn() };
    for (const shard of this.#shards.values()) shard.resume();
    this.#sends.deliver();
  }

  /** Nobody answers, and nobody gives anything back. */
  #leave(error: SendError): void {
    this.#claims.allOver();
    this.#sends.refuseAll(error);
  }
}
