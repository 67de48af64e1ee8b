import type { DispatchHead } from './dispatch-head.ts';

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
/** The highest number that its columns can hold. */
export const MAX_SEQ = 9_999_999_999;

const OPENING = '{"s":';
const SEQ_COLUMNS = 10;
const MAX_SMALL_INTEGER = 0x3fff_ffff;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const BLANK_PREFIX = `${OPENING}${'0'.padStart(SEQ_COLUMNS)},`;

/** Writes a prefix with the number 0 over {@link DISPATCH_PREFIX_BYTES} bytes of `target`. */
export function writeDispatchPrefix(target: Buffer, offset: number): void {
  target.write(BLANK_PREFIX, offset, 'latin1');
}

/**
 * Puts a number into the prefix at `offset`. Hot path: the caller vouches for the place and for `seq` being an integer
 * from 0 to {@link MAX_SEQ}.
 */
export function writeSeq(seq: number, target: Buffer, offset: number): void {
  const first = offset + OPENING.length;
  let at = first + SEQ_COLUMNS - 1;
  let rest = seq;
  // Above 2^31 the arithmetic of small integers does not hold.
  while (rest > MAX_SMALL_INTEGER) {
    const tenth = Math.floor(rest / 10);
    target[at] = DIGIT_0 + (rest - tenth * 10);
    rest = tenth;
    at -= 1;
  }
  do {
    const tenth = (rest / 10) | 0;
    target[at] = DIGIT_0 + (rest - tenth * 10);
    rest = tenth;
    at -= 1;
  } while (rest > 0);
  while (at >= first) {
    target[at] = SPACE;
    at -= 1;
  }
}

/**
 * The part of a dispatch that all receivers share, up to and including the closing brace.
 * @param dJson `d`, already encoded as JSON
 */
export function dispatchBody(name: string, dJson: string): string {
  return `"t":${JSON.stringify(name)},"op":0,"d":${dJson}}`;
}

export const jsonDispatchHead: DispatchHead = {
  byteLength: DISPATCH_PREFIX_BYTES,
  write: writeDispatchPrefix,
  setSeq: writeSeq,
};
