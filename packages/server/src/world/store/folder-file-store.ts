import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Snowflake } from '../entities.ts';
import type { FileStore } from './file-store.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Names on disk are our own ids and nothing else: no name from the wire ever reaches the file system. */
const ID = /^\d{1,20}$/;

/** Files in one folder, each under its id, that only the user of this process can read. */
export class FolderFileStore implements FileStore {
  readonly #folder: string;

  /** @param folder made when the first file comes */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(id: Snowflake, source: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
    const path = this.#path(id);
    const file = await open(path, 'wx', FILE_MODE);
    try {
      for await (const chunk of source) await file.writeFile(chunk);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    await file.close();
  }

  read(id: Snowflake, start: number, end: number): Readable {
    return createReadStream(this.#path(id), { start, end });
  }

  async delete(ids: readonly Snowflake[]): Promise<void> {
    await Promise.allSettled(ids.map((id) => rm(this.#path(id), { force: true })));
  }

  async keepOnly(ids: ReadonlySet<Snowflake>): Promise<void> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    await this.delete(names.filter((name) => ID.test(name) && !ids.has(name)));
  }

  #path(id: Snowflake): string {
    if (!ID.test(id)) throw new TypeError(`a file is kept under an id, not ${JSON.stringify(id)}`);
    return join(this.#folder, id);
  }
}
