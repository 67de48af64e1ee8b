import { Readable } from 'node:stream';
import type { Snowflake, StoredFile } from './entities.ts';
import { WorldError } from './errors.ts';
import type { FileStore } from './store/file-store.ts';
import type { World } from './world.ts';

/** How much of a file's beginning is looked at: the size of a picture stands behind its colour profile and camera data. */
const HEAD_BYTES = 262_144;

/** A file whose bytes have come and that belongs to nobody yet: to be kept or discarded. */
export interface ReceivedFile {
  readonly id: Snowflake;
  /** Bytes. */
  readonly size: number;
  /** Its first bytes, up to 256 KiB. */
  readonly head: Uint8Array;
}

/**
 * Files that records of the world refer to: attachments, pictures. Bytes are received first, which takes time; then
 * keeping them is part of the change that refers to them, and releasing them part of the one that no longer does.
 */
export class Files {
  readonly #world: World;
  readonly #store: FileStore;
  readonly #files = new Map<Snowflake, StoredFile>();
  readonly #received = new Map<Snowflake, number>();
  #bytes = 0;

  constructor(world: World, store: FileStore, stored: readonly StoredFile[]) {
    this.#world = world;
    this.#store = store;
    for (const file of stored) {
      this.#files.set(file.id, file);
      this.#bytes += file.size;
    }
  }

  /** Bytes of all files, those that are still coming included. */
  get bytes(): number {
    return this.#bytes;
  }

  get(id: Snowflake): StoredFile | undefined {
    return this.#files.get(id);
  }

  /**
   * Takes in the bytes of a file; nothing of it stays when it is refused.
   * @throws WorldError FILE_TOO_LARGE beyond `maxBytes`, LIMIT_REACHED:fileBytes; what the source throws
   */
  async receive(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedFile> {
    this.#world.journal.assertWritable();
    const id = this.#world.nextId();
    const head: Uint8Array[] = [];
    let size = 0;
    let headSize = 0;
    const counted = async function* (files: Files) {
      for await (const chunk of source) {
        files.#take(chunk.byteLength);
        size += chunk.byteLength;
        if (size > maxBytes) throw new WorldError('FILE_TOO_LARGE', `a file has at most ${maxBytes} bytes`);
        if (headSize < HEAD_BYTES) {
          const part = chunk.subarray(0, HEAD_BYTES - headSize);
          head.push(part);
          headSize += part.byteLength;
        }
        yield chunk;
      }
    };
    try {
      await this.#store.write(id, counted(this));
    } catch (error) {
      this.#bytes -= size;
      throw error;
    }
    this.#received.set(id, size);
    return { id, size, head: Buffer.concat(head) };
  }

  /** All bytes of a file that has been received and is not kept yet: for one whose rule bounds it well. */
  async contentOf({ id, size }: ReceivedFile): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    if (size > 0) for await (const chunk of this.#store.read(id, 0, size - 1)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Takes away those received files that nobody has kept. */
  async discard(received: readonly ReceivedFile[]): Promise<void> {
    const unkept = received.filter(({ id }) => this.#received.has(id));
    for (const { id, size } of unkept) {
      this.#received.delete(id);
      this.#bytes -= size;
    }
    if (unkept.length > 0) await this.#store.delete(unkept.map(({ id }) => id));
  }

  /**
   * Part of a change: from now on a record refers to the file, which has been received and not been kept before.
   * @param address the path under which it is served
   */
  keep({ id, size }: ReceivedFile, address: string): StoredFile {
    this.#world.journal.assertWritable();
    if (!this.#received.delete(id))
      throw new TypeError(`file ${id} has not been received, or is kept already`);
    return this.#put({ id, size, address, uses: 1 });
  }

  /** Part of a change: one record more refers to the file. No effect on a file that is gone. */
  share(id: Snowflake): void {
    const file = this.#files.get(id);
    if (file !== undefined) this.#put({ ...file, uses: file.uses + 1 });
  }

  /** Part of a change: one record less refers to the file. With the last one it goes, once the change is committed. */
  release(id: Snowflake): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    if (file.uses > 1) {
      this.#put({ ...file, uses: file.uses - 1 });
      return;
    }
    this.#files.delete(id);
    this.#bytes -= file.size;
    this.#world.journal.record({ kind: 'delete', table: 'files', id });
  }

  /** The bytes from `start` up to and with `end`. */
  read({ id, size }: StoredFile, start = 0, end = size - 1): Readable {
    return size === 0 ? Readable.from([]) : this.#store.read(id, start, end);
  }

  #take(bytes: number): void {
    const { fileBytes } = this.#world.limits;
    if (this.#bytes + bytes > fileBytes) {
      throw new WorldError('LIMIT_REACHED:fileBytes', `the files of a world have at most ${fileBytes} bytes`);
    }
    this.#bytes += bytes;
  }

  #put(file: StoredFile): StoredFile {
    this.#files.set(file.id, file);
    this.#world.journal.record({ kind: 'put', table: 'files', record: file });
    return file;
  }
}
