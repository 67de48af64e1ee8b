import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { RecordingHeader, RecordingLine } from './recording.ts';

/** What may wait for the disk; beyond it connections are not read. */
const MAX_UNWRITTEN_BYTES = 8 * 2 ** 20;

/** A recording that is being written. A file that is there already is not written over. */
export class RecordingWriter {
  /** Rejects when it cannot be written, resolves when all is on the disk. */
  readonly finished: Promise<void>;
  readonly #target: Writable;
  readonly #sink: Writable;
  readonly #startedMs = performance.now();
  #lines = 0;

  /** @param file compressed when its name ends with `.gz` */
  constructor(file: string, header: RecordingHeader) {
    const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    this.#target = target;
    if (file.endsWith('.gz')) {
      const gzip = createGzip();
      gzip.pipe(target);
      target.on('error', (error) => gzip.destroy(error));
      this.#sink = gzip;
    } else this.#sink = target;
    this.finished = finished(target);
    this.finished.catch(() => {});
    this.#sink.on('error', () => {});
    this.#write(header);
  }

  get lines(): number {
    return this.#lines;
  }

  /** Milliseconds since the start. */
  now(): number {
    return Math.round(performance.now() - this.#startedMs);
  }

  write(line: RecordingLine): void {
    this.#lines += 1;
    this.#write(line);
  }

  /** Too much waits: who reads is to stop until {@link onceDrained}. */
  get isFull(): boolean {
    return this.#sink.writableLength + this.#target.writableLength > MAX_UNWRITTEN_BYTES;
  }

  onceDrained(callback: () => void): void {
    this.#sink.once('drain', callback);
  }

  async close(): Promise<void> {
    this.#sink.end();
    await this.finished;
  }

  #write(value: object): void {
    this.#sink.write(`${JSON.stringify(value)}\n`);
  }
}
