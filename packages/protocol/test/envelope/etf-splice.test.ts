import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { etfEncoding } from '../../src/encoding/encoding.ts';
import { peekEtf } from '../../src/envelope/etf-peek.ts';
import {
  ETF_PADDED_PREFIX_BYTES,
  ETF_PREFIX_BYTES,
  ETF_SEQ_OFFSET,
  etfDispatchBody,
  padEtfMessage,
  writeEtfPaddedPrefix,
  writeEtfPrefix,
} from '../../src/envelope/etf-splice.ts';
import {
  writeRawBlockHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_FRAME_HEADER,
  ZSTD_RESET_TEXT_BYTES,
  zstdBlocks,
} from '../../src/transport/zstd-blocks.ts';

const { encode, decode } = etfEncoding();
const SEQS = [0, 1, 255, 256, 65_535, 123_456, 2 ** 31 - 1];
const d = { id: '175928847299117127', content: 'a ü', embeds: [], pinned: null };
const SPACES = Buffer.alloc(ZSTD_RESET_TEXT_BYTES, ' ');

function prefix(seq: number): Buffer {
  const bytes = Buffer.alloc(ETF_PREFIX_BYTES);
  writeEtfPrefix(seq, bytes, 0);
  return bytes;
}

function paddedPrefix(seq: number): Buffer {
  const bytes = Buffer.alloc(ETF_PADDED_PREFIX_BYTES);
  writeEtfPaddedPrefix(seq, bytes, 0);
  return bytes;
}

/** What a decoder makes of a raw block and of shared blocks, as one frame of its own. */
function throughZstd(head: Buffer, blocks: Buffer): Buffer {
  const header = Buffer.alloc(ZSTD_BLOCK_HEADER_BYTES);
  writeRawBlockHeader(head.length, header, 0);
  const lastBlock = Buffer.from('010000', 'hex');
  return zstdDecompressSync(Buffer.concat([ZSTD_FRAME_HEADER, header, head, blocks, lastBlock]));
}

test('prefix and body are one term', () => {
  const body = etfDispatchBody('MESSAGE_CREATE', encode(d));
  for (const seq of SEQS) {
    const message = Buffer.concat([prefix(seq), body]);
    assert.deepEqual(decode(message), { s: seq, t: 'MESSAGE_CREATE', op: 0, d });
    const { d: span, ...outside } = peekEtf(message);
    assert.deepEqual(outside, { s: seq, t: 'MESSAGE_CREATE', op: 0 });
    assert.equal(span?.end, message.length);
  }
});

test('the prefix is 131, a map of four, s in four bytes', () => {
  assert.equal(prefix(258).toString('hex'), '837400000004' + '6d0000000173' + '6200000102');
});

test('the padded prefix goes on with a binary of 33 bytes', () => {
  assert.equal(
    paddedPrefix(258).toString('hex'),
    '837400000005' + '6d0000000173' + '6200000102' + '6d000000015f' + '6d00000021',
  );
});

test('the sequence number stands at its offset in both, and nothing else changes', () => {
  for (const make of [prefix, paddedPrefix]) {
    for (const seq of SEQS) {
      const patched = Buffer.from(make(77));
      patched.writeInt32BE(seq, ETF_SEQ_OFFSET);
      assert.deepEqual(patched, make(seq));
    }
  }
});

test('a dispatch is written where asked', () => {
  const target = Buffer.alloc(ETF_PREFIX_BYTES + 5, 0xee);
  writeEtfPrefix(5, target, 3);
  assert.deepEqual(target.subarray(3, -2), prefix(5));
  assert.equal(target.toString('hex', 0, 3) + target.toString('hex', target.length - 2), 'ee'.repeat(5));
});

test('other sequence numbers and too little room are refused', () => {
  const target = Buffer.alloc(ETF_PADDED_PREFIX_BYTES);
  for (const write of [writeEtfPrefix, writeEtfPaddedPrefix]) {
    for (const seq of [-1, 1.5, 2 ** 31, Number.NaN]) assert.throws(() => write(seq, target, 0), RangeError);
    for (const offset of [-1, ETF_PADDED_PREFIX_BYTES])
      assert.throws(() => write(1, target, offset), RangeError);
  }
});

test('in a zstd stream the spaces of the reset block are the text of a pair of their own', () => {
  const body = etfDispatchBody('MESSAGE_CREATE', encode(d));
  for (const seq of SEQS) {
    const message = throughZstd(paddedPrefix(seq), zstdBlocks(body));
    assert.deepEqual(message, Buffer.concat([paddedPrefix(seq), SPACES, body]));
    assert.deepEqual(decode(message), { s: seq, _: SPACES.toString(), t: 'MESSAGE_CREATE', op: 0, d });
  }
  const unpadded = throughZstd(prefix(1), zstdBlocks(body));
  assert.throws(() => decode(unpadded), { name: 'DecodeError' }, 'without the pair it is no term');
});

test('so are those in front of any other message', () => {
  for (const message of [
    { op: 11, d: null },
    { op: 10, d: { heartbeat_interval: 41_250 }, s: null, t: null },
    {},
  ]) {
    const { head, rest } = padEtfMessage(encode(message));
    const padded = throughZstd(head, zstdBlocks(rest));
    assert.deepEqual(decode(padded), { _: SPACES.toString(), ...message });
  }
});
