import type { GatewaySocket } from './gateway-socket.ts';

/**
 * Above the socket's own high water mark (64 KiB), so that a `drain` follows; far below the bound at which a
 * connection is cut as too slow.
 */
const PAUSE_ABOVE_BYTES = 262_144;
/** Then others have their turn: a large GUILD_CREATE takes about a millisecond to make. */
const STEPS_PER_TURN = 16;

/** Runs a long job (a replay, the loading of guilds) step by step, no faster than the socket takes it. */
export class Pump {
  readonly #socket: GatewaySocket;
  readonly #step: () => boolean;
  #state: 'idle' | 'running' | 'waiting' | 'stopped' = 'idle';

  /** @param step does the next piece; false when there is nothing more to do at present */
  constructor(socket: GatewaySocket, step: () => boolean) {
    this.#socket = socket;
    this.#step = step;
  }

  /** There is work. */
  wake(): void {
    if (this.#state === 'idle') this.#run();
  }

  /** No further step is made. */
  stop(): void {
    this.#state = 'stopped';
  }

  #run(): void {
    this.#state = 'running';
    for (let steps = 0; steps < STEPS_PER_TURN; steps += 1) {
      if (this.#socket.unsentBytes > PAUSE_ABOVE_BYTES) {
        this.#waitFor((resume) => this.#socket.onceDrained(resume));
        return;
      }
      const more = this.#step();
      // The step may have closed the connection.
      if (this.#isStopped()) return;
      if (!more) {
        this.#state = 'idle';
        return;
      }
    }
    this.#waitFor((resume) => setImmediate(resume));
  }

  #waitFor(next: (resume: () => void) => void): void {
    this.#state = 'waiting';
    next(() => {
      if (this.#state === 'waiting') this.#run();
    });
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}
