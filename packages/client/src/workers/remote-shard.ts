import {
  initialShardState,
  type ResumableSession,
  type ShardEvent,
  type Stop,
} from '@guildhall/protocol/client';
import type { GatewayPresenceUpdateData } from 'discord-api-types/v10';
import type { EncodedCommand, SendOptions } from '../command.ts';
import { Delivery } from '../delivery.ts';
import { ProtocolError } from '../errors.ts';
import type { LossReason } from '../loss-error.ts';
import type { ShardHandle } from '../shard-handle.ts';
import type { ShardHost, ShardSettings } from '../shard-settings.ts';
import type { ShardView } from '../shard-view.ts';
import { type ShardReport, ShardWatch } from '../watching/shard-watch.ts';
import { agedReport } from './aged-report.ts';
import type { BatchedEvent } from './event-batch.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { remoteViewOf } from './remote-view.ts';
import { unpackError } from './wire-error.ts';

/** The thread that a shard runs in. */
export interface ShardThread {
  /** False: the thread is gone, and another one is about to take its place. */
  readonly isUp: boolean;
  /** Starts a thread where the last one ended too often for another to be started by itself. */
  raise(): void;
  post(message: ToWorker): void;
  send(key: number, command: EncodedCommand, options: SendOptions): Promise<void>;
  /** The thread is ended by force unless the shard has closed by then. */
  endBy(key: number, afterMs: number): void;
}

export interface RemoteShardPlan {
  readonly key: number;
  readonly id: number;
  readonly count: number;
  readonly gatewayUrl: string;
  readonly session: ResumableSession | null;
  /** Only the worker knows up to where events have been handled. */
  readonly handledInWorker: boolean;
}

/** What the shard is to do; another thread begins with it. `stopped`: the gateway has refused it. */
type Wish = 'idle' | 'open' | 'stopped' | 'closing-keep' | 'closing-end' | 'closed';

/** A thread that says nothing any more must not keep `close` waiting. */
const CLOSE_GRACE_MS = 5_000;
const TERMINATE_GRACE_MS = 1_000;

/** The main thread's end of a shard in a worker: it hands the events over, and knows what another thread needs to go on. */
export class RemoteShard implements ShardHandle {
  readonly id: number;
  readonly key: number;
  readonly view: ShardView;
  readonly #plan: RemoteShardPlan;
  readonly #settings: ShardSettings;
  readonly #host: ShardHost;
  readonly #thread: ShardThread;
  #wish: Wish = 'idle';
  #paused = false;
  /** An event could not be read; until the worker has heard of it, what comes is ignored. */
  #repeating = false;
  #session: ResumableSession | null;
  readonly #delivery: Delivery;
  #presence: GatewayPresenceUpdateData | null = null;
  #report: ShardReport;
  #reportedAtMs = Date.now();
  readonly #closers: (() => void)[] = [];

  constructor(plan: RemoteShardPlan, settings: ShardSettings, host: ShardHost, thread: ShardThread) {
    const { key, id, gatewayUrl, session } = plan;
    const { timing, resumeUrlPolicy, tokens } = settings;
    this.id = id;
    this.key = key;
    this.#plan = plan;
    this.#settings = settings;
    this.#host = host;
    this.#thread = thread;
    this.#session = session === null ? null : { ...session };
    this.#delivery = new Delivery(id, settings.tracksHandled);
    const setup = { gatewayUrl, timing, resumeUrlPolicy, renewsToken: tokens.renews };
    this.#report = new ShardWatch(id).report(initialShardState(setup, session), 0);
    this.view = remoteViewOf(id, () => ({
      seq: this.#session?.seq ?? null,
      told: this.#report,
      toldAtMs: this.#reportedAtMs,
    }));
    this.#introduce();
  }

