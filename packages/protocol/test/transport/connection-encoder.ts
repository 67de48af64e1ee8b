import { deflateBlocks } from '../../src/transport/deflate-blocks.ts';
import type { SharedBody } from '../../src/transport/shared-body.ts';
import { type TransportName, type WireMessage, wireFormat } from '../../src/transport/wire-format.ts';
import { zstdBlocks } from '../../src/transport/zstd-blocks.ts';

/** The sending end of one connection: it knows whether the stream has been opened. */
export class ConnectionEncoder {
  readonly transport: TransportName;
  #opened = false;

  constructor(transport: TransportName) {
    this.transport = transport;
  }

  dispatch(seq: number, body: SharedBody): WireMessage {
    const format = wireFormat('json', this.transport);
    // The head of another connection's message stands there before.
    const payload = Buffer.alloc(format.dispatchBytes(body) + 1, 0xee);
    format.writeDispatch(body, payload, 1);
    format.setSeq(9_999_999_999, body, payload, 1);
    format.setSeq(seq, body, payload, 1);
    return this.#opening({ binary: format.isBinary(body), payload: payload.subarray(1) });
  }

  /** @param json the text, white space included */
  text(json: string): WireMessage {
    const plain = Buffer.from(json);
    switch (this.transport) {
      case 'zlib-stream':
        return this.#opening({ binary: true, payload: deflateBlocks(plain) });
      case 'zstd-stream':
        return this.#opening({ binary: true, payload: zstdBlocks(plain) });
      default:
        return wireFormat('json', this.transport).message(JSON.parse(json));
    }
  }

  #opening({ binary, payload }: WireMessage): WireMessage {
    if (this.#opened) return { binary, payload };
    this.#opened = true;
    return { binary, payload: Buffer.concat([wireFormat('json', this.transport).opening, payload]) };
  }
}
