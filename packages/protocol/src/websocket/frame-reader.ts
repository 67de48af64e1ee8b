import { isUtf8 } from 'node:buffer';
import { WebSocketError } from '../errors.ts';
import { ByteAccumulator } from '../transport/byte-accumulator.ts';
import { readClosePayload } from './close-frame.ts';
import {
  CONTROL_BIT,
  FIN_BIT,
  FrameOpcode,
  LENGTH_BITS,
  LENGTH_IN_EIGHT_BYTES,
  LENGTH_IN_TWO_BYTES,
  MASK_BIT,
  MASK_KEY_BYTES,
  MAX_CONTROL_BYTES,
  MAX_LENGTH_IN_ONE_BYTE,
  MAX_LENGTH_IN_TWO_BYTES,
  OPCODE_BITS,
  RESERVED_BITS,
} from './frame-format.ts';
import { applyMask } from './mask.ts';

/**
 * Called by a {@link FrameReader} from within `push`. None of these may throw, and none may push. Buffers are views
 * that are good during the call only: who wants to keep one copies it.
 */
export interface FrameListener {
  /** A whole message, its fragments put together. Text has been checked to be UTF-8. */
  message(payload: Buffer, binary: boolean): void;
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  /**
   * The other end's close frame. Nothing behind it is read.
   * @param code null when the frame had none
   */
  close(code: number | null, reason: string): void;
}

export interface FrameReaderOptions {
  /** Which end reads: a server takes only masked frames, a client only unmasked ones. */
  readonly role: 'client' | 'server';
  /** Longest message in bytes, all fragments together. */
  readonly maxMessageBytes: number;
}

const FIRST_BYTES = 2;
const TWO_BYTE_HEAD = 4;
const EIGHT_BYTE_HEAD = 10;
const SIGN_BIT = 0x8000_0000;
/** Result of reading a frame that is not all there; `#needed` tells how much there has to be. */
const INCOMPLETE = -1;

