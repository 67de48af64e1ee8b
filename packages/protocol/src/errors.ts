/** `INVALID_JSON`: not JSON at all. `NOT_AN_OBJECT`: JSON, but no object. `INVALID_OPCODE`: no integer `op`. */
export type EnvelopeErrorCode = 'INVALID_JSON' | 'NOT_AN_OBJECT' | 'INVALID_OPCODE';

/**
 * A gateway message is no envelope. The message never quotes the input, and there is no `cause`:
 * the runtime's own syntax errors quote what they stumble over, which may be a token.
 */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly code: EnvelopeErrorCode;

  constructor(code: EnvelopeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `MALFORMED`: the bytes break the grammar of the encoding. `TOO_DEEP`: nested deeper than the decoder goes.
 * `UNSUPPORTED`: right by the grammar, but nothing that gateway messages are made of, such as a process id of Erlang's.
 * `ATOM_KEY`: a key is an atom where they are refused. `TOO_LARGE`: a compressed term is longer than allowed.
 */
export type DecodeErrorCode = 'MALFORMED' | 'TOO_DEEP' | 'UNSUPPORTED' | 'ATOM_KEY' | 'TOO_LARGE';

/** The bytes are not a value of the encoding. Does not quote the input, as {@link EnvelopeError}. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: DecodeErrorCode;

  constructor(code: DecodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `INFLATE_FAILED`: the compressed stream is corrupt or has ended. `TOO_LARGE`: a message exceeds the limit.
 * `UNEXPECTED_FRAME`: a text frame where the transport has binary ones, or the reverse.
 */
export type TransportErrorCode = 'INFLATE_FAILED' | 'TOO_LARGE' | 'UNEXPECTED_FRAME';

/** A connection's bytes cannot be decoded any more: drop the connection, resume on a new one. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What the other end of a WebSocket did. Each names a rule of RFC 6455, section 5 or 7; `TOO_LARGE` is our own limit.
 *
 * `MASKED`, `UNMASKED`: a mask where there must be none, or the reverse. `INVALID_LENGTH`: not in the shortest form,
 * or with the highest bit set. `UNEXPECTED_CONTINUATION`, `UNFINISHED_MESSAGE`: fragments out of order. `CLOSE_TOO_SHORT`: a close
 * payload of one byte.
 */
export type WebSocketErrorCode =
  | 'RESERVED_BITS'
  | 'RESERVED_OPCODE'
  | 'MASKED'
  | 'UNMASKED'
  | 'INVALID_LENGTH'
  | 'FRAGMENTED_CONTROL'
  | 'CONTROL_TOO_LONG'
  | 'UNEXPECTED_CONTINUATION'
  | 'UNFINISHED_MESSAGE'
  | 'CLOSE_TOO_SHORT'
  | 'INVALID_CLOSE_CODE'
  | 'INVALID_UTF8'
  | 'TOO_LARGE';

/** The frames of a connection break the WebSocket protocol: answer with `closeCode`, then drop the connection. */
export class WebSocketError extends Error {
  override readonly name = 'WebSocketError';
  readonly code: WebSocketErrorCode;
  /** The status that says so to the other end. */
  readonly closeCode: 1002 | 1007 | 1009;

  constructor(code: WebSocketErrorCode, message: string) {
    super(message);
    this.code = code;
    this.closeCode = code === 'TOO_LARGE' ? 1009 : code === 'INVALID_UTF8' ? 1007 : 1002;
  }
}

/**
 * `REFUSED`: a status other than 101. `MALFORMED`: no HTTP/1.1 response head. `TOO_LARGE`: a head without end.
 * `NOT_WEBSOCKET`: 101 without the headers that make it a WebSocket. `WRONG_ACCEPT`: the answer to another key.
 * `NOT_OFFERED`: an extension or subprotocol that was not asked for.
 */
export type HandshakeErrorCode =
  | 'REFUSED'
  | 'MALFORMED'
  | 'TOO_LARGE'
  | 'NOT_WEBSOCKET'
  | 'WRONG_ACCEPT'
  | 'NOT_OFFERED';

/** The server's answer does not open a WebSocket. Quotes nothing of it but the status. */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  readonly code: HandshakeErrorCode;
  /** HTTP status; null when there was none to read. */
  readonly status: number | null;

  constructor(code: HandshakeErrorCode, message: string, status: number | null = null) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
