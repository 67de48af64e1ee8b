import type { Envelope } from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import type { DispatchContext } from './dispatch-context.ts';

export interface OverlapHost {
  /** Who listens; null: nobody. */
  audienceOf(name: string): Audience | null;
  /** Whether an event is left out now, for the bot is behind. To be asked once for each that would be handed over. */
  sheds(name: string): boolean;
  /** A guild of the new shards has come, or will not. */
  guildSettled(): void;
  /** More is waiting than may; events of the new shards are not kept any more. */
  overflowed(): void;
}

export interface OverlapOptions {
  /** Of the encoding that both sets speak. Nobody else is in the middle of a message when an overlap reads one. */
  readonly envelope: Envelope;
  /** Whether the gateway tells the new shards about each guild of READY. */
  readonly hearsGuilds: boolean;
  /** How far one set of shards may lag behind the other, in ms. */
  readonly lagMs: number;
  /** A shard of each set: what every shard of a set is told, is heard from this one. */
  readonly speakers: { readonly old: number; readonly new: number };
  /** Of a clock that stands while neither set reads, in ms. Default: `performance.now`. */
  readonly now?: () => number;
  /** Of the new shards' events that the old ones have not told yet. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
}

interface Waiting {
  readonly name: string;
  /** A copy. */
  readonly message: Buffer;
  readonly context: DispatchContext;
  /** Of the hold on the context: until then a kept session goes on before the event. */
  readonly release: () => void;
}

interface Told {
  readonly atMs: number;
  /** Settles when the old set's handlers have finished; null: they have. */
  readonly handling: Promise<unknown> | null;
}

interface Entry<T> {
  readonly key: string;
  readonly value: T;
}

const DEFAULT_MAX_WAITING_BYTES = 64 * 2 ** 20;
/** Keys have some 40 bytes each. */
const MAX_TOLD = 500_000;

/** About a session, not about a guild; each shard gets its own. */
const OF_SESSIONS: ReadonlySet<string> = new Set(['READY', 'RESUMED']);
/** Sent to every shard alike: between two sets, what one shard of each hears counts. */
const OF_THE_BOT: ReadonlySet<string> = new Set(['USER_UPDATE']);
/** Answers to a command, sent to the shard that gave it. */
const ANSWERS: ReadonlySet<string> = new Set(['GUILD_MEMBERS_CHUNK', 'SOUNDBOARD_SOUNDS', 'RATE_LIMITED']);

/**
 * Two sets of shards hear the same guilds, and handlers hear each event once: before `switchOver` from the old set, then
 * from the new one.
 *
 * An event has no number that both sets share, so it is known by its name and content. What one set tells is crossed
 * out where the other has told it, one for one: content may repeat. What the new set has and the old one has not at the
 * switch is handed over then; what the old one had and the new one has not is swallowed when it comes. GUILD_CREATE is
 * known by its guild, and those that follow a READY of the new set are not told: handlers know these guilds. USER_UPDATE,
 * which every shard is told, is taken from one shard of each set; from the switch to the end it is heard once, not from
 * each shard.
 *
 * An event that one set has for both counts as handled in the other's session when its handlers have finished, too.
 */
