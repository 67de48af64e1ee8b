import { compareSnowflakes } from '@guildhall/protocol';
import type { Message, Snowflake } from './entities.ts';

/** Ids per chunk: what one removal in the middle moves at most. */
const CHUNK_SIZE = 512;

/**
 * The messages of one channel in order of id. Ids lie in chunks, so that a page is found by two binary searches,
 * and a removal moves a chunk and not the whole channel.
 */
export class MessageLog {
  readonly #messages = new Map<Snowflake, Message>();
  /** Rising ids; no chunk is empty. */
  readonly #chunks: Snowflake[][] = [];

  get size(): number {
    return this.#messages.size;
  }

  get oldestId(): Snowflake | undefined {
    return this.#chunks[0]?.[0];
  }

  get(id: Snowflake): Message | undefined {
    return this.#messages.get(id);
  }

  ids(): IterableIterator<Snowflake> {
    return this.#messages.keys();
  }

  messages(): IterableIterator<Message> {
    return this.#messages.values();
  }

  /** The message must be newer than all others. */
  append(message: Message): void {
    const last = this.#chunks.at(-1);
    if (last === undefined || last.length >= CHUNK_SIZE) this.#chunks.push([message.id]);
    else last.push(message.id);
    this.#messages.set(message.id, message);
  }

  /** A new record in place of the one with the same id, which must be there. */
  replace(message: Message): void {
    this.#messages.set(message.id, message);
  }

  delete(id: Snowflake): boolean {
    if (!this.#messages.delete(id)) return false;
    const at = this.#firstFrom(id);
    const chunk = this.#chunks[at.chunk];
    chunk?.splice(at.index, 1);
    if (chunk?.length === 0) this.#chunks.splice(at.chunk, 1);
    return true;
  }

  /** Up to `limit` messages older than the id (or the newest of all), newest first. */
  before(id: Snowflake | null, limit: number): Message[] {
    const page: Message[] = [];
    const start = id === null ? { chunk: this.#chunks.length, index: 0 } : this.#firstFrom(id);
    let index = start.index;
    for (let chunk = start.chunk; chunk >= 0 && page.length < limit; chunk--) {
      const ids = this.#chunks[chunk] ?? [];
      const from = chunk === start.chunk ? index : ids.length;
      for (index = from - 1; index >= 0 && page.length < limit; index--) this.#collect(ids[index], page);
    }
    return page;
  }

  /** Up to `limit` messages newer than the id, oldest first. */
  after(id: Snowflake, limit: number): Message[] {
    const page: Message[] = [];
    const start = this.#firstFrom(id);
    for (let chunk = start.chunk; chunk < this.#chunks.length && page.length < limit; chunk++) {
      const ids = this.#chunks[chunk] ?? [];
      for (let index = chunk === start.chunk ? start.index : 0; index < ids.length; index++) {
        if (page.length >= limit) break;
        if (ids[index] !== id) this.#collect(ids[index], page);
      }
    }
    return page;
  }

  #collect(id: Snowflake | undefined, page: Message[]): void {
    const message = id === undefined ? undefined : this.#messages.get(id);
    if (message !== undefined) page.push(message);
  }

  /** The place of the first id that is not smaller; past the end if there is none. */
  #firstFrom(id: Snowflake): { readonly chunk: number; readonly index: number } {
    const chunk = lowerBound(this.#chunks.length, (i) => this.#chunks[i]?.at(-1) ?? '', id);
    const ids = this.#chunks[chunk] ?? [];
    return { chunk, index: lowerBound(ids.length, (i) => ids[i] ?? '', id) };
  }
}

function lowerBound(length: number, idAt: (index: number) => Snowflake, id: Snowflake): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareSnowflakes(idAt(middle), id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
