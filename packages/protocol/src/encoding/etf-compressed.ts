import { inflateSync } from 'node:zlib';
import { DecodeError } from '../errors.ts';

/** Version, tag, size. */
const HEADER_BYTES = 6;
const SIZE_AT = 2;

/**
 * The bytes of a COMPRESSED term, without a version:
 *
 *   131 │ 80 │ size of the term │ the term as one zlib blob
 *
 * @param maxBytes how long the term may be; 0: there may be none
 * @throws DecodeError `UNSUPPORTED`, `TOO_LARGE` or `MALFORMED`
 */
export function inflateEtfTerm(bytes: Buffer, maxBytes: number): Buffer {
  if (maxBytes === 0) throw new DecodeError('UNSUPPORTED', 'Compressed terms are refused');
  if (bytes.length < HEADER_BYTES) throw malformed();
  const size = bytes.readUInt32BE(SIZE_AT);
  if (size > maxBytes) throw new DecodeError('TOO_LARGE', `A compressed term exceeds ${maxBytes} bytes`);
  const blob = bytes.subarray(HEADER_BYTES);
  const { term, consumedBytes } = inflate(blob, size);
  if (term.length !== size || consumedBytes !== blob.length) throw malformed();
  return term;
}

function inflate(blob: Buffer, maxBytes: number): { readonly term: Buffer; readonly consumedBytes: number } {
  try {
    // With `info` the engine comes along, which says how far it read; @types/node leaves that out.
    const result: object = inflateSync(blob, { maxOutputLength: maxBytes, info: true });
    if ('buffer' in result && Buffer.isBuffer(result.buffer) && 'engine' in result) {
      return { term: result.buffer, consumedBytes: bytesRead(result.engine) };
    }
  } catch {
    // Corrupt, or longer than it says.
  }
  throw malformed();
}

function bytesRead(engine: unknown): number {
  const isEngine = typeof engine === 'object' && engine !== null && 'bytesWritten' in engine;
  return isEngine ? Number(engine.bytesWritten) : Number.NaN;
}

function malformed(): DecodeError {
  return new DecodeError('MALFORMED', 'A compressed term is not what it says');
}
