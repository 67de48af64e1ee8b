/** Where the decoders' tests reach our encoders. */
import {
  createEncoder,
  DISPATCH_PREFIX_BYTES,
  dispatchBody,
  SharedBody,
  type TransportEncoder,
  type TransportName,
} from '@guildhall/protocol';

/** What the block in front of each shared body of a zstd stream decodes to. */
const ZSTD_PADDING = ' '.repeat(33);

export type Transport = Exclude<TransportName, 'none'>;

export const TRANSPORTS: readonly Transport[] = ['zlib-stream', 'zstd-stream', 'zlib-payload'];

/** One WebSocket message. */
export interface WireMessage {
  readonly binary: boolean;
  readonly payload: Buffer;
  /** What its receiver must have, character by character, when these bytes are in. */
  readonly text: string;
}

export function makeBody(name: string, dJson: string): SharedBody {
  return new SharedBody(dispatchBody(name, dJson));
}

/** The sending end of a connection. */
export class Sender {
  readonly #encoder: TransportEncoder;
  readonly #plain: TransportEncoder = createEncoder('none');
  readonly #padding: string;

  constructor(transport: Transport) {
    this.#encoder = createEncoder(transport);
    this.#padding = transport === 'zstd-stream' ? ZSTD_PADDING : '';
  }

  dispatch(seq: number, body: SharedBody): WireMessage {
    const { binary, chunks } = this.#encoder.dispatch(seq, body);
    const plain = Buffer.concat(this.#plain.dispatch(seq, body).chunks);
    const prefix = plain.toString('utf8', 0, DISPATCH_PREFIX_BYTES);
    const rest = plain.toString('utf8', DISPATCH_PREFIX_BYTES);
    return { binary, payload: Buffer.concat(chunks), text: prefix + this.#padding + rest };
  }

  private(json: string): WireMessage {
    const { binary, chunks } = this.#encoder.text(json);
    return { binary, payload: Buffer.concat(chunks), text: this.#padding + json };
  }
}
