import { EtfDecoder, type EtfDecoderOptions } from './etf-decoder.ts';
import { EtfEncoder, type EtfEncoderOptions } from './etf-encoder.ts';
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

/**
 * Erlang's external term format. What {@link Encoding.encode} was given comes back from {@link Encoding.decode} as JSON
 * would give it back, ids as strings whatever they were on the wire; for more see {@link EtfEncoder.encode} and
 * {@link EtfDecoder.decode}.
 *
 * A server that is as strict as Discord: `{ atomKeys: 'refuse', maxInflatedBytes: 0 }`. A client: the defaults.
 * @throws RangeError when `maxInflatedBytes` is no integer from 0 on
 * @see https://docs.discord.com/developers/events/gateway#using-etf
 */
export function etfEncoding(options: EtfDecoderOptions & EtfEncoderOptions = {}): Encoding {
  const decoder = new EtfDecoder(options);
  const encoder = new EtfEncoder(options);
  return {
    name: 'etf',
    binary: true,
    decode: (bytes) => decoder.decode(bytes),
    encode: (value) => encoder.encode(value),
  };
}
