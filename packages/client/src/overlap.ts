import { EnvelopeReader } from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import type { EventContext } from './events.ts';

export interface OverlapHost {
  /** Who listens; null: nobody. */
  audienceOf(name: string): Audience | null;
  /** A guild of the new shards has come, or will not. */
  guildSettled(): void;
  /** More is waiting than may; events of the new shards are not kept any more. */
  overflowed(): void;
}

export interface OverlapOptions {
  /** Whether the gateway tells the new shards about each guild of READY. */
  readonly hearsGuilds: boolean;
  /** How far one set of shards may lag behind the other, in ms. */
  readonly lagMs: number;
  /** Of the new shards' events that the old ones have not told yet. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
}

interface Waiting {
  readonly name: string;
  readonly message: Buffer;
  readonly context: EventContext;
}

interface Entry<T> {
  readonly key: string;
  readonly value: T;
}

const DEFAULT_MAX_WAITING_BYTES = 64 * 2 ** 20;
/** Keys have some 40 bytes each. */
const MAX_TOLD = 500_000;

/** About a session, not about a guild; each shard gets its own. */
const OF_SESSIONS: ReadonlySet<string> = new Set(['READY', 'RESUMED', 'USER_UPDATE']);
/** Answers to a command, sent to the shard that gave it. */
const ANSWERS: ReadonlySet<string> = new Set(['GUILD_MEMBERS_CHUNK', 'SOUNDBOARD_SOUNDS', 'RATE_LIMITED']);

/**
 * Two sets of shards hear the same guilds, and handlers hear each event once: before `switchOver` from the old set, then
 * from the new one.
 *
 * An event has no number that both sets share, so it is known by its name and content. What one set tells is crossed
 * out where the other has told it, one for one: content may repeat. What the new set has and the old one has not at the
 * switch is handed over then; what the old one had and the new one has not is swallowed when it comes. GUILD_CREATE is
 * known by its guild, and those that follow a READY of the new set are not told: handlers know these guilds.
 */
export class Overlap {
  readonly #host: OverlapHost;
  readonly #options: OverlapOptions;
  readonly #envelope = new EnvelopeReader();
  /** By the old set, and not yet by the new one. The value is the time. */
  readonly #told = new Bag<number>();
  /** By the new set, and not yet by the old one. */
  readonly #waiting = new Bag<Waiting>();
  readonly #expectedGuilds = new Set<string>();
  #waitingBytes = 0;
  #overflowed = false;
  #switched = false;

  constructor(options: OverlapOptions, host: OverlapHost) {
    this.#options = options;
    this.#host = host;
  }

  /** Guilds that the new shards have not heard about yet. */
  get expectedGuilds(): number {
    return this.#expectedGuilds.size;
  }

  /** Guilds that are not available do not come. */
  expectNoMoreGuilds(): void {
    this.#expectedGuilds.clear();
  }

