import type { SessionRecord } from './session-record.ts';

/**
 * Where a client's sessions outlive its process: one place per client, never shared by two. Anything that keeps a
 * JSON value will do, such as a key of Redis or of a NATS bucket.
 */
export interface SessionStore {
  /** What `save` was given last, as far as it is there; it is checked. Null or undefined: nothing. */
  load(): unknown | Promise<unknown>;
  /** Called one at a time. Resolves when the record cannot get lost any more. */
  save(record: SessionRecord): void | Promise<void>;
}

/** For the life of the process: for tests, and for clients that are made anew within one. */
export class MemorySessionStore implements SessionStore {
  #record: SessionRecord | null = null;

  load(): SessionRecord | null {
    return this.#record;
  }

  save(record: SessionRecord): void {
    this.#record = record;
  }
}

/** 65,536 sessions have some 15 MB. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/**
 * A file of JSON that only its owner may read. Each save writes another file and puts it in place of the first, so that
 * no reader finds half a record.
 */
export class FileSessionStore implements SessionStore {
  readonly #path: string;

  /** @param path of a file in a folder that is there and where files may be made */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws the error of the file system, unless there is no file yet */
  async load(): Promise<unknown> {
    const { open } = files();
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(this.#path, 'r');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    try {
      const { size } = await file.stat();
      if (size > MAX_FILE_BYTES)
        throw new RangeError(`${this.#path} has ${size} bytes, too many for sessions`);
      return JSON.parse(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  }

  /** @throws the error of the file system; the record of before is still there then */
  async save(record: SessionRecord): Promise<void> {
    const { open, rename, rm } = files();
    const { randomUUID } = process.getBuiltinModule('node:crypto');
    const draft = `${this.#path}.${randomUUID()}.tmp`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(record));
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
}

/** Loaded on first use: a client without a store reads and writes no file. */
function files(): typeof import('node:fs/promises') {
  return process.getBuiltinModule('node:fs/promises');
}
