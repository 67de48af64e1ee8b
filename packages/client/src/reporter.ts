import { isDispatchName, type ShardEvent, type ShardPhase } from '@guildhall/protocol/client';
import { type Audience, Audiences } from './audience.ts';
import type { BacklogStatus } from './backlog.ts';
import { contextOf } from './dispatch-context.ts';
import { Emitter, type Outcomes } from './emitter.ts';
import { type GatewayClientError, type GatewayStopError, HandlerError } from './errors.ts';
import type { GatewayEvents, RawEvents } from './events.ts';
import type { IdentifyBudgetStatus } from './identify-allowance.ts';
import type { Logger } from './logger.ts';
import { ConnectionLossError, type LossReason, reasonText } from './loss-error.ts';
import type { Shard } from './shard.ts';
import { EventTally } from './watching/event-tally.ts';

/** Tells handlers and the logger what happens to a client. Nothing that they do stops it. */
export class Reporter {
  readonly events: Emitter<GatewayEvents>;
  readonly rawEvents: Emitter<RawEvents>;
  readonly tally = new EventTally();
  readonly #audiences: Audiences;
  readonly #logger: Logger;
  #handlerFailures = 0;
  /** Told of each event whose handlers have come or gone. */
  listenersChanged: ((event: string) => void) | null = null;

  /** @param tracksHandled whether events count as handled only when the promises of their handlers have settled */
  constructor(logger: Logger, tracksHandled: boolean) {
    this.#logger = logger;
    const outcomes: Outcomes = {
      failed: (event, error, args) => this.#handlerFailed(String(event), error, args),
      pending: tracksHandled ? (promise, args) => contextOf(args)?.handledAfter(promise) : null,
    };
    const changed = (event: PropertyKey): void => this.listenersChanged?.(String(event));
    this.events = new Emitter(outcomes, changed);
    this.rawEvents = new Emitter(outcomes, changed);
    this.#audiences = new Audiences(this.events, this.rawEvents, this.tally);
  }

  /** Events of the gateway that have a handler, `*` among them. */
  get handled(): ReadonlySet<string> {
    const names = new Set([...this.events.names, ...this.rawEvents.names].map(String));
    return new Set([...names].filter((name) => name === '*' || isDispatchName(name)));
  }

  /** Whether an event of this name would be heard. Counts nothing. */
  hears(name: string): boolean {
    const { events, rawEvents } = this;
    if (events.has('*') || rawEvents.has('*')) return true;
    return isDispatchName(name) && (events.has(name) || rawEvents.has(name));
  }

  /** Handlers that threw, or whose promise was rejected. */
  get handlerFailures(): number {
    return this.#handlerFailures;
  }

  /** Who listens to an event of the gateway; null: nobody. */
  audienceOf(name: string): Audience | null {
    return this.#audiences.of(name);
  }

  /** @returns the loss that has been told, if it was one */
  lifecycle(shard: number, event: ShardEvent, lossReason: LossReason): ConnectionLossError | null {
    switch (event.type) {
      case 'phase':
        this.#logger.debug({ shard, phase: event.phase }, 'shard phase');
        this.events.emit('phase', { shard, phase: event.phase });
        return null;
      case 'ready':
        this.#logger.info({ shard }, 'shard ready');
        this.events.emit('shardReady', { shard });
        return null;
      case 'resumed':
        this.#logger.info({ shard }, 'shard resumed');
        this.events.emit('shardResumed', { shard });
        return null;
      case 'disconnected': {
        const { cause, code, next, times } = event;
        const error = new ConnectionLossError({ shardId: shard, cause, closeCode: code, reason: lossReason });
        const reason = reasonText(lossReason);
        this.#logger.warn({ shard, cause, code, reason, next, times }, error.message);
        this.events.emit('shardDisconnected', { shard, cause, code, reason, next, times, error });
        return error;
      }
      case 'session-revoked':
        this.#logger.warn(
          { shard },
          'session revoked: the token was reset or a privileged intent taken away',
        );
        this.events.emit('sessionRevoked', { shard });
        return null;
      case 'session-lost':
        this.#logger.warn({ shard }, 'session lost');
        this.events.emit('sessionLost', { shard });
        return null;
      case 'resume-url-refused':
      case 'stopped':
      case 'closed':
        // Told elsewhere: as a problem, by `stop`, and by the promise of `close`.
        return null;
    }
  }

  phaseChanged(shard: Pick<Shard, 'id' | 'report'>, from: ShardPhase['name']): void {
    // A report is made for those who want it only.
    if (!this.events.has('stateChange')) return;
    const { report } = shard;
    this.events.emit('stateChange', { shard: shard.id, from, to: report.phase, report });
  }

  resharded(from: number, to: number): void {
    this.#logger.info({ from, to }, 'another number of shards');
    this.events.emit('resharded', { from, to });
  }

  budgetLow(status: IdentifyBudgetStatus): void {
    this.#logger.warn(status, 'few session starts are left today');
    this.events.emit('identifyBudgetLow', status);
  }

  backlogChanged(status: BacklogStatus): void {
    if (status.state === 'clear') this.#logger.info(status, 'the bot has caught up');
    else this.#logger.warn(status, 'the bot is behind');
    this.events.emit('overload', status);
  }

  stop(event: 'quarantined' | 'stopped', error: GatewayStopError): void {
    const { shardId: shard, code, closeCode } = error;
    this.#logger.error({ shard, code, closeCode }, error.message);
    this.events.emit(event, error);
  }

  /** What stops nothing. */
  problem(error: GatewayClientError): void {
    if (this.events.has('error')) this.events.emit('error', error);
    else this.#logger.error({ err: error }, error.message);
  }

  /** A problem of another thread, whose handlers count here, too. */
  problemElsewhere(error: GatewayClientError): void {
    if (error instanceof HandlerError) this.#handlerFailures += 1;
    this.problem(error);
  }

  /** What a handler threw or its promise was rejected with. */
  #handlerFailed(event: string, cause: unknown, args: readonly unknown[]): void {
    const error = new HandlerError(event, cause, contextOf(args));
    this.#handlerFailures += 1;
    // A failing error handler is not asked about its own failure.
    if (event === 'error') this.#logger.error({ err: error }, error.message);
    else this.problem(error);
  }
}
