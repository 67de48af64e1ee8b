import { HandshakeError } from '../errors.ts';
import { ByteAccumulator } from '../transport/byte-accumulator.ts';
import { acceptOf } from './handshake.ts';

const MAX_HEAD_BYTES = 16_384;
const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** A name of token characters, no space before the colon; no folded lines (RFC 9112, section 5). */
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/;
const SWITCHING_PROTOCOLS = 101;

/** The client's reading of the answer to its handshake, in pieces cut anywhere. */
export class UpgradeResponseReader {
  readonly #accept: string;
  readonly #head = new ByteAccumulator();

  /** @param key of the request that is answered */
  constructor(key: string) {
    this.#accept = acceptOf(key);
  }

  /**
   * @returns null while the head goes on; then the bytes behind it, which are frames, possibly none
   * @throws HandshakeError when the answer does not open a WebSocket
   */
  push(chunk: Buffer): Buffer | null {
    // The end may be cut, too.
    const searchFrom = Math.max(0, this.#head.length - HEAD_END.length + 1);
    this.#head.append(chunk);
    const bytes = this.#head.bytes;
    const end = bytes.indexOf(HEAD_END, searchFrom);
    const headBytes = end < 0 ? bytes.length : end;
    if (headBytes > MAX_HEAD_BYTES) {
      throw new HandshakeError('TOO_LARGE', `The answer’s head exceeds ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) return null;
    checkHead(bytes.toString('latin1', 0, end), this.#accept);
    return this.#head.take().subarray(end + HEAD_END.length);
  }
}

/** @see https://datatracker.ietf.org/doc/html/rfc6455#section-4.1 */
function checkHead(head: string, accept: string): void {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const [, minor, statusText] = STATUS_LINE.exec(statusLine) ?? [];
  if (statusText === undefined) throw new HandshakeError('MALFORMED', 'The answer is not HTTP/1.1');
  const status = Number(statusText);
  if (status !== SWITCHING_PROTOCOLS) {
    throw new HandshakeError('REFUSED', `The upgrade was answered with HTTP status ${status}`, status);
  }
  if (minor !== '1') throw new HandshakeError('MALFORMED', 'The answer is not HTTP/1.1', status);

  const headers = readHeaders(lines);
  if (
    headers.get('upgrade')?.toLowerCase() !== 'websocket' ||
    !namesToken(headers.get('connection') ?? '', 'upgrade')
  ) {
    throw new HandshakeError('NOT_WEBSOCKET', 'The answer is 101, but not to a WebSocket', status);
  }
  // A header that comes twice has been joined with a comma, so it is not the one that is expected.
  if (headers.get('sec-websocket-accept') !== accept) {
    throw new HandshakeError(
      'WRONG_ACCEPT',
      'The answer’s Sec-WebSocket-Accept is not that of our key',
      status,
    );
  }
  for (const name of ['sec-websocket-extensions', 'sec-websocket-protocol']) {
    if (headers.has(name)) {
      throw new HandshakeError('NOT_OFFERED', `The answer has a ${name}, which was not offered`, status);
    }
  }
}

function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new HandshakeError('MALFORMED', 'The answer has a line that is no header', SWITCHING_PROTOCOLS);
    }
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }
  return headers;
}

function namesToken(list: string, token: string): boolean {
  return list.split(',').some((item) => item.trim().toLowerCase() === token);
}
