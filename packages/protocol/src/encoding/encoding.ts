import { parseLossless } from './json.ts';

/** The `encoding` parameter of the gateway URL. */
export type EncodingName = 'json' | 'etf';

/** How the values of gateway messages become bytes. */
export interface Encoding {
  readonly name: EncodingName;
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
