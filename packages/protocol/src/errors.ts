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
