import { NativeInflater, nativeWorks } from './native-inflater.ts';
import { PublicZlibInflater } from './public-inflater.ts';

export type StreamFormat = 'zlib' | 'zstd';

/** Decompresses one endless stream piece by piece, synchronously. */
export interface StreamInflater {
  /**
   * @param chunk the next bytes of the stream
   * @param maxOutputBytes how much may come out
   * @returns the text that these bytes complete, possibly none; a view that is good until the next call of any
   *   inflater of the thread
   * @throws TransportError `INFLATE_FAILED` or `TOO_LARGE`; the inflater is of no use afterwards
   */
  inflate(chunk: Buffer, maxOutputBytes: number): Buffer;
  /** Frees the context. */
  close(): void;
}

/**
 * Whether this runtime can decompress such a stream. zlib always has the public way; zstd has none, as the
 * blocks of a frame cannot be decoded apart from the frame.
 */
export function canInflate(format: StreamFormat): boolean {
  return format === 'zlib' || nativeWorks(format);
}

/** @throws Error when {@link canInflate} is false for the format */
export function createStreamInflater(format: StreamFormat): StreamInflater {
  if (nativeWorks(format)) return new NativeInflater(format);
  if (format === 'zlib') return new PublicZlibInflater();
  throw new Error(`This runtime cannot decompress ${format} streams synchronously`);
}
