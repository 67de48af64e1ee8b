import { Readable } from 'node:stream';
import type { Snowflake } from '../entities.ts';
import type { FileStore } from './file-store.ts';

/** Files that live as long as the process. */
export class MemoryFileStore implements FileStore {
  readonly #files = new Map<Snowflake, Buffer>();

  async write(id: Snowflake, source: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source) chunks.push(chunk);
    this.#files.set(id, Buffer.concat(chunks));
  }

  read(id: Snowflake, start: number, end: number): Readable {
    const bytes = this.#files.get(id);
    const stream = Readable.from(bytes === undefined ? [] : [bytes.subarray(start, end + 1)]);
    if (bytes === undefined) stream.destroy(new Error(`no file ${id}`));
    return stream;
  }

  async delete(ids: readonly Snowflake[]): Promise<void> {
    for (const id of ids) this.#files.delete(id);
  }

  async keepOnly(ids: ReadonlySet<Snowflake>): Promise<void> {
    await this.delete([...this.#files.keys()].filter((id) => !ids.has(id)));
  }
}
