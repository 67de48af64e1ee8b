import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { etfEncoding } from '../../src/encoding/encoding.ts';
import type { DispatchHead } from '../../src/envelope/dispatch-head.ts';
import { peekEtf } from '../../src/envelope/etf-peek.ts';
import {
  ETF_MAX_SEQ,
  etfDispatchBody,
  etfDispatchHead,
  etfPaddedDispatchHead,
  padEtfMessage,
} from '../../src/envelope/etf-splice.ts';
import {
  writeRawBlockHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_FRAME_HEADER,
  ZSTD_RESET_TEXT_BYTES,
  zstdBlocks,
} from '../../src/transport/zstd-blocks.ts';

const { encode, decode } = etfEncoding();
const SEQS = [0, 1, 255, 256, 65_535, 123_456, ETF_MAX_SEQ];
const d = { id: '175928847299117127', content: 'a ü', embeds: [], pinned: null };
const SPACES = Buffer.alloc(ZSTD_RESET_TEXT_BYTES, ' ');

function headOf(head: DispatchHead, seq: number): Buffer {
  const bytes = Buffer.alloc(head.byteLength);
  head.write(bytes, 0);
  head.setSeq(seq, bytes, 0);
  return bytes;
}

/** What a decoder makes of a raw block and of shared blocks, as one frame of its own. */
function throughZstd(head: Buffer, blocks: Buffer): Buffer {
  const header = Buffer.alloc(ZSTD_BLOCK_HEADER_BYTES);
  writeRawBlockHeader(head.length, header, 0);
  const lastBlock = Buffer.from('010000', 'hex');
  return zstdDecompressSync(Buffer.concat([ZSTD_FRAME_HEADER, header, head, blocks, lastBlock]));
}

test('head and body are one term', () => {
  const body = etfDispatchBody('MESSAGE_CREATE', encode(d));
  for (const seq of SEQS) {
    const message = Buffer.concat([headOf(etfDispatchHead, seq), body]);
    assert.deepEqual(decode(message), { s: seq, t: 'MESSAGE_CREATE', op: 0, d });
    const { d: span, ...outside } = peekEtf(message);
    assert.deepEqual(outside, { s: seq, t: 'MESSAGE_CREATE', op: 0 });
    assert.equal(span?.end, message.length);
  }
});

test('the head is 131, a map of four, s in four bytes', () => {
  assert.equal(headOf(etfDispatchHead, 258).toString('hex'), '837400000004' + '6d0000000173' + '6200000102');
});

test('the padded head goes on with a binary of 33 bytes', () => {
  assert.equal(
    headOf(etfPaddedDispatchHead, 258).toString('hex'),
    '837400000005' + '6d0000000173' + '6200000102' + '6d000000015f' + '6d00000021',
  );
});

test('a head is written and numbered where asked, again and again', () => {
  for (const head of [etfDispatchHead, etfPaddedDispatchHead]) {
    const target = Buffer.alloc(head.byteLength + 5, 0xee);
    head.write(target, 3);
    for (const seq of [ETF_MAX_SEQ, ...SEQS]) {
      head.setSeq(seq, target, 3);
      assert.deepEqual(target.subarray(3, -2), headOf(head, seq));
    }
    assert.equal(target.toString('hex', 0, 3) + target.toString('hex', target.length - 2), 'ee'.repeat(5));
  }
});

test('in a zstd stream the spaces of the reset block are the text of a pair of their own', () => {
  const body = etfDispatchBody('MESSAGE_CREATE', encode(d));
  for (const seq of SEQS) {
    const message = throughZstd(headOf(etfPaddedDispatchHead, seq), zstdBlocks(body));
    assert.deepEqual(message, Buffer.concat([headOf(etfPaddedDispatchHead, seq), SPACES, body]));
    assert.deepEqual(decode(message), { s: seq, _: SPACES.toString(), t: 'MESSAGE_CREATE', op: 0, d });
  }
  const unpadded = throughZstd(headOf(etfDispatchHead, 1), zstdBlocks(body));
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
