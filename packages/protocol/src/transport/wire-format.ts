import type { EncodingName } from '../encoding/encoding.ts';
import { etfBodies, jsonBodies } from './body-encoding.ts';
import { PlainFormat } from './none.ts';
import type { SharedBody } from './shared-body.ts';
import { ZlibPayloadFormat } from './zlib-payload.ts';
import { ZlibStreamFormat } from './zlib-stream.ts';
import { ZstdStreamFormat } from './zstd-stream.ts';

/**
 * What lies between the text of gateway messages and their frames: nothing, a stream for the whole connection
 * (the `compress` parameter of the gateway URL), or single compressed messages (`compress` of Identify).
 * @see https://docs.discord.com/developers/events/gateway#encoding-and-compression
 */
export type TransportName = 'none' | 'zlib-stream' | 'zstd-stream' | 'zlib-payload';

/** The payload of one WebSocket message. */
export interface WireMessage {
  /** Whether it travels in a binary frame (opcode 2) or in a text frame (opcode 1). */
  readonly binary: boolean;
  /** May be shared: read only. */
  readonly payload: Buffer;
}

/**
 * How the sending end lays out gateway messages. One for each encoding and transport, shared by all connections that
 * use it: no connection has a compressor, bodies are compressed once for all receivers.
 */
export interface WireFormat {
  readonly encoding: EncodingName;
  readonly transport: TransportName;
  /** Begins the payload of a connection's first message, and of no other. */
  readonly opening: Buffer;
  /** Whether a dispatch of the body travels in a binary frame. */
  isBinary(body: SharedBody): boolean;
  /** Length of the payload of a dispatch, whatever its number. */
  dispatchBytes(body: SharedBody): number;
  /** Writes the payload of a dispatch with the number 0 over {@link dispatchBytes} bytes from `offset` on. */
  writeDispatch(body: SharedBody, target: Buffer, offset: number): void;
  /**
   * Changes the number of a dispatch whose payload stands at `offset`. Hot path: nothing is checked.
   * @param seq 0 to 9,999,999,999
   */
  setSeq(seq: number, body: SharedBody, target: Buffer, offset: number): void;
  /** Any other message. @param value what JSON can hold */
  message(value: object): WireMessage;
}

const FORMATS: Readonly<Record<EncodingName, Readonly<Record<TransportName, WireFormat | null>>>> = {
  json: {
    none: new PlainFormat(jsonBodies),
    'zlib-stream': new ZlibStreamFormat(jsonBodies),
    'zstd-stream': new ZstdStreamFormat(jsonBodies),
    'zlib-payload': new ZlibPayloadFormat(),
  },
  etf: {
    none: new PlainFormat(etfBodies),
    'zlib-stream': new ZlibStreamFormat(etfBodies),
    'zstd-stream': new ZstdStreamFormat(etfBodies),
    'zlib-payload': null,
  },
};

/**
 * The format of connections with this encoding and transport.
 * @throws RangeError for `zlib-payload` in ETF, which does not exist
 */
export function wireFormat(encoding: EncodingName, transport: TransportName): WireFormat {
  const format = FORMATS[encoding][transport];
  if (format === null) throw new RangeError(`There is no ${transport} in ${encoding}`);
  return format;
}
