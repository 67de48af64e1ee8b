import { Connection } from './connection.ts';
import type { Delivery } from './delivery.ts';
import type { ProtocolError } from './errors.ts';
import { Inbound, type InboundParts } from './inbound.ts';
import type { LossReason } from './loss-error.ts';
import type { MachineRunner } from './machine-runner.ts';
import { connectionUrl } from './payloads.ts';
import { Reading } from './reading.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import type { ShardWatch } from './watching/shard-watch.ts';

/** The sockets of one shard: the present one, and those that are on their way out. */
export class ShardSockets {
  readonly #shardId: number;
  readonly #settings: ShardSettings;
  readonly #runner: MachineRunner;
  readonly #watch: ShardWatch;
  readonly #inboundParts: InboundParts;
  #present: Connection | null = null;
  #inbound: Inbound | null = null;
  /** Each ends within `closeDeadlineMs`. */
  readonly #leaving = new Set<Connection>();
  readonly #reading = new Reading();
  #lossReason: LossReason = null;

  constructor(
    shardId: number,
    settings: ShardSettings,
    runner: MachineRunner,
    delivery: Delivery,
    watch: ShardWatch,
    host: ShardHost,
  ) {
    this.#shardId = shardId;
    this.#settings = settings;
    this.#runner = runner;
    this.#watch = watch;
    this.#inboundParts = {
      shardId,
      settings,
      runner,
      delivery,
      watch,
      audienceOf: (name) => host.audienceOf(name),
      refused: (error) => this.#refuse(error, host),
    };
  }

  /** Null between two connections. */
  get present(): Connection | null {
    return this.#present;
  }

  /** Of the last connection. */
  get lossReason(): LossReason {
    return this.#lossReason;
  }

  dial(epoch: number, gatewayUrl: string): void {
    const { transport, codec, limits, timing, proxy, logger } = this.#settings;
    const runner = this.#runner;
    const url = connectionUrl(gatewayUrl, codec.name, transport);
    const inbound = new Inbound(epoch, this.#inboundParts);
    this.#lossReason = null;
    this.#inbound = inbound;
    logger.debug({ shard: this.#shardId, url }, 'dialling the gateway');
    this.#present = new Connection(
      url,
      { maxMessageBytes: limits.maxMessageBytes, closeDeadlineMs: timing.closeDeadlineMs, proxy },
      {
        connected: () => runner.input({ type: 'connected', epoch }),
        opened: () => runner.input({ type: 'opened', epoch }),
        received: (atMs, byteLength) => inbound.received(atMs, byteLength),
        sent: (byteLength) => this.#watch.noteSent(byteLength),
        message: (payload, binary) => inbound.message(payload, binary),
        lost: (code, reason) => {
          this.#lossReason = reason;
          if (epoch === runner.state.epoch) this.#letGo();
          runner.input({ type: 'lost', epoch, code });
        },
      },
    );
  }

  /** The present one is not the shard's any more, and ends by itself. */
  abandon(code: number): void {
    const connection = this.#present;
    this.#letGo();
    connection?.abandon(code);
  }

  /** Ends every socket without waiting for the other side. */
  terminate(): void {
    this.#present?.terminate();
    for (const connection of this.#leaving) connection.terminate();
  }

  /** Resolves when those that were let go are gone. */
  async left(): Promise<void> {
    await Promise.all([...this.#leaving].map((connection) => connection.gone));
  }

  /** Stops or starts reading the events of a session; what leads to one is always read, and heartbeats go on. */
  setReading(paused: boolean): void {
    this.#reading.held = paused;
    this.followReading();
  }

  /** To be called when the phase may have changed. */
  followReading(): void {
    const { phase, epoch } = this.#runner.state;
    const paused = this.#reading.follow(phase, this.#present);
    if (paused !== null) this.#runner.input({ type: 'reading', epoch, paused });
  }

  /** Drops the connection, to resume with fresh contexts. */
  #refuse(error: ProtocolError, host: ShardHost): void {
    this.#lossReason = error;
    host.problem(error);
    this.#runner.input({ type: 'undecodable', epoch: this.#runner.state.epoch });
  }

  /** Forgets the connection, which may still be on its way out. */
  #letGo(): void {
    const connection = this.#present;
    this.#inbound?.close();
    this.#inbound = null;
    this.#present = null;
    this.#reading.reset();
    if (connection === null) return;
    this.#leaving.add(connection);
    connection.gone.then(() => this.#leaving.delete(connection));
  }
}
