import type { Readable } from 'node:stream';
import type { Snowflake } from '../entities.ts';

/** Where the bytes of files are kept. Which files there are is known from the rows of the store beside it. */
export interface FileStore {
  /**
   * Keeps the bytes under an id that is not in use; nothing stays behind when the source throws or the disk is full.
   * @param id decimal digits
   */
  write(id: Snowflake, source: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * The bytes from `start` up to and with `end`. The stream fails when there are none.
   * @param id decimal digits
   */
  read(id: Snowflake, start: number, end: number): Readable;
  /** Takes away those that are there. Never fails: what stays behind is taken away by the next `keepOnly`. */
  delete(ids: readonly Snowflake[]): Promise<void>;
  /** Takes away all others: what a crash has left between the writing of a file and the commit that names it. */
  keepOnly(ids: ReadonlySet<Snowflake>): Promise<void>;
}
