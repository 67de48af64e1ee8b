import {
  initialShardState,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardState,
} from '@guildhall/protocol/client';
import type { EncodedCommand, SendOptions } from './command.ts';
import { CommandQueue } from './command-queue.ts';
import { Delivery } from './delivery.ts';
import type { Gap } from './drift-watch.ts';
import { IdentifyBudgetError, IdentifyGateError, ResumeUrlError, TokenProviderError } from './errors.ts';
import { IdentifyClaim } from './identify-claim.ts';
import { MachineRunner } from './machine-runner.ts';
import { heartbeatMessage, type Identity, identifyMessage, resumeMessage } from './payloads.ts';
import { SendLimiter } from './send-limiter.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import { ShardSockets } from './shard-sockets.ts';
import { ShardTimers } from './shard-timers.ts';
import { type ShardView, viewOf } from './shard-view.ts';
import { type ShardReport, ShardWatch } from './watching/shard-watch.ts';

/** A peer that asks for heartbeats and reads none would otherwise fill the memory. */
const MAX_UNSENT_HEARTBEAT_BYTES = 16_384;

/**
 * One shard: the machine's effects become sockets and timers, and what these report becomes its inputs. Every
 * decision is the machine's. Events of a session go past it, see `Inbound`.
 */
export class Shard {
  readonly id: number;
  readonly view: ShardView;
  readonly #shardCount: number;
  readonly #settings: ShardSettings;
  readonly #host: ShardHost;
  readonly #commands: CommandQueue;
  readonly #runner: MachineRunner;
  readonly #sockets: ShardSockets;
  readonly #timers = new ShardTimers((timer, epoch) => this.#runner.input({ type: 'timer', epoch, timer }));
  readonly #claim: IdentifyClaim;
  readonly #watch: ShardWatch;
  readonly #delivery: Delivery;
  /** The token of the present connection. */
  #usedToken = '';
  #dialledAtMs = 0;
  readonly #closers: (() => void)[] = [];

  constructor(
    id: number,
    count: number,
    gatewayUrl: string,
    session: ResumableSession | null,
    settings: ShardSettings,
    host: ShardHost,
  ) {
    this.id = id;
    this.#shardCount = count;
    this.#settings = settings;
    this.#host = host;
    this.#commands = new CommandQueue(settings.limits.maxQueuedSends);
    const { timing, resumeUrlPolicy, tokens, heartbeatIntervalMs, tracksHandled } = settings;
    const own = heartbeatIntervalMs === null ? {} : { heartbeatIntervalMs };
    const setup = { gatewayUrl, timing, resumeUrlPolicy, renewsToken: tokens.renews, ...own };
    const runner = new MachineRunner(initialShardState(setup, session), (...step) => this.#onStep(...step));
    this.#runner = runner;
    this.#claim = new IdentifyClaim(settings.gate, id);
    this.#watch = new ShardWatch(id);
    this.#delivery = new Delivery(id, tracksHandled);
    this.#sockets = new ShardSockets(id, settings, runner, this.#delivery, this.#watch, host);
    this.view = viewOf(id, this.#watch, () => runner.state);
  }

  /** What a later resume needs; null without a session. */
  get session(): ResumableSession | null {
    const { session } = this.#runner.state;
    return session === null ? null : { ...session, seq: this.#delivery.resumeSeq(session.seq) };
  }

  open(): void {
    this.#runner.input({ type: 'open' });
  }

  /** Resolves when the shard has no timer and no socket any more. */
  async close(session: 'keep' | 'end'): Promise<void> {
    this.#commands.close();
    await new Promise<void>((resolve) => {
      this.#closers.push(resolve);
      this.#runner.input({ type: 'close', session });
    });
    await this.#sockets.left();
  }

  /** Ends every socket without waiting for the other side. */
  terminate(): void {
    this.#sockets.terminate();
  }

  /** Another shard was told what holds for all. */
  halt(stop: Extract<ShardInput, { type: 'halt' }>['stop']): void {
    this.#runner.input({ type: 'halt', stop });
  }

  /** The process did nothing for a while. A connection that was dialled since then has not suffered from it. */
  slept({ ms, sinceMs }: Gap): void {
    if (this.#dialledAtMs <= sinceMs) this.#runner.input({ type: 'slept', ms });
  }

  /** What was handed over behind `seq` could not be read: drops the connection, and a resume asks for it again. */
  repeatBehind(seq: number): void {
    const { session, epoch } = this.#runner.state;
    if (session === null || session.seq <= seq) return;
    session.seq = seq;
    this.#runner.input({ type: 'undecodable', epoch });
  }

  get report(): ShardReport {
    return this.#watch.report(this.#runner.state, this.#commands.length);
  }

  /** See {@link CommandQueue.push}. */
  send(command: EncodedCommand, options: SendOptions): Promise<void> {
    return this.#commands.push(command, options);
  }

  /** Stops or starts reading the events of a session; what leads to one is always read, and heartbeats go on. */
  setReading(paused: boolean): void {
    this.#sockets.setReading(paused);
  }

  #onStep(effects: readonly ShardEffect[], before: ShardState): void {
    const { state } = this.#runner;
    const from = before.phase.name;
    const wasLive = from === 'live';
    const isLive = state.phase.name === 'live';
    if (wasLive && !isLive) this.#commands.detach();
    for (const effect of effects) this.#carryOut(effect);
    if (isLive && !wasLive) this.#attachCommands();
    this.#sockets.followReading();
    if (state.phase.name !== from) this.#host.phaseChanged(this, from);
  }

  #carryOut(effect: ShardEffect): void {
    this.#watch.note(effect, this.#sockets.lossReason);
    switch (effect.type) {
      case 'dial':
        this.#watch.vitals.latencyMs = null;
        this.#dialledAtMs = performance.now();
        this.#usedToken = this.#settings.tokens.current;
        this.#sockets.dial(effect.epoch, effect.url);
        return;
      case 'send-heartbeat':
        this.#sendHeartbeat(effect.seq);
        return;
      case 'send-identify':
        this.#send(identifyMessage(this.#identity(), this.id, this.#shardCount));
        return;
      case 'send-resume':
        this.#send(resumeMessage(this.#usedToken, effect.sessionId, effect.seq));
        return;
      case 'abandon':
        this.#sockets.abandon(effect.code);
        return;
      case 'close':
        this.#sockets.present?.close(effect.code);
        return;
      case 'request-identify':
        this.#requestIdentify(effect.epoch);
        return;
      case 'release-identify':
        this.#claim.giveUp();
        return;
      case 'renew-token':
        this.#renewToken(effect.epoch);
        return;
      case 'arm':
        this.#watch.noteArmed(effect.timer, this.#timers.arm(effect));
        return;
      case 'cancel':
        this.#timers.cancel(effect.timer);
        return;
      case 'emit':
        this.#announce(effect.event);
        return;
    }
  }

  #sendHeartbeat(seq: number | null): void {
    const connection = this.#sockets.present;
    if (connection === null || connection.unsentBytes > MAX_UNSENT_HEARTBEAT_BYTES) return;
    this.#watch.vitals.lastHeartbeatAtMs = Date.now();
    this.#send(heartbeatMessage(seq));
  }

  #send(message: object): void {
    this.#sockets.present?.send(this.#settings.codec.encode(message));
  }