  get session(): ResumableSession | null {
    const session = this.#session;
    return session === null ? null : { ...session, seq: this.#delivery.resumeSeq(session.seq) };
  }

  get report(): ShardReport {
    const aged = agedReport(this.#report, Math.max(0, Date.now() - this.#reportedAtMs));
    return { ...aged, seq: this.#session?.seq ?? null };
  }

  get isClosed(): boolean {
    return this.#wish === 'closed';
  }

  open(): void {
    this.#wish = 'open';
    if (this.#thread.isUp) this.#thread.post({ type: 'open', key: this.key });
    else this.#thread.raise();
  }

  async close(session: 'keep' | 'end'): Promise<void> {
    if (this.#wish === 'closed') return;
    const closed = new Promise<void>((resolve) => this.#closers.push(resolve));
    this.#wish = session === 'keep' ? 'closing-keep' : 'closing-end';
    if (this.#thread.isUp) {
      this.#thread.post({ type: 'close', key: this.key, session });
      this.#thread.endBy(this.key, this.#settings.timing.closeDeadlineMs + CLOSE_GRACE_MS);
    } else {
      this.#onClosed();
    }
    await closed;
  }

  terminate(): void {
    this.#thread.post({ type: 'terminate', key: this.key });
    this.#thread.endBy(this.key, TERMINATE_GRACE_MS);
  }

  halt(stop: Stop): void {
    if (this.#wish === 'stopped') return;
    this.#wish = 'stopped';
    this.#report = { ...this.#report, phase: 'stopped' };
    this.#thread.post({ type: 'halt', key: this.key, stop });
  }

  /** Each worker looks at its own clock: that this thread stood still did not keep it from sending heartbeats. */
  slept(): void {}

  async send(command: EncodedCommand, options: SendOptions): Promise<void> {
    await this.#thread.send(this.key, command, options);
    if (command.rule.type === 'presence') this.#presence = command.rule.presence;
  }

  setReading(paused: boolean): void {
    this.#paused = paused;
    this.#thread.post({ type: 'reading', key: this.key, paused });
  }

  /** Hot path. */
  dispatch(message: Buffer, { replayed, receivedAtMs }: BatchedEvent): void {
    // A shard that has been told to close has no more events, whatever its worker has not heard yet.
    if (this.#isDeaf) return;
    const { envelope } = this.#settings.codec;
    envelope.read(message);
    const { s: seq, t: name } = envelope;
    if (seq === null || name === null) return;
    const audience = this.#host.audienceOf(name);
    if (audience !== null) {
      let data: unknown;
      try {
        data = audience.wantsData ? envelope.parseData(message) : undefined;
      } catch (error) {
        this.#repeating = true;
        this.#thread.post({ type: 'repeat-behind', key: this.key, seq: this.#session?.seq ?? 0 });
        this.#host.problem(
          new ProtocolError(this.id, `the data of event ${seq}, ${name}, could not be decoded`, error),
        );
        return;
      }
      this.#delivery.tell(audience, message, data, seq, replayed, receivedAtMs);
    }
    if (!this.#plan.handledInWorker) this.#handedOverTo(seq);
  }

  /** What the worker says of this shard. */
  hear(message: Extract<FromWorker, { type: 'lifecycle' | 'phase' | 'closed' | 'repeats' }>): void {
    if (message.type === 'repeats') this.#repeating = false;
    this.#session = this.#upToWhatWasHeard(message.session);
    switch (message.type) {
      case 'lifecycle':
        if (message.event.type === 'ready') this.#delivery.sessionBegan();
        if (message.event.type === 'stopped') this.#wish = 'stopped';
        this.#report = { ...this.#report, phase: message.phase };
        this.#tell(message.event, unpackError(message.reason) as LossReason);
        return;
      case 'phase':
        this.#note(message.report);
        this.#host.phaseChanged(this, message.from);
        return;
      case 'closed':
        this.#note(message.report);
        this.#onClosed();
        return;
      case 'repeats':
        return;
    }
  }

  /** How the shard stands, at least once a second while anything happens. */
  pulse(report: ShardReport, seq: number | null): void {
    this.#note(report);
    if (seq !== null && !this.#isDeaf) this.#handedOverTo(seq);
  }

  /** @param stop where no other thread will take over */
  lost(reason: Error, stop: Stop | null): void {
    if (this.#closers.length > 0) {
      if (this.#wish === 'closing-end') this.#session = null;
      this.#onClosed();
      return;
    }
    if (this.#wish !== 'open') return;
    if (stop === null) {
      const next = this.#session === null ? 'identify' : 'resume';
      this.#moveTo('waiting');
      this.#tell({ type: 'disconnected', cause: 'connection-lost', code: null, next, times: 0 }, reason);
    } else {
      this.#wish = 'stopped';
      this.#moveTo('stopped');
      this.#tell({ type: 'stopped', stop }, reason);
    }
  }

  /** Another thread begins where the last one ended. */
  resume(): void {
    if (this.#wish === 'closed') return;
    this.#repeating = false;
    this.#introduce();
    if (this.#paused) this.setReading(true);
    if (this.#wish === 'open') this.open();
  }

  #introduce(): void {
    const { key, id, count, gatewayUrl } = this.#plan;
    const session = this.#session;
    this.#thread.post({ type: 'shard', key, id, count, gatewayUrl, session, presence: this.#presence });
  }

  get #isDeaf(): boolean {
    return this.#wish !== 'open' || this.#repeating;
  }

  /** A session of which events were ignored goes on behind the last one that was not. */
  #upToWhatWasHeard(told: ResumableSession | null): ResumableSession | null {
    const known = this.#session;
    if (told === null || known?.id !== told.id || !this.#isDeaf) return told;
    return { ...told, seq: Math.min(told.seq, known.seq) };
  }

  #onClosed(): void {
    this.#wish = 'closed';
    for (const resolve of this.#closers.splice(0)) resolve();
  }

  #handedOverTo(seq: number): void {
    if (this.#session !== null && seq > this.#session.seq) this.#session.seq = seq;
  }

  #note(report: ShardReport): void {
    this.#report = report;
    this.#reportedAtMs = Date.now();
  }

  #moveTo(phase: ShardReport['phase']): void {
    const from = this.#report.phase;
    this.#note({ ...this.report, phase, phaseAgeMs: 0, unackedHeartbeats: 0, queuedSends: 0 });
    this.#tell({ type: 'phase', phase }, null);
    this.#host.phaseChanged(this, from);
  }

  #tell(event: ShardEvent, reason: LossReason): void {
    this.#host.lifecycle(this.id, event, reason);
  }
}
