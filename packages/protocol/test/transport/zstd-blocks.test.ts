import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NativeInflater } from '../../src/transport/native-inflater.ts';
import {
  writeRawBlockHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_FRAME_HEADER,
  ZSTD_RESET_BYTES,
  ZSTD_RESET_TEXT_BYTES,
  zstdBlocks,
} from '../../src/transport/zstd-blocks.ts';
import { chatter, noise, payload, randomFrom } from './corpus.ts';

/** Never part of UTF-8, so that one such byte in a text came from where nothing may be read. */
const POISON = 0xff;
const WINDOW_BYTES = 2 ** 18;
const MAX_BLOCK_BYTES = 128 * 1024;
const BLOCK_TYPE_RLE = 1;
const BLOCK_TYPE_COMPRESSED = 2;
const MAX_BYTES = 2 ** 22;

function blockHeader(type: number, size: number): Buffer {
  const header = Buffer.alloc(ZSTD_BLOCK_HEADER_BYTES);
  header.writeUIntLE((size << 3) | (type << 1), 0, ZSTD_BLOCK_HEADER_BYTES);
  return header;
}

function poisonedText(bytes: number): Buffer[] {
  const blocks: Buffer[] = [];
  for (let left = bytes; left > 0; left -= MAX_BLOCK_BYTES) {
    blocks.push(blockHeader(BLOCK_TYPE_RLE, Math.min(left, MAX_BLOCK_BYTES)), Buffer.of(POISON));
  }
  return blocks;
}

/** Three sequences of one literal and a match of three bytes, whose offsets stay behind in the decoder. */
function poisonedOffsets(offsets: readonly [number, number, number]): Buffer {
  // Offset value = offset + 3 = 2^code + as many bits as the code says; one code for the three of them.
  const code = Math.floor(Math.log2(offsets[0] + 3));
  let bits = 1n;
  for (const offset of offsets) {
    const extra = offset + 3 - 2 ** code;
    assert.ok(extra >= 0 && extra < 2 ** code, 'the offsets have one code');
    bits = (bits << BigInt(code)) | BigInt(extra);
  }
  const stream: number[] = [];
  for (; bits > 0n; bits >>= 8n) stream.push(Number(bits & 0xffn));
  const literals = [(3 << 3) | 1, POISON];
  const sequences = [3, 0b0101_0100, 1, code, 0];
  const content = Buffer.from([...literals, ...sequences, ...stream]);
  return Buffer.concat([blockHeader(BLOCK_TYPE_COMPRESSED, content.length), content]);
}

/** Decodes the blocks behind text and repeat offsets from which nothing may be taken. */
function decodePoisoned(blocks: Buffer, textBytes: number): Buffer {
  const regionBytes = 2 * textBytes + 4096;
  const nearest = 2 ** Math.ceil(Math.log2(textBytes + 64));
  const inflater = new NativeInflater('zstd');
  const head = Buffer.concat([
    ZSTD_FRAME_HEADER,
    ...poisonedText(regionBytes),
    poisonedOffsets([nearest, nearest + 8, nearest + 16]),
  ]);
  const before = inflater.inflate(head, MAX_BYTES);
  assert.equal(before.length, regionBytes + 12);
  assert.ok(before.every((byte) => byte === POISON));
  try {
    return inflater.inflate(blocks, MAX_BYTES);
  } finally {
    inflater.close();
  }
}

/** Half of them with a run near the start, as round times and ids have: compressors reach for repeat offset 1. */
function texts(count: number): Buffer[] {
  const random = randomFrom(11);
  return Array.from({ length: count }, (_, index) => {
    const d = payload(Math.floor(random() ** 3 * 60_000), random);
    const edited = index % 2 === 0 ? '"2025-01-01T00:00:00.000000+00:00"' : 'null';
    return Buffer.from(`"t":"MESSAGE_UPDATE","op":0,"d":{"edited_timestamp":${edited},"message":${d}}}`);
  });
}

test('blocks take nothing from a decoder whose window, offsets and tables are poisoned', () => {
  for (const text of texts(400)) {
    const decoded = decodePoisoned(zstdBlocks(text), text.length);
    assert.deepEqual(decoded, Buffer.concat([Buffer.alloc(ZSTD_RESET_TEXT_BYTES, ' '), text]));
  }
});

test('without the reset block some of them would', () => {
  const wrong = texts(400).filter((text) => {
    const decoded = decodePoisoned(zstdBlocks(text).subarray(ZSTD_RESET_BYTES), text.length);
    return !decoded.equals(text);
  });
  assert.ok(wrong.length > 0, 'the poison works');
});

test('blocks of every size continue the frame', () => {
  const random = randomFrom(12);
  const inflater = new NativeInflater('zstd');
  inflater.inflate(ZSTD_FRAME_HEADER, 0);
  for (const length of [1, 2, 3, 255, 256, 257, 65_535, 65_536, 131_071, 131_072, 131_073, 300_000]) {
    for (const text of [chatter(length, random), noise(length, random), 'a'.repeat(length)]) {
      const decoded = inflater.inflate(zstdBlocks(Buffer.from(text)), MAX_BYTES);
      assert.equal(decoded.subarray(ZSTD_RESET_TEXT_BYTES).toString(), text);
    }
  }
  inflater.close();
});

test('a raw block carries its text as it is', () => {
  const inflater = new NativeInflater('zstd');
  const text = Buffer.from('{"s":         1,');
  const header = Buffer.alloc(ZSTD_BLOCK_HEADER_BYTES);
  writeRawBlockHeader(text.length, header, 0);
  assert.deepEqual(inflater.inflate(Buffer.concat([ZSTD_FRAME_HEADER, header, text]), WINDOW_BYTES), text);
  inflater.close();
});
