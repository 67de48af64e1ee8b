/** Where the decoders' tests reach our encoders. */
import { SharedBody, type TransportName, wireFormat } from '@guildhall/protocol';

/** What the block in front of each shared body of a zstd stream decodes to. */
const ZSTD_PADDING = ' '.repeat(33);
const HEAD_BYTES = 16;

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
  return new SharedBody(name, dJson);
}

/** The sending end of a connection. */
export class Sender {
  readonly #transport: Transport;
  readonly #padding: string;
  #opened = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#padding = transport === 'zstd-stream' ? ZSTD_PADDING : '';
  }

  dispatch(seq: number, body: SharedBody): WireMessage {
    const head = written('none', seq, body).toString('latin1', 0, HEAD_BYTES);
    const rest = body.json.plain.toString();
    const payload = this.#opening(written(this.#transport, seq, body));
    const binary = wireFormat('json', this.#transport).isBinary(body);
    return { binary, payload, text: head + this.#padding + rest };
  }

  private(json: string): WireMessage {
    const { binary, payload } = wireFormat('json', this.#transport).message(JSON.parse(json));
    return { binary, payload: this.#opening(payload), text: this.#padding + json };
  }

  #opening(payload: Buffer): Buffer {
    if (this.#opened) return payload;
    this.#opened = true;
    return Buffer.concat([wireFormat('json', this.#transport).opening, payload]);
  }
}

function written(transport: TransportName, seq: number, body: SharedBody): Buffer {
  const format = wireFormat('json', transport);
  const payload = Buffer.alloc(format.dispatchBytes(body));
  format.writeDispatch(body, payload, 0);
  format.setSeq(seq, body, payload, 0);
  return payload;
}
