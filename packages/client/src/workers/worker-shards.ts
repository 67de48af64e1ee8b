import type { Audience } from '../audience.ts';
import type { Backlog } from '../backlog.ts';
import type { Codec } from '../codec.ts';
import { encodeCommand, type GatewayCommand, type SendOptions, withoutRule } from '../command.ts';
import { DriftWatch } from '../drift-watch.ts';
import { SendError } from '../errors.ts';
import { type HubParts, hubParts } from '../event-hub.ts';
import { HttpProxy } from '../http-proxy.ts';
import { SILENT_LOGGER } from '../logger.ts';
import type { MemberRequest, MemberResult } from '../member-requests.ts';
import { Shard } from '../shard.ts';
import type { ShardHost, ShardSettings } from '../shard-settings.ts';
import { GateOfMainThread, loggerOfMainThread, TokenOfMainThread } from './main-thread.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { Outbox, type Post } from './outbox.ts';
import { WantedBoard } from './wanted-board.ts';
import { packError, unpackError } from './wire-error.ts';
import { WorkerBot, type WorkerHandlers } from './worker-bot.ts';

const PULSE_MS = 1_000;

interface Running {
  readonly shard: Shard;
  readonly shardCount: number;
  /** The main thread wants no events. */
  paused: boolean;
  /** Frames and phases at the last pulse: a shard that has not moved is not told. */
  toldAtMs: number;
}