/**
 * The receiving end of a WebSocket after its handshake: bytes in, cut anywhere, messages out. Strict: what RFC 6455
 * forbids to send is an error. Without extensions.
 *
 * A frame that lies whole within what is pushed is handed out as it lies there. One that is cut is put together
 * first, and so are the fragments of a message; both together hold no more than `maxMessageBytes` and a head.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-5
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #isServer: boolean;
  readonly #maxMessageBytes: number;
  #ended = false;
  /** The frame at the end of the last chunk, from its first byte on, when it was not all there. */
  readonly #partial = new ByteAccumulator();
  /** Bytes of it that tell more, at least its length. */
  #needed = FIRST_BYTES;
  /** Opcode of the message whose fragments are being gathered; CONTINUATION outside of one. */
  #fragmented: number = FrameOpcode.CONTINUATION;
  readonly #fragments = new ByteAccumulator();

  constructor({ role, maxMessageBytes }: FrameReaderOptions, listener: FrameListener) {
    this.#isServer = role === 'server';
    this.#maxMessageBytes = maxMessageBytes;
    this.#listener = listener;
  }

  /**
   * @param chunk the next bytes of the connection; a server's reader takes the masks off in place
   * @throws WebSocketError after which, as after a close frame, pushing does nothing
   */
  push(chunk: Buffer): void {
    try {
      let at = this.#partial.length > 0 ? this.#completePartial(chunk) : 0;
      while (at < chunk.length && !this.#ended) {
        const end = this.#readFrame(chunk, at);
        if (end === INCOMPLETE) {
          this.#partial.append(chunk.subarray(at));
          return;
        }
        at = end;
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Adds what the partial frame lacks, and no more; returns where the next frame begins. */
  #completePartial(chunk: Buffer): number {
    let at = 0;
    for (;;) {
      const missing = this.#needed - this.#partial.length;
      if (chunk.length - at < missing) {
        this.#partial.append(chunk.subarray(at));
        return chunk.length;
      }
      this.#partial.append(chunk.subarray(at, at + missing));
      at += missing;
      if (this.#readFrame(this.#partial.bytes, 0) !== INCOMPLETE) {
        this.#partial.take();
        return at;
      }
    }
  }

  /** Reads the frame that begins at `start`; returns its end, or INCOMPLETE. */
  #readFrame(bytes: Buffer, start: number): number {
    const available = bytes.length - start;
    if (available < FIRST_BYTES) return this.#need(FIRST_BYTES);
    const first = bytes[start] ?? 0;
    const second = bytes[start + 1] ?? 0;
    this.#checkFirstBytes(first, second);

    let length = second & LENGTH_BITS;
    let at = start + FIRST_BYTES;
    if (length === LENGTH_IN_TWO_BYTES) {
      if (available < TWO_BYTE_HEAD) return this.#need(TWO_BYTE_HEAD);
      length = bytes.readUInt16BE(at);
      if (length <= MAX_LENGTH_IN_ONE_BYTE) throw invalidLength();
      at = start + TWO_BYTE_HEAD;
    } else if (length === LENGTH_IN_EIGHT_BYTES) {
      if (available < EIGHT_BYTE_HEAD) return this.#need(EIGHT_BYTE_HEAD);
      length = readLongLength(bytes, at);
      at = start + EIGHT_BYTE_HEAD;
    }
    const opcode = first & OPCODE_BITS;
    // Before its payload is waited for. Control frames are short by their own rule.
    if (opcode < CONTROL_BIT && this.#fragments.length + length > this.#maxMessageBytes) {
      throw new WebSocketError('TOO_LARGE', `A WebSocket message exceeds ${this.#maxMessageBytes} bytes`);
    }
    if (this.#isServer) at += MASK_KEY_BYTES;
    const end = at + length;
    if (end > bytes.length) return this.#need(end - start);

    if (this.#isServer) applyMask(bytes, at, end, bytes.readInt32BE(at - MASK_KEY_BYTES));
    const payload = bytes.subarray(at, end);
    if (opcode >= CONTROL_BIT) this.#onControl(opcode, payload);
    else this.#onData(opcode, (first & FIN_BIT) !== 0, payload);
    return end;
  }

  #need(bytes: number): typeof INCOMPLETE {
    this.#needed = bytes;
    return INCOMPLETE;
  }

  #checkFirstBytes(first: number, second: number): void {
    if ((first & RESERVED_BITS) !== 0) {
      throw new WebSocketError('RESERVED_BITS', 'A frame with reserved bits, which need an extension');
    }
    if (((second & MASK_BIT) !== 0) !== this.#isServer) {
      throw this.#isServer
        ? new WebSocketError('UNMASKED', 'A client’s frame without a mask')
        : new WebSocketError('MASKED', 'A server’s frame with a mask');
    }
    const opcode = first & OPCODE_BITS;
    switch (opcode) {
      case FrameOpcode.TEXT:
      case FrameOpcode.BINARY:
        if (this.#fragmented === FrameOpcode.CONTINUATION) return;
        throw new WebSocketError('UNFINISHED_MESSAGE', 'A message begins among the fragments of another');
      case FrameOpcode.CONTINUATION:
        if (this.#fragmented !== FrameOpcode.CONTINUATION) return;
        throw new WebSocketError('UNEXPECTED_CONTINUATION', 'A fragment of no message');
      case FrameOpcode.CLOSE:
      case FrameOpcode.PING:
      case FrameOpcode.PONG:
        if ((first & FIN_BIT) === 0) {
          throw new WebSocketError('FRAGMENTED_CONTROL', 'A control frame in fragments');
        }
        if ((second & LENGTH_BITS) <= MAX_CONTROL_BYTES) return;
        throw new WebSocketError(
          'CONTROL_TOO_LONG',
          `A control frame of more than ${MAX_CONTROL_BYTES} bytes`,
        );
      default:
        throw new WebSocketError('RESERVED_OPCODE', `A frame with the reserved opcode ${opcode}`);
    }
  }

  #onData(opcode: number, isLast: boolean, payload: Buffer): void {
    if (isLast && opcode !== FrameOpcode.CONTINUATION) {
      this.#deliver(opcode, payload);
      return;
    }
    if (opcode !== FrameOpcode.CONTINUATION) this.#fragmented = opcode;
    this.#fragments.append(payload);
    if (!isLast) return;
    const whole = this.#fragmented;
    this.#fragmented = FrameOpcode.CONTINUATION;
    this.#deliver(whole, this.#fragments.take());
  }

  #deliver(opcode: number, payload: Buffer): void {
    const binary = opcode === FrameOpcode.BINARY;
    if (!binary && !isUtf8(payload)) {
      throw new WebSocketError('INVALID_UTF8', 'A text message that is not UTF-8');
    }
    this.#listener.message(payload, binary);
  }

  #onControl(opcode: number, payload: Buffer): void {
    if (opcode === FrameOpcode.PING) {
      this.#listener.ping(payload);
    } else if (opcode === FrameOpcode.PONG) {
      this.#listener.pong(payload);
    } else {
      const { code, reason } = readClosePayload(payload);
      this.#end();
      this.#listener.close(code, reason);
    }
  }

  #end(): void {
    this.#ended = true;
    this.#partial.take();
    this.#fragments.take();
  }
}

/** Rounded above 2^53, where it exceeds every limit anyway. */
function readLongLength(bytes: Buffer, at: number): number {
  const upper = bytes.readUInt32BE(at);
  const length = upper * 2 ** 32 + bytes.readUInt32BE(at + 4);
  if (upper >= SIGN_BIT || length <= MAX_LENGTH_IN_TWO_BYTES) throw invalidLength();
  return length;
}

function invalidLength(): WebSocketError {
  return new WebSocketError('INVALID_LENGTH', 'A frame length that is not in its shortest form, or too long');
}
