/*
 * The text of a dispatch is prefix + body. The prefix carries `s`, the one thing that differs between the
 * sessions that hear of an event, in a constant number of bytes; the body is the same for all of them:
 *
 *   {"s":    123456,"t":"MESSAGE_CREATE","op":0,"d":{...}}
 *   └── prefix ────┘└── body ───────────────────────────┘
 *
 * `s`, `t` and `op` stand before `d`: twilight finds them by text search from the start.
 */

/** Length of every prefix. */
export const DISPATCH_PREFIX_BYTES = 16;

const OPENING = '{"s":';
const SEQ_COLUMNS = 10;
const MAX_SEQ = 9_999_999_999;
const SPACE = 0x20;
const COMMA = 0x2c;
const DIGIT_0 = 0x30;

/**
 * Writes the prefix over {@link DISPATCH_PREFIX_BYTES} bytes of `target` from `offset` on.
 * @param seq 0 to 9,999,999,999
 * @throws RangeError when `seq` is not such an integer or the target is too short
 */
export function writeDispatchPrefix(seq: number, target: Buffer, offset: number): void {
  if (!Number.isInteger(seq) || seq < 0 || seq > MAX_SEQ) {
    throw new RangeError(`Invalid sequence number ${seq}: expected an integer from 0 to ${MAX_SEQ}`);
  }
  if (offset < 0 || offset + DISPATCH_PREFIX_BYTES > target.length) {
    throw new RangeError(`The prefix needs ${DISPATCH_PREFIX_BYTES} bytes at ${offset} of ${target.length}`);
  }
  target.write(OPENING, offset, 'latin1');
  const first = offset + OPENING.length;
  let at = first + SEQ_COLUMNS - 1;
  let rest = seq;
  do {
    target[at] = DIGIT_0 + (rest % 10);
    rest = Math.floor(rest / 10);
    at -= 1;
  } while (rest > 0);
  target.fill(SPACE, first, at + 1);
  target[first + SEQ_COLUMNS] = COMMA;
}

/** The prefix as a Buffer of its own. */
export function dispatchPrefix(seq: number): Buffer {
  const prefix = Buffer.allocUnsafe(DISPATCH_PREFIX_BYTES);
  writeDispatchPrefix(seq, prefix, 0);
  return prefix;
}

/**
 * The part of a dispatch that all receivers share, up to and including the closing brace.
 * @param dJson `d`, already encoded as JSON
 */
export function dispatchBody(name: string, dJson: string): string {
  return `"t":${JSON.stringify(name)},"op":0,"d":${dJson}}`;
}
