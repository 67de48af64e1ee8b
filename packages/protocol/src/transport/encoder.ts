import { PlainEncoder } from './none.ts';
import type { SharedBody } from './shared-body.ts';
import { ZlibPayloadEncoder } from './zlib-payload.ts';
import { ZlibStreamEncoder } from './zlib-stream.ts';
import { ZstdStreamEncoder } from './zstd-stream.ts';

/**
 * What lies between the text of gateway messages and their frames: nothing, a stream for the whole connection
 * (the `compress` parameter of the gateway URL), or single compressed messages (`compress` of Identify).
 * @see https://docs.discord.com/developers/events/gateway#encoding-and-compression
 */
export type TransportName = 'none' | 'zlib-stream' | 'zstd-stream' | 'zlib-payload';

/** One gateway message as one unfragmented WebSocket message. Its payload is the chunks one after the other. */
export interface EncodedMessage {
  /** Whether it travels in a binary frame (opcode 2) or in a text frame (opcode 1). */
  readonly binary: boolean;
  /** Some are shared with other connections: read only. */
  readonly chunks: readonly Buffer[];
}

/**
 * The sending end of a connection's transport. Keeps one boolean per connection and no compressor: bodies are
 * compressed once for all receivers. Messages must be sent in the order in which they were encoded.
 */
export interface TransportEncoder {
  readonly name: TransportName;
  /** A dispatch: the session's `s` before the shared rest. */
  dispatch(seq: number, body: SharedBody): EncodedMessage;
  /** Any other message, given as its whole text. */
  text(json: string): EncodedMessage;
}

/** Makes the encoder of a new connection. */
export function createEncoder(name: TransportName): TransportEncoder {
  switch (name) {
    case 'none':
      return new PlainEncoder();
    case 'zlib-stream':
      return new ZlibStreamEncoder();
    case 'zstd-stream':
      return new ZstdStreamEncoder();
    case 'zlib-payload':
      return new ZlibPayloadEncoder();
  }
}
