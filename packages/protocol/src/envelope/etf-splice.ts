/*
 * As in splice.ts, a dispatch in ETF is a prefix for one session and a body for all of them. The prefix is the header of
 * the map and its first pair; `s` is an INTEGER_EXT of four bytes whatever its value, so the length is constant:
 *
 *   131 │ map of 4 │ "s" => 98 seq │ "t" => "MESSAGE_CREATE" │ "op" => 0 │ "d" => …
 *   └── prefix ───────────────────┘ └── body ─────────────────────────────────┘
 *
 * In a zstd stream every shared body begins with the block that resets the repeat offsets (zstd-blocks.ts). It decodes to
 * 33 spaces, which are white space between two tokens of JSON; between two terms nothing may stand. So there the prefix
 * goes on with the header of one more pair, which takes the spaces in as the text of a binary. Every decoder reads a map
 * of five pairs, none of the readers of envelopes looks at a key that it does not know, and the block and the body behind
 * it stay the same bytes for all sessions:
 *
 *   131 │ map of 5 │ "s" => 98 seq │ "_" => binary of 33 │ 33 spaces │ "t" => … │ "op" => 0 │ "d" => …
 *   └── padded prefix ───────────────────────────────────┘ └── reset ┘ └── body ───────────────────┘
 *
 * @see https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
 */
import { ETF_VERSION, EtfTag } from '../encoding/etf-tags.ts';
import { ZSTD_RESET_TEXT_BYTES } from '../transport/zstd-blocks.ts';

const MAX_SEQ = 2 ** 31 - 1;
const BODY_PAIRS = 3;

const SEQ_HEAD: Buffer = Buffer.from([...binary('s'), EtfTag.Integer]);
const SEQ_BYTES = 4;
const PADDING_HEAD: Buffer = Buffer.from([...binary('_'), ...header(EtfTag.Binary, ZSTD_RESET_TEXT_BYTES)]);

const MAP_HEAD_BYTES = 6;
const PREFIX: Buffer = Buffer.concat([mapHead(1 + BODY_PAIRS), SEQ_HEAD, Buffer.alloc(SEQ_BYTES)]);
const PADDED_PREFIX: Buffer = Buffer.concat([
  mapHead(2 + BODY_PAIRS),
  SEQ_HEAD,
  Buffer.alloc(SEQ_BYTES),
  PADDING_HEAD,
]);

/** Length of every prefix. */
export const ETF_PREFIX_BYTES: number = PREFIX.length;
/** Length of every prefix of a zstd stream. */
export const ETF_PADDED_PREFIX_BYTES: number = PADDED_PREFIX.length;
/** Where in both prefixes the sequence number stands: 32 bits, big-endian. */
export const ETF_SEQ_OFFSET: number = MAP_HEAD_BYTES + SEQ_HEAD.length;

/**
 * Writes the prefix over {@link ETF_PREFIX_BYTES} bytes of `target` from `offset` on.
 * @param seq 0 to 2,147,483,647
 * @throws RangeError when `seq` is not such an integer or the target is too short
 */
export function writeEtfPrefix(seq: number, target: Buffer, offset: number): void {
  write(PREFIX, seq, target, offset);
}

/**
 * Writes the prefix of a zstd stream over {@link ETF_PADDED_PREFIX_BYTES} bytes. Else as {@link writeEtfPrefix}. The
 * reset block must come next.
 */
export function writeEtfPaddedPrefix(seq: number, target: Buffer, offset: number): void {
  write(PADDED_PREFIX, seq, target, offset);
}

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

function write(prefix: Buffer, seq: number, target: Buffer, offset: number): void {
  if (!Number.isInteger(seq) || seq < 0 || seq > MAX_SEQ) {
    throw new RangeError(`Invalid sequence number ${seq}: expected an integer from 0 to ${MAX_SEQ}`);
  }
  if (offset < 0 || offset + prefix.length > target.length) {
    throw new RangeError(`The prefix needs ${prefix.length} bytes at ${offset} of ${target.length}`);
  }
  prefix.copy(target, offset);
  target.writeInt32BE(seq, offset + ETF_SEQ_OFFSET);
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