  /** @returns whom an event of the old set is for */
  oldAudience(name: string): Audience | null {
    const audience = this.#host.audienceOf(name);
    if (audience === null || ANSWERS.has(name)) return audience;
    if (this.#switched) return null;
    if (OF_SESSIONS.has(name)) return audience;
    return {
      wantsData: audience.wantsData,
      hear: (message, data, context) => {
        this.#noteTold(this.#keyOf(name, message));
        audience.hear(message, data, context);
      },
    };
  }

  /** @returns whom an event of the new set is for */
  newAudience(name: string): Audience | null {
    const audience = this.#host.audienceOf(name);
    if (ANSWERS.has(name)) return audience;
    if (!this.#switched) return this.#collector(name, audience !== null);
    if (audience === null || OF_SESSIONS.has(name)) return audience;
    return {
      wantsData: audience.wantsData,
      hear: (message, data, context) => {
        if (!this.#wasTold(this.#keyOf(name, message))) audience.hear(message, data, context);
      },
    };
  }

  /** From now on handlers hear the new set. What it was ahead is handed over now. */
  switchOver(): void {
    this.#switched = true;
    // The new set has been there for longer: what it has not heard of by now was before its time.
    const oldest = performance.now() - this.#options.lagMs;
    this.#told.keep((toldAtMs) => toldAtMs >= oldest);
    for (const { name, message, context } of this.#waiting.takeAll()) {
      const audience = this.#host.audienceOf(name);
      audience?.hear(message, audience.wantsData ? this.#parse(message) : undefined, context);
    }
    this.#waitingBytes = 0;
  }

  #noteTold(key: string): void {
    // The oldest of equal ones, so that the rest is handed over in order.
    const waiting = this.#waiting.take(key, 'oldest');
    if (waiting === undefined) this.#told.add(key, performance.now());
    else this.#waitingBytes -= waiting.message.length;
    if (this.#told.size > MAX_TOLD) this.#told.dropOldest();
  }

  /** The newest of equal ones, so that what is left is what is too old to come. */
  #wasTold(key: string): boolean {
    return this.#told.take(key, 'newest') !== undefined;
  }

  #collector(name: string, isWanted: boolean): Audience | null {
    const tellsGuilds = name === 'READY' || name === 'GUILD_CREATE' || name === 'GUILD_DELETE';
    if (!tellsGuilds && (!isWanted || OF_SESSIONS.has(name))) return null;
    return {
      wantsData: false,
      hear: (message, _data, context) => {
        if (tellsGuilds && this.#noteGuilds(name, this.#parse(message))) return;
        if (isWanted && !OF_SESSIONS.has(name)) this.#collect(name, message, context);
      },
    };
  }

  #collect(name: string, message: Buffer, context: EventContext): void {
    const key = this.#keyOf(name, message);
    if (this.#overflowed || this.#wasTold(key)) return;
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > (this.#options.maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES)) {
      this.#overflowed = true;
      this.#waiting.takeAll();
      this.#host.overflowed();
      return;
    }
    this.#waiting.add(key, { name, message: Buffer.from(message), context });
  }

  /** Whether the event belongs to the start of a new session. */
  #noteGuilds(name: string, data: unknown): boolean {
    if (name === 'READY') {
      if (this.#options.hearsGuilds) for (const id of guildIdsOf(data)) this.#expectedGuilds.add(id);
      this.#host.guildSettled();
      return true;
    }
    const id = fieldOf(data, 'id');
    if (typeof id !== 'string' || !this.#expectedGuilds.delete(id)) return false;
    this.#host.guildSettled();
    return name === 'GUILD_CREATE';
  }

  #keyOf(name: string, message: Buffer): string {
    const data = this.#parse(message);
    const content = name === 'GUILD_CREATE' ? fieldOf(data, 'id') : data;
    const { hash } = process.getBuiltinModule('node:crypto');
    return hash('sha1', `${name} ${JSON.stringify(content)}`, 'base64');
  }

  /** What cannot be parsed is equal to nothing but itself. */
  #parse(message: Buffer): unknown {
    try {
      this.#envelope.read(message);
      return this.#envelope.parseData(message);
    } catch {
      return message.toString('latin1');
    }
  }
}

/** Things in order, with keys that may repeat. */
class Bag<T> {
  readonly #entries = new Set<Entry<T>>();
  readonly #byKey = new Map<string, Entry<T>[]>();

  get size(): number {
    return this.#entries.size;
  }

  add(key: string, value: T): void {
    const entry = { key, value };
    this.#entries.add(entry);
    const equal = this.#byKey.get(key);
    if (equal === undefined) this.#byKey.set(key, [entry]);
    else equal.push(entry);
  }

  take(key: string, which: 'oldest' | 'newest'): T | undefined {
    const equal = this.#byKey.get(key);
    const entry = which === 'newest' ? equal?.pop() : equal?.shift();
    if (equal?.length === 0) this.#byKey.delete(key);
    if (entry !== undefined) this.#entries.delete(entry);
    return entry?.value;
  }

  /** In the order in which they came. */
  takeAll(): readonly T[] {
    const values = [...this.#entries].map(({ value }) => value);
    this.#entries.clear();
    this.#byKey.clear();
    return values;
  }

  keep(predicate: (value: T) => boolean): void {
    const kept = [...this.#entries].filter(({ value }) => predicate(value));
    this.takeAll();
    for (const { key, value } of kept) this.add(key, value);
  }

  dropOldest(): void {
    const [entry] = this.#entries;
    if (entry !== undefined) this.take(entry.key, 'oldest');
  }
}

function guildIdsOf(ready: unknown): readonly string[] {
  const guilds = fieldOf(ready, 'guilds');
  if (!Array.isArray(guilds)) return [];
  return guilds.map((guild) => fieldOf(guild, 'id')).filter((id) => typeof id === 'string');
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
