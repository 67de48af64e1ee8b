import { isDispatchName, missingIntents } from '@guildhall/protocol/client';
import { Backlog, type BacklogStatus } from './backlog.ts';
import { contextOf } from './dispatch-context.ts';
import type { Handler, Remover } from './emitter.ts';
import { AbortedError, OptionError } from './errors.ts';
import { EventIterator, type IteratorOverflow } from './event-iterator.ts';
import type { GatewayEvents, RawEvents } from './events.ts';
import type { ResolvedHandling } from './handling-options.ts';
import type { Hearable, IntentsOption } from './hearable.ts';
import { type LaneKind, laneKey } from './lane-key.ts';
import { Lanes } from './lanes.ts';
import type { Logger } from './logger.ts';
import { integer } from './option-checks.ts';
import { MAX_TIMER_MS } from './options.ts';
import { Reporter } from './reporter.ts';
import { Wait, type WaitOptions } from './wait.ts';

/** How the handler of `on` is called. */
export interface HandlerOptions<Args extends readonly unknown[]> {
  /**
   * `sequential`: the handler gets an event when what it returned for the one before of the same key has settled.
   * Handlers with the same kind of key share its lanes: what happens in one guild is handled in the order in which it
   * happened, whatever the event. What waits is bounded by the option `handling`.
   */
  readonly order: 'sequential';
  /**
   * What must not overtake each other. Default `guild`. Where an event has no channel, its guild is the key; where it has no
   * guild either, all such events share one lane. A function gets what the handler gets; its lanes are its own.
   */
  readonly key?: LaneKind | ((...args: Args) => string);
  /** Keeps a copy of each event's bytes for `raw()`, which may be called later. Default false. */
  readonly raw?: boolean;
}

export interface IteratorOptions {
  /** Ends the iteration: what is in the buffer still comes, then the loop ends without an error. */
  readonly signal?: AbortSignal;
  /** Events that may wait to be taken. Default 1000; 1..1000000. */
  readonly maxBuffered?: number;
  /** Default `pause`. */
  readonly overflow?: IteratorOverflow;
  /** As of a handler. Default false. */
  readonly raw?: boolean;
}

/** What the surface of events stands on. */
export interface HubParts {
  readonly reporter: Reporter;
  readonly backlog: Backlog;
  readonly handling: ResolvedHandling;
  readonly intents: number;
  readonly logger: Logger;
}

/** @param setReading stops or starts reading from all sockets */
export function hubParts(
  { handling, intents, logger }: Pick<HubParts, 'handling' | 'intents' | 'logger'>,
  setReading: (paused: boolean) => void,
): HubParts {
  const reporter = new Reporter(logger, handling.resumeFrom === 'handled');
  const backlog = new Backlog(handling, {
    setReading,
    changed: (status) => reporter.backlogChanged(status),
    problem: (error) => reporter.problem(error),
  });
  return { reporter, backlog, handling, intents, logger };
}

/** Whoever waits for events until the client is closed. */
interface Waiter {
  end(error: unknown): void;
}

/** The surface of a client's events. Where `Intents` is a list of literal names, only what it can bring can be named. */
export class EventHub<Intents extends IntentsOption = IntentsOption> {
  readonly #parts: HubParts;
  readonly #lanes = new Map<unknown, Lanes>();
  readonly #waiters = new Set<Waiter>();
  /** Events of which it has been said that they cannot come. */
  readonly #warned = new Set<string>();

  constructor(parts: HubParts) {
    this.#parts = parts;
  }

  /** How far handlers and iterators are behind the gateway, see the option `handling`. */
  get backlog(): BacklogStatus {
    return this.#parts.backlog.status;
  }

