import { parseLossless } from './json.ts';

/** How the values of gateway messages become bytes: the `encoding` parameter of the gateway URL. */
export interface Encoding {
  readonly name: 'json' | 'etf';
  /** Whether uncompressed messages travel in binary frames. */
  readonly binary: boolean;
  /** @throws DecodeError when the bytes are not a value of this encoding */
  decode(bytes: Buffer): unknown;
  /** @param value made of what JSON can hold */
  encode(value: unknown): Buffer;
}

/** Integers too large for a number decode to decimal strings. */
export const jsonEncoding: Encoding = {
  name: 'json',
  binary: false,
  decode: (bytes) => parseLossless(bytes.toString('utf8')),
  encode: (value) => Buffer.from(JSON.stringify(value)),
};
