/** The net between the client's process and the server: hosts that answer or do not, and the connections in being. */
import type { Random } from '@guildhall/protocol';
import type { VirtualClock } from './virtual-clock.ts';
import { type Direction, type Learners, Wire } from './wire.ts';

/** `silent`: no packet is answered. `deaf`: connections come to be, and no upgrade is answered. */
export type HostState = 'up' | 'refusing' | 'silent' | 'deaf';

/** Who dialled: known to the simulation alone, never to the machines. */
export interface Dialler {
  readonly process: number;
  readonly shardId: number;
}

export interface Connection {
  readonly wire: Wire;
  readonly dialler: Dialler;
}

/** What the present weather does to connections that are dialled under it. */
export interface Weather {
  /** Added to the one-way delays of new connections. */
  lagMs: number;
  /** Longest extra wait before the upgrade is answered. */
  slowUpgradeMs: number;
  /** Cuts the next connection after some bytes. */
  cutNext: { readonly direction: Direction; readonly bytes: number; readonly learners: Learners } | null;
}

const CLEAR: Weather = { lagMs: 0, slowUpgradeMs: 0, cutNext: null };
const MAX_BASE_DELAY_MS = 80;
const MAX_JITTER_MS = 60;

export class Network {
  readonly weather: Weather = { ...CLEAR };
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #closeDeadlineMs: number;
  readonly #hosts = new Map<string, HostState>();
  #connections: Connection[] = [];
  #accept: (connection: Connection) => void = () => {};

  constructor(clock: VirtualClock, random: Random, closeDeadlineMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#closeDeadlineMs = closeDeadlineMs;
  }

  /** Connections that at least one end still holds, oldest first. */
  get connections(): readonly Connection[] {
    this.#connections = this.#connections.filter(
      ({ wire }) => !wire.client.isClosed || wire.server.isEstablished,
    );
    return this.#connections;
  }

  listen(accept: (connection: Connection) => void): void {
    this.#accept = accept;
  }

  host(url: string): HostState {
    return this.#hosts.get(url) ?? 'up';
  }

  setHost(url: string, state: HostState): void {
    this.#hosts.set(url, state);
  }

  /** Good weather again, and no cut that is still to come. */
  clear(): void {
    Object.assign(this.weather, CLEAR);
    for (const { wire } of this.#connections) wire.spare();
  }

  dial(url: string, dialler: Dialler): Connection {
    const { weather } = this;
    const wire = new Wire({
      clock: this.#clock,
      random: this.#random,
      up: this.#delay(),
      down: this.#delay(),
      closeDeadlineMs: this.#closeDeadlineMs,
    });
    const connection = { wire, dialler };
    // Bounded by the shards: connections that both ends have left go first.
    this.#connections = [...this.connections, connection];
    if (weather.cutNext !== null) {
      const { direction, bytes, learners } = weather.cutNext;
      wire.cutAfter(direction, bytes, learners);
      weather.cutNext = null;
    }
    if (this.host(url) === 'silent') {
      wire.sever({ client: false, server: true });
    } else {
      wire.connect();
      if (this.host(url) !== 'deaf') this.#upgrade(url, connection);
    }
    return connection;
  }

  #upgrade(url: string, connection: Connection): void {
    connection.wire.upgrade(() => {
      // Judged when the request arrives: the host may have gone since.
      const accepted = this.host(url) === 'up';
      if (accepted) this.#accept(connection);
      return { accepted, answerAfterMs: this.#random.next() * this.weather.slowUpgradeMs };
    });
  }

  #delay(): { readonly minMs: number; readonly jitterMs: number } {
    const { lagMs } = this.weather;
    return {
      minMs: 1 + this.#random.next() * (MAX_BASE_DELAY_MS + lagMs),
      jitterMs: this.#random.next() * (MAX_JITTER_MS + lagMs),
    };
  }
}