  /**
   * Adds a handler, from the next event on. Handlers of one shard's events are called in order of `seq`; the next event does not wait for
   * a promise that a handler returns, unless `options.order` says so. What a handler throws or rejects with goes to
   * the event `error`.
   *
   * An event that the intents cannot bring does not compile where they are literal; else a warning is logged, once.
   *
   *     client.on('MESSAGE_CREATE', async (message) => store(message), { order: 'sequential', key: 'channel' });
   *
   * @returns removes the handler when called or disposed of; what waits for it by then it still gets
   * @throws OptionError
   */
  on<Name extends Hearable<Intents>>(
    event: Name,
    handler: Handler<GatewayEvents[Name]>,
    options?: HandlerOptions<GatewayEvents[Name]>,
  ): Remover {
    this.#warnOfIntents(event);
    const { events } = this.#parts.reporter;
    if (options === undefined) return events.on<Name>(event, handler);
    return events.on<Name>(event, this.#sequential<Name>(event, handler, options), handler);
  }

  /** As `on`, for the next event only. */
  once<Name extends Hearable<Intents>>(event: Name, handler: Handler<GatewayEvents[Name]>): Remover {
    this.#warnOfIntents(event);
    return this.#parts.reporter.events.once<Name>(event, handler);
  }

  off<Name extends keyof GatewayEvents>(event: Name, handler: Handler<GatewayEvents[Name]>): void {
    this.#parts.reporter.events.off(event, handler);
  }

  /**
   * Adds a handler that gets an event's message as bytes, before the handlers of `on` get what is in it. An event
   * that only raw handlers hear is not parsed. The bytes are good during the call only, see {@link RawEvents}.
   *
   *     client.onRaw('*', (name, message, { shard }) => queue.publish(`${shard}.${name}`, Buffer.from(message)));
   *
   * @returns removes the handler when called or disposed of
   */
  onRaw<Name extends Hearable<Intents> & keyof RawEvents>(
    event: Name,
    handler: Handler<RawEvents[Name]>,
  ): Remover {
    this.#warnOfIntents(event);
    return this.#parts.reporter.rawEvents.on<Name>(event, handler);
  }

  /**
   * The events from this call on, one by one, as lists of what a handler gets. They wait in a bounded buffer; at its
   * bound `overflow` says what happens. The iteration ends with `break`, by the signal, and when the client is closed
   * or stopped; until then events are gathered, also when nobody takes them.
   *
   *     for await (const [message, { shard }] of client.events('MESSAGE_CREATE', { signal })) await answer(message);
   *
   * @throws OptionError
   */
  events<Name extends Hearable<Intents>>(
    event: Name,
    options: IteratorOptions = {},
  ): EventIterator<GatewayEvents[Name]> {
    const { signal, raw = false } = options;
    const { reporter, backlog, handling } = this.#parts;
    const bounds = {
      maxBuffered: integer('events.maxBuffered', options.maxBuffered ?? 1_000, 1, 1_000_000),
      overflow: checkedOverflow(options.overflow ?? 'pause'),
    };
    this.#warnOfIntents(event);
    const end = (): void => iterator.end();
    const iterator = new EventIterator<GatewayEvents[Name]>(event, bounds, backlog, () => {
      remove();
      this.#waiters.delete(waiter);
      signal?.removeEventListener('abort', end);
    });
    const waiter: Waiter = { end };
    const tracksHandled = handling.resumeFrom === 'handled';
    const remove = reporter.events.on<Name>(event, (...args: GatewayEvents[Name]) => {
      const context = contextOf(args);
      if (raw) context?.raw();
      iterator.put(args, tracksHandled && context !== null ? context.hold() : null);
    });
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    return iterator;
  }

  /**
   * Resolves with what a handler would get of the next event that fits.
   *
   *     const [reaction] = await client.waitFor('MESSAGE_REACTION_ADD', ({ message_id }) => message_id === id, { timeoutMs: 60_000 });
   *
   * @param predicate default: the next event of the name; what it throws, the promise is rejected with
   * @throws AbortedError, WaitTimeoutError, OptionError (as rejections)
   * @throws ClientStateError `CLOSED` when the client is closed, GatewayStopError when it is stopped
   */
  async waitFor<Name extends Hearable<Intents>>(
    event: Name,
    predicate: (...args: GatewayEvents[Name]) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<GatewayEvents[Name]> {
    const { signal, timeoutMs } = options;
    if (timeoutMs !== undefined) integer('waitFor.timeoutMs', timeoutMs, 1, MAX_TIMER_MS);
    if (signal?.aborted) throw new AbortedError(signal.reason);
    this.#warnOfIntents(event);
    const wait = new Wait<GatewayEvents[Name]>(event, options, () => {
      remove();
      this.#waiters.delete(waiter);
    });
    const waiter: Waiter = { end: (error) => wait.reject(error) };
    const remove = this.#parts.reporter.events.on<Name>(event, (...args: GatewayEvents[Name]) => {
      try {
        if (predicate(...args)) wait.resolve(args);
      } catch (error) {
        wait.reject(error);
      }
    });
    this.#waiters.add(waiter);
    return await wait.promise;
  }

  /** Ends every iteration, and rejects every `waitFor` with the error. */
  protected endWaits(error: unknown): void {
    for (const waiter of [...this.#waiters]) waiter.end(error);
  }

  #sequential<Name extends keyof GatewayEvents>(
    event: Name,
    handler: Handler<GatewayEvents[Name]>,
    { order, key = 'guild', raw = false }: HandlerOptions<GatewayEvents[Name]>,
  ): Handler<GatewayEvents[Name]> {
    if (order !== 'sequential') throw new OptionError('on.order', '"sequential", or no options at all');
    if (key !== 'guild' && key !== 'channel' && typeof key !== 'function') {
      throw new OptionError('on.key', '"guild", "channel" or a function');
    }
    const lanes = this.#lanesOf(key);
    return (...args) => {
      if (raw) contextOf(args)?.raw();
      return lanes.run(keyOf(key, event, args), () => handler(...args));
    };
  }

  #lanesOf(key: unknown): Lanes {
    const { handling, backlog } = this.#parts;
    // A function's lanes live as long as the handler that has it.
    if (typeof key === 'function') return new Lanes(handling.maxConcurrent, backlog);
    const lanes = this.#lanes.get(key) ?? new Lanes(handling.maxConcurrent, backlog);
    this.#lanes.set(key, lanes);
    return lanes;
  }

  #warnOfIntents(event: string): void {
    const { intents, logger } = this.#parts;
    if (!isDispatchName(event) || this.#warned.has(event)) return;
    const missing = missingIntents(event, intents);
    if (missing.length === 0) return;
    this.#warned.add(event);
    logger.warn({ event, missing }, `${event} cannot come: it needs the intent ${missing.join(' or ')}`);
  }
}

function keyOf<Args extends readonly unknown[]>(
  key: LaneKind | ((...args: Args) => string),
  event: string,
  args: Args,
): string {
  if (typeof key === 'function') return String(key(...args));
  const [first, second] = args;
  return event === '*' ? laneKey(key, String(first), second) : laneKey(key, event, first);
}

function checkedOverflow(overflow: unknown): IteratorOverflow {
  switch (overflow) {
    case 'pause':
    case 'drop-oldest':
    case 'drop-newest':
    case 'error':
      return overflow;
    default:
      throw new OptionError('events.overflow', '"pause", "drop-oldest", "drop-newest" or "error"');
  }
}