export class Overlap {
  readonly #host: OverlapHost;
  readonly #options: OverlapOptions;
  /** By the old set, and not yet by the new one. */
  readonly #told = new Bag<Told>();
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
    if (audience === null) return null;
    if (ANSWERS.has(name)) return this.#unlessShed(name, audience);
    if (this.#switched) return null;
    if (OF_SESSIONS.has(name)) return this.#unlessShed(name, audience);
    return {
      wantsData: audience.wantsData,
      hear: (message, data, context) => {
        if (!this.#speaks('old', name, context)) {
          if (!this.#host.sheds(name)) audience.hear(message, data, context);
          return;
        }
        const key = this.#keyOf(name, message);
        if (!this.#host.sheds(name)) audience.hear(message, data, context);
        this.#noteTold(key, context.handling);
      },
    };
  }

  /** @returns whom an event of the new set is for */
  newAudience(name: string): Audience | null {
    const audience = this.#host.audienceOf(name);
    if (audience !== null && ANSWERS.has(name)) return this.#unlessShed(name, audience);
    if (!this.#switched) return this.#collector(name, audience !== null);
    if (audience === null) return null;
    if (OF_SESSIONS.has(name)) return this.#unlessShed(name, audience);
    return {
      wantsData: audience.wantsData,
      hear: (message, data, context) => {
        if (!this.#speaks('new', name, context)) return;
        if (this.#wasTold(this.#keyOf(name, message), context) || this.#host.sheds(name)) return;
        audience.hear(message, data, context);
      },
    };
  }

  /** From now on handlers hear the new set. What it was ahead is handed over now. */
  switchOver(): void {
    this.#switched = true;
    // The new set has been there for longer: what it has not heard of by now was before its time.
    const oldest = this.#now() - this.#options.lagMs;
    this.#told.keep(({ atMs }) => atMs >= oldest);
    for (const { name, message, context, release } of this.#waiting.takeAll()) {
      const audience = this.#host.audienceOf(name);
      if (audience !== null && !this.#host.sheds(name)) {
        audience.hear(message, audience.wantsData ? this.#parse(message) : undefined, context);
      }
      release();
    }
    this.#waitingBytes = 0;
  }

  /** Whether the event, as this shard of the set has it, is to be found in the other set as well. */
  #speaks(set: 'old' | 'new', name: string, { shard }: DispatchContext): boolean {
    return !OF_THE_BOT.has(name) || shard === this.#options.speakers[set];
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }

  #unlessShed(name: string, audience: Audience): Audience | null {
    return this.#host.sheds(name) ? null : audience;
  }

  #noteTold(key: string, handling: Promise<unknown> | null): void {
    // The oldest of equal ones, so that the rest is handed over in order.
    const waiting = this.#waiting.take(key, 'oldest');
    if (waiting === undefined) {
      this.#told.add(key, { atMs: this.#now(), handling });
    } else {
      this.#waitingBytes -= waiting.message.length;
      if (handling !== null) waiting.context.handledAfter(handling);
      waiting.release();
    }
    if (this.#told.size > MAX_TOLD) this.#told.dropOldest();
  }

  /** The newest of equal ones, so that what is left is what is too old to come. */
  #wasTold(key: string, context: DispatchContext): boolean {
    const told = this.#told.take(key, 'newest');
    if (told === undefined) return false;
    if (told.handling !== null) context.handledAfter(told.handling);
    return true;
  }

  #collector(name: string, isWanted: boolean): Audience | null {
    const tellsGuilds = name === 'READY' || name === 'GUILD_CREATE' || name === 'GUILD_DELETE';
    if (!tellsGuilds && (!isWanted || OF_SESSIONS.has(name))) return null;
    return {
      wantsData: false,
      hear: (message, _data, context) => {
        if (tellsGuilds && this.#noteGuilds(name, this.#parse(message))) return;
        const counts = isWanted && !OF_SESSIONS.has(name) && this.#speaks('new', name, context);
        if (counts) this.#collect(name, message, context);
      },
    };
  }

  #collect(name: string, message: Buffer, context: DispatchContext): void {
    const key = this.#keyOf(name, message);
    if (this.#overflowed || this.#wasTold(key, context)) return;
    this.#waitingBytes += message.length;
    if (this.#waitingBytes > (this.#options.maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES)) {
      this.#overflowed = true;
      this.#waiting.takeAll();
      this.#host.overflowed();
      return;
    }
    this.#waiting.add(key, { name, message: context.raw(), context, release: context.hold() });
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
      const { envelope } = this.#options;
      envelope.read(message);
      return envelope.parseData(message);
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