/** The shards of a worker, and all that it does. It is told what to do by {@link handle}, and tells what happens by `post`. */
export class WorkerShards {
  readonly #settings: ShardSettings;
  readonly #shards = new Map<number, Running>();
  readonly #outbox: Outbox;
  readonly #parts: HubParts;
  readonly #backlog: Backlog;
  /** Null: all handlers are in the main thread. */
  #bot: WorkerBot | null = null;
  readonly #wanted: WantedBoard;
  readonly #gate: GateOfMainThread;
  readonly #tokens: TokenOfMainThread;
  readonly #ending = new AbortController();
  /** Commands that wait, by call. */
  readonly #sends = new Map<number, AbortController>();
  readonly #drift = new DriftWatch((gap) => {
    for (const { shard } of this.#shards.values()) shard.slept(gap);
  });

  constructor(settings: WorkerSettings, codec: Codec, post: Post) {
    const { handling, handlers, proxy, logs, wanted, token, renewsToken } = settings;
    const send = (message: FromWorker): void => this.#outbox.post(message);
    const logger = logs ? loggerOfMainThread(send) : SILENT_LOGGER;
    this.#parts = hubParts({ handling, intents: settings.intents, logger }, () => this.#followReading());
    this.#backlog = this.#parts.backlog;
    this.#parts.reporter.events.on('overload', () => this.#beat());
    this.#parts.reporter.events.on('error', (error) => send({ type: 'problem', error: packError(error) }));
    this.#outbox = new Outbox(post, this.#backlog);
    this.#wanted = new WantedBoard(wanted);
    this.#gate = new GateOfMainThread(send);
    this.#tokens = new TokenOfMainThread(token, renewsToken, send);
    this.#settings = {
      ...settings,
      codec,
      tokens: this.#tokens,
      gate: this.#gate,
      proxy: proxy === null ? null : HttpProxy.parse(proxy),
      logger,
      signal: this.#ending.signal,
      makeShard: null,
      // Of handlers in the main thread that knows.
      tracksHandled: handlers !== null && handling.resumeFrom === 'handled',
    };
    this.#drift.start();
    setInterval(() => this.#beat(), PULSE_MS);
  }

  /** Adds the handlers of a module that run here. Resolves when it is done. */
  async addHandlers(worker: number, setUp: WorkerHandlers): Promise<void> {
    this.#bot = new WorkerBot(worker, this.#parts, {
      send: (shardId, command, options) => this.#sendTo(shardId, command, options),
      requestGuildMembers: (request) => this.#requestMembers(request),
      tell: (message) => this.#outbox.post({ type: 'told', message: structuredClone(message) }),
    });
    await setUp(this.#bot);
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'shard':
        this.#add(message);
        return;
      case 'open':
        this.#of(message.key)?.shard.open();
        return;
      case 'terminate':
        this.#of(message.key)?.shard.terminate();
        return;
      case 'halt':
        this.#of(message.key)?.shard.halt(message.stop);
        return;
      case 'close':
        void this.#close(message.key, message.session);
        return;
      case 'repeat-behind': {
        const shard = this.#of(message.key)?.shard;
        shard?.repeatBehind(message.seq);
        this.#outbox.post({ type: 'repeats', key: message.key, session: shard?.session ?? null });
        return;
      }
      case 'reading': {
        const running = this.#of(message.key);
        if (running !== undefined) running.paused = message.paused;
        this.#followReading();
        return;
      }
      case 'send':
        void this.#send(message);
        return;
      case 'take-back':
        this.#sends.get(message.call)?.abort();
        return;
      case 'granted':
        this.#gate.granted(message.call);
        return;
      case 'renewed':
        this.#tokens.answered(message);
        return;
      case 'refused': {
        const error = unpackError(message.error);
        if (message.of === 'claim') this.#gate.refused(message.call, error);
        else this.#tokens.refused(message.call, error);
        return;
      }
      case 'token':
        this.#tokens.current = message.token;
        return;
      case 'handed-over':
        this.#outbox.handedOver(message.count, message.buffer);
        return;
      case 'ending':
        this.#ending.abort();
        return;
    }
  }

  #of(key: number): Running | undefined {
    return this.#shards.get(key);
  }

  #add({ key, id, count, gatewayUrl, session, presence }: Extract<ToWorker, { type: 'shard' }>): void {
    const settings = presence === null ? this.#settings : { ...this.#settings, presence };
    const shard = new Shard(id, count, gatewayUrl, session, settings, this.#hostFor(key));
    this.#shards.set(key, { shard, shardCount: count, paused: false, toldAtMs: 0 });
    if (this.#backlog.isPaused) shard.setReading(true);
  }

  #hostFor(key: number): ShardHost {
    const { reporter } = this.#parts;
    // For who listens in the main thread no message is parsed here.
    const crossing: Audience = {
      wantsData: false,
      hear: (message, _data, { receivedAtMs, replayed }) =>
        this.#outbox.add(message, { key, receivedAtMs, replayed }),
    };
    return {
      audienceOf: (name) => this.#audienceOf(name, crossing),
      lifecycle: (id, event, reason) => {
        // What `#close` tells at its end.
        if (event.type === 'closed') return;
        if (this.#bot !== null) reporter.lifecycle(id, event, reason);
        const { session = null, view } = this.#of(key)?.shard ?? {};
        const phase = view?.phase ?? 'idle';
        this.#outbox.post({ type: 'lifecycle', key, event, phase, reason: packError(reason), session });
      },
      phaseChanged: (shard, from) => {
        const { report } = shard;
        if (this.#bot !== null) reporter.phaseChanged(shard, from);
        const session = this.#of(key)?.shard.session ?? null;
        this.#outbox.post({ type: 'phase', key, from, report, session });
      },
      problem: (error) => reporter.problem(error),
    };
  }

  /** Hot path. */
  #audienceOf(name: string, crossing: Audience): Audience | null {
    const { reporter, backlog } = this.#parts;
    const crosses = this.#wanted.wants(name);
    const stays = this.#bot !== null && reporter.hears(name);
    if (!crosses && !stays) {
      reporter.tally.of(name).skipped += 1;
      return null;
    }
    if (backlog.sheds(name)) {
      reporter.tally.of(name).shed += 1;
      return null;
    }
    const here = stays ? reporter.audienceOf(name) : null;
    if (here === null) return crossing;
    return crosses ? both(crossing, here) : here;
  }

  async #send({ key, call, command, priority }: Extract<ToWorker, { type: 'send' }>): Promise<void> {
    const { payload, rule } = command;
    const controller = new AbortController();
    this.#sends.set(call, controller);
    try {
      const running = this.#of(key);
      if (running === undefined)
        throw new SendError('CLOSED', 'The shard was closed before the command could be sent');
      // A Buffer crosses as a plain array of bytes.
      const bytes = typeof payload === 'string' ? payload : Buffer.from(payload);
      await running.shard.send({ payload: bytes, rule }, { priority, signal: controller.signal });
      this.#outbox.post({ type: 'sent', call });
    } catch (error) {
      this.#outbox.post({ type: 'unsent', call, error: packError(error) });
    } finally {
      this.#sends.delete(call);
    }
  }

  async #sendTo(id: number, command: GatewayCommand, options: SendOptions, isRepeat = false): Promise<void> {
    const { codec, limits } = this.#settings;
    const encoded = encodeCommand(command, codec, limits.maxSendBytes);
    const running = [...this.#shards.values()].find(({ shard }) => shard.id === id);
    if (running === undefined)
      throw new SendError('UNKNOWN_SHARD', `Shard ${id} does not run in this worker`);
    await running.shard.send(isRepeat ? withoutRule(encoded) : encoded, options);
  }

  async #requestMembers(request: MemberRequest): Promise<MemberResult> {
    const { requestMembers } = await import('../member-requests.ts');
    const [running] = this.#shards.values();
    return await requestMembers(request, {
      events: this.#parts.reporter.events,
      intents: this.#settings.intents,
      lifetime: this.#ending.signal,
      shardCount: () => running?.shardCount ?? 1,
      send: (...command) => this.#sendTo(...command),
    });
  }

  async #close(key: number, session: 'keep' | 'end'): Promise<void> {
    const running = this.#of(key);
    if (running === undefined) return;
    const { shard } = running;
    await shard.close(session);
    this.#shards.delete(key);
    this.#beat();
    this.#outbox.post({ type: 'closed', key, report: shard.report, session: shard.session });
  }

  #followReading(): void {
    for (const { shard, paused } of this.#shards.values()) shard.setReading(paused || this.#backlog.isPaused);
  }

  #beat(): void {
    const nowMs = Date.now();
    const { reporter } = this.#parts;
    const shards = [...this.#shards].flatMap(([key, running]) => {
      const { report } = running.shard;
      const quietMs = Math.min(report.phaseAgeMs, report.lastFrameAgeMs ?? Number.POSITIVE_INFINITY);
      if (nowMs - quietMs < running.toldAtMs) return [];
      running.toldAtMs = nowMs;
      return [{ key, seq: running.shard.session?.seq ?? null, report }];
    });
    this.#outbox.post({
      type: 'pulse',
      shards,
      events: reporter.tally.take(),
      handled: this.#bot === null ? [] : [...reporter.handled],
      loopLag: this.#drift.lag,
      backlog: this.#backlog.status,
    });
  }
}

/** An event that is heard in both threads. */
function both(crossing: Audience, here: Audience): Audience {
  return {
    wantsData: here.wantsData,
    hear: (message, data, context) => {
      crossing.hear(message, undefined, context);
      here.hear(message, data, context);
    },
  };
}
