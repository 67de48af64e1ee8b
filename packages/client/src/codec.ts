import {
  type EncodingName,
  type Envelope,
  EnvelopeReader,
  jsonMessageEnd,
  type MessageEnd,
} from '@guildhall/protocol/client';

/** A message as it is written: text for a text frame, bytes for a binary one. */
export type Payload = string | Buffer;

/** How messages are read and written. */
export interface Codec {
  readonly name: EncodingName;
  /** One for all shards of the thread: a message is read to its end before the next one comes, see `TransportDecoder`. */
  readonly envelope: Envelope;
  /** For a new connection. */
  messageEnd(): MessageEnd;
  /** @param value what JSON can hold */
  encode(value: object): Payload;
}

export const jsonCodec: Codec = {
  name: 'json',
  envelope: new EnvelopeReader(),
  messageEnd: () => jsonMessageEnd,
  encode: (value) => JSON.stringify(value),
};

let etfCodec: Promise<Codec> | null = null;

/** ETF is loaded on first use: most bots speak JSON. */
export function loadCodec(encoding: EncodingName): Codec | Promise<Codec> {
  if (encoding === 'json') return jsonCodec;
  etfCodec ??= loadEtf();
  return etfCodec;
}

async function loadEtf(): Promise<Codec> {
  const { EtfEnvelopeReader, EtfMessageEnd, etfEncoding } = await import('@guildhall/protocol/etf');
  // Ids as text: the gateway takes both, and a bot's own are text.
  const { encode } = etfEncoding({ snowflakes: 'string' });
  return { name: 'etf', envelope: new EtfEnvelopeReader(), messageEnd: () => new EtfMessageEnd(), encode };
}
