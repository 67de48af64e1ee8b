import { LOSS_CAUSES, type LossCause, type ShardEffect } from '@guildhall/protocol/client';

/** What a shard has done since it was made. Plain numbers that only grow: what a metrics library wants. */
export interface ShardCounters {
  readonly dials: number;
  /** Identifies sent: session starts spent. */
  readonly identifies: number;
  readonly resumes: number;
  /** Connections that were given up or lost, by cause. */
  readonly losses: Readonly<Record<LossCause, number>>;
  /** Sessions whose missed events are gone. */
  readonly sessionsLost: number;
  /** Closing handshakes that the gateway did not finish in time. */
  readonly closeDeadlines: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Counts by watching the machine's effects: nothing that it decides goes uncounted. */
export class ShardCount {
  readonly #counters: Mutable<Omit<ShardCounters, 'losses'>> = {
    dials: 0,
    identifies: 0,
    resumes: 0,
    sessionsLost: 0,
    closeDeadlines: 0,
  };
  readonly #losses: Record<LossCause, number> = noLosses();

  /** A copy. */
  get counters(): ShardCounters {
    return { ...this.#counters, losses: { ...this.#losses } };
  }

  note(effect: ShardEffect): void {
    const counters = this.#counters;
    if (effect.type === 'dial') counters.dials += 1;
    else if (effect.type === 'send-identify') counters.identifies += 1;
    else if (effect.type === 'send-resume') counters.resumes += 1;
    else if (effect.type === 'emit') this.#noteEvent(effect.event);
  }

  #noteEvent(event: Extract<ShardEffect, { type: 'emit' }>['event']): void {
    const counters = this.#counters;
    if (event.type === 'disconnected') this.#losses[event.cause] += 1;
    else if (event.type === 'stopped' && event.stop.cause !== 'halted') this.#losses[event.stop.cause] += 1;
    else if (event.type === 'session-lost') counters.sessionsLost += 1;
    else if (event.type === 'closed' && !event.inTime) counters.closeDeadlines += 1;
  }
}

function noLosses(): Record<LossCause, number> {
  const none = Object.fromEntries(LOSS_CAUSES.map((cause) => [cause, 0]));
  return none as Record<LossCause, number>;
}