  #attachCommands(): void {
    const { limits } = this.#settings;
    const connection = this.#sockets.present;
    const { phase, link } = this.#runner.state;
    if (connection === null) return;
    if (phase.name === 'live' && phase.started) this.#commands.sessionBegan();
    this.#commands.attach({
      write: (payload) => connection.send(payload),
      limiter: new SendLimiter(
        { sendsPerWindow: limits.sendsPerWindow, windowMs: limits.sendWindowMs },
        link.heartbeatIntervalMs,
      ),
    });
  }

  #requestIdentify(epoch: number): void {
    this.#claim.request(
      () => this.#runner.input({ type: 'identify-granted', epoch }),
      (error) => {
        if (error instanceof IdentifyBudgetError) {
          this.#runner.input({ type: 'identify-refused', epoch, retryAfterMs: error.retryAfterMs });
          return;
        }
        // A gate of the user's own making failed. Backoff and a new connection ask it again.
        this.#host.problem(new IdentifyGateError(this.id, error));
        this.#sockets.present?.terminate();
      },
    );
  }

  #identity(): Identity {
    const { intents, presence, largeThreshold } = this.#settings;
    const sent = this.#commands.identifyPresence();
    return { token: this.#usedToken, intents, presence: sent ?? presence, largeThreshold };
  }

  async #renewToken(epoch: number): Promise<void> {
    const { tokens, signal } = this.#settings;
    let renewed = false;
    try {
      renewed = await tokens.renew(this.#usedToken, signal);
    } catch (error) {
      if (error instanceof TokenProviderError) this.#host.problem(error);
    }
    // Who closes the client has not been refused: the shard is about to be told.
    if (signal.aborted) return;
    this.#runner.input({ type: renewed ? 'token-renewed' : 'token-refused', epoch });
  }

  #announce(event: ShardEvent): void {
    if (event.type === 'resume-url-refused') this.#host.problem(new ResumeUrlError(this.id, event.url));
    if (event.type === 'stopped') this.#commands.clear();
    this.#host.lifecycle(this.id, event, this.#sockets.lossReason);
    if (event.type === 'closed') for (const resolve of this.#closers.splice(0)) resolve();
  }
}
