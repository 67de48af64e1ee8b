import { isDispatchName } from '@guildhall/protocol/client';

/** What became of the events of one name. Plain numbers that are changed in place: the hot path counts here. */
export interface EventCount {
  /** Read and handed to handlers. */
  parsed: number;
  /** Handed to raw handlers only, unread. */
  raw: number;
  /** Nobody listened: neither read nor handed over. */
  skipped: number;
  /** Left out while the bot was behind, see the option `handling`: neither read nor handed over. */
  shed: number;
  /** Calls of its handlers, all together for one event, whose time was taken: the first and every 16th. */
  timed: number;
  /** Time of these until the handlers returned, in ms; what their promises take is not in it. */
  timedMs: number;
  /** The longest of these, in ms. */
  slowestMs: number;
}

export interface EventReport extends Readonly<EventCount> {
  /** Empty for all names together that are not documented. */
  readonly name: string;
}

/** Counts the events of a client by name. Made-up names share one count, so that a peer cannot grow it. */
export class EventTally {
  readonly #byName = new Map<string, EventCount>();
  readonly #undocumented = freshCount();

  /** The one count of this name, to be kept and changed. */
  of(name: string): EventCount {
    if (!isDispatchName(name)) return this.#undocumented;
    let count = this.#byName.get(name);
    if (count === undefined) {
      count = freshCount();
      this.#byName.set(name, count);
    }
    return count;
  }

  /** The report, and all counts begin anew. */
  take(): readonly EventReport[] {
    const { report } = this;
    for (const count of [...this.#byName.values(), this.#undocumented]) Object.assign(count, freshCount());
    return report;
  }

  /** Adds what was counted in another thread. */
  add({ name, slowestMs, ...counts }: EventReport): void {
    const own = this.of(name);
    own.parsed += counts.parsed;
    own.raw += counts.raw;
    own.skipped += counts.skipped;
    own.shed += counts.shed;
    own.timed += counts.timed;
    own.timedMs += counts.timedMs;
    own.slowestMs = Math.max(own.slowestMs, slowestMs);
  }

  /** Copies, of the names that have come at least once. */
  get report(): readonly EventReport[] {
    return [...this.#byName, ['', this.#undocumented] as const]
      .map(([name, count]) => ({ name, ...count }))
      .filter(({ parsed, raw, skipped, shed }) => parsed + raw + skipped + shed > 0);
  }
}

/** Reading the clock twice costs as much as handing an event over. A power of two. */
const TIMED_EVERY = 16;

/** Whether the call that was counted last is to be timed. */
export function isTimed({ parsed, raw }: EventCount): boolean {
  return ((parsed + raw) & (TIMED_EVERY - 1)) === 1;
}

/** Notes one call of an event's handlers. */
export function noteHandlers(count: EventCount, startedAtMs: number): void {
  const ms = performance.now() - startedAtMs;
  count.timed += 1;
  count.timedMs += ms;
  if (ms > count.slowestMs) count.slowestMs = ms;
}

function freshCount(): EventCount {
  return { parsed: 0, raw: 0, skipped: 0, shed: 0, timed: 0, timedMs: 0, slowestMs: 0 };
}
