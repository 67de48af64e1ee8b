import { jsonMessageEnd, type MessageEnd } from './message-end.ts';
import { PlainDecoder } from './none.ts';
import { StreamDecoder } from './stream-decoder.ts';
import { canInflate, createStreamInflater } from './stream-inflater.ts';
import type { TransportName } from './wire-format.ts';
import { ZlibPayloadDecoder } from './zlib-payload.ts';

/** The receiving end of a connection's transport. Synchronous; one per connection. */
export interface TransportDecoder {
  /**
   * @param chunk the payload of one WebSocket message. Without compression it is handed on as it is.
   * @param binary whether it was a binary message
   * @returns the text of a gateway message, JSON in UTF-8 or a term in ETF, or null when more is needed or the decoder is closed. All
   *   decoders of a thread inflate into one buffer, of which this is a view: it is good until the next `push` to any
   *   of them, so read it first, or copy it.
   * @throws TransportError, DecodeError after which the connection is of no use
   */
  push(chunk: Buffer, binary: boolean): Buffer | null;
  /** Frees what the connection held. Later calls of `push` do nothing. */
  close(): void;
}

export interface DecoderOptions {
  /** Longest gateway message, in bytes, compressed and not. At least 1. Default: 64 MiB. */
  readonly maxMessageBytes?: number | undefined;
  /** Of the connection's encoding. Default: JSON's. `zlib-payload` has only that. */
  readonly messageEnd?: MessageEnd | undefined;
}

const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Whether this runtime can read the transport. Only `zstd-stream` may be missing. */
export function isTransportAvailable(name: TransportName): boolean {
  return name !== 'zstd-stream' || canInflate('zstd');
}

/**
 * Makes the decoder of a new connection.
 * @throws RangeError when `maxMessageBytes` is not a positive integer
 * @throws Error when the transport is not available ({@link isTransportAvailable})
 */
export function createDecoder(name: TransportName, options: DecoderOptions = {}): TransportDecoder {
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, messageEnd = jsonMessageEnd } = options;
  if (!Number.isSafeInteger(maxMessageBytes) || maxMessageBytes < 1) {
    throw new RangeError(`Invalid maxMessageBytes ${maxMessageBytes}: expected a positive integer`);
  }
  switch (name) {
    case 'none':
      return new PlainDecoder(maxMessageBytes, messageEnd.binary);
    case 'zlib-stream':
      return new StreamDecoder('zlib', createStreamInflater('zlib'), maxMessageBytes, messageEnd);
    case 'zstd-stream':
      return new StreamDecoder('zstd', createStreamInflater('zstd'), maxMessageBytes, messageEnd);
    case 'zlib-payload':
      return new ZlibPayloadDecoder(maxMessageBytes);
  }
}
