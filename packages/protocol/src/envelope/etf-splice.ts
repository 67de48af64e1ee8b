/*
 * As in splice.ts, a dispatch in ETF is a head for one session and a body for all of them. The head is the header of
 * the map and its first pair; `s` is an INTEGER_EXT of four bytes whatever its value, so the length is constant:
 *
 *   131 │ map of 4 │ "s" => 98 seq │ "t" => "MESSAGE_CREATE" │ "op" => 0 │ "d" => …
 *   └── head ─────────────────────┘ └── body ─────────────────────────────────┘
 *
 * In a zstd stream every shared body begins with the block that resets the repeat offsets (zstd-blocks.ts). It decodes to
 * 33 spaces, which are white space between two tokens of JSON; between two terms nothing may stand. So there the head
 * goes on with the header of one more pair, which takes the spaces in as the text of a binary. Every decoder reads a map
 * of five pairs, a reader of envelopes asks for the four keys that it knows, and the block and the body behind the head
 * stay the same bytes for all sessions:
 *
 *   131 │ map of 5 │ "s" => 98 seq │ "_" => binary of 33 │ 33 spaces │ "t" => … │ "op" => 0 │ "d" => …
 *   └── padded head ─────────────────────────────────────┘ └── reset ┘ └── body ───────────────────┘
 *
 * @see https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
 */
import { ETF_VERSION, EtfTag } from '../encoding/etf-tags.ts';
import { ZSTD_RESET_TEXT_BYTES } from '../transport/zstd-blocks.ts';
import type { DispatchHead } from './dispatch-head.ts';

/** The highest number that an INTEGER_EXT can hold. */
export const ETF_MAX_SEQ: number = 2 ** 31 - 1;

const BODY_PAIRS = 3;
const MAP_HEAD_BYTES = 6;
const SEQ_KEY: Buffer = binary('s');
const SEQ_AT = MAP_HEAD_BYTES + SEQ_KEY.length + 1;
const PADDING_HEAD: Buffer = Buffer.concat([binary('_'), header(EtfTag.Binary, ZSTD_RESET_TEXT_BYTES)]);

/** Before the body as it is. */
export const etfDispatchHead: DispatchHead = dispatchHead(1 + BODY_PAIRS, Buffer.of());
/** Before the reset block of a zstd stream. */
export const etfPaddedDispatchHead: DispatchHead = dispatchHead(2 + BODY_PAIRS, PADDING_HEAD);

/**
 * The part of a dispatch that all receivers share: the pairs behind `s`.
 * @param d as the ETF encoding encodes it, version included
 */
export function etfDispatchBody(name: string, d: Buffer): Buffer {
  const head = [...binary('t'), ...binary(name), ...binary('op'), EtfTag.SmallInteger, 0, ...binary('d')];
  // Not from the pool, as a replay buffer keeps it.
  const body = Buffer.allocUnsafeSlow(head.length + d.length - 1);
  body.set(head);
  d.copy(body, head.length, 1);
  return body;
}

/**
 * Cuts any other message for a zstd stream: the head goes before the reset block, the rest behind it.
 * @param message a map as the ETF encoding encodes it, version included
 */
export function padEtfMessage(message: Buffer): { readonly head: Buffer; readonly rest: Buffer } {
  const pairs = message.readUInt32BE(MAP_HEAD_BYTES - 4);
  return {
    head: Buffer.concat([mapHead(pairs + 1), PADDING_HEAD]),
    rest: message.subarray(MAP_HEAD_BYTES),
  };
}

function dispatchHead(pairs: number, end: Buffer): DispatchHead {
  const blank = Buffer.concat([mapHead(pairs), SEQ_KEY, Buffer.of(EtfTag.Integer, 0, 0, 0, 0), end]);
  return {
    byteLength: blank.length,
    write: (target, offset) => {
      blank.copy(target, offset);
    },
    setSeq: (seq, target, offset) => {
      const at = offset + SEQ_AT;
      target[at] = seq >>> 24;
      target[at + 1] = seq >>> 16;
      target[at + 2] = seq >>> 8;
      target[at + 3] = seq;
    },
  };
}

function mapHead(pairs: number): Buffer {
  return Buffer.from([ETF_VERSION, ...header(EtfTag.Map, pairs)]);
}

function binary(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([header(EtfTag.Binary, bytes.length), bytes]);
}

function header(tag: number, length: number): Buffer {
  const bytes = Buffer.of(tag, 0, 0, 0, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
