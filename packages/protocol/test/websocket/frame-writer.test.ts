import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closePayload } from '../../src/websocket/close-frame.ts';
import { FrameOpcode } from '../../src/websocket/frame-format.ts';
import {
  clientFrame,
  frameHeadBytes,
  serverFrame,
  writeFrameHead,
} from '../../src/websocket/frame-writer.ts';
import { CLOSE, closeWith, rawFrame } from './raw-frame.ts';

function head(byteLength: number): Buffer {
  const bytes = Buffer.alloc(3 + frameHeadBytes(byteLength));
  assert.equal(writeFrameHead(bytes, 3, FrameOpcode.BINARY, byteLength), bytes.length);
  return bytes.subarray(3);
}

const LENGTHS = [0, 1, 3, 4, 125, 126, 127, 65_535, 65_536, 70_001];

describe('frames of every form of length', () => {
  for (const length of LENGTHS) {
    test(`${length} bytes`, () => {
      const payload = Buffer.alloc(length, 'payload ');
      const expected = rawFrame({ opcode: FrameOpcode.BINARY, payload });
      assert.deepEqual(serverFrame(FrameOpcode.BINARY, payload), expected);
      assert.deepEqual(Buffer.concat([head(length), payload]), expected);

      const masked = clientFrame(FrameOpcode.BINARY, payload);
      const mask = masked.subarray(masked.length - length - 4, masked.length - length);
      assert.deepEqual(masked, rawFrame({ opcode: FrameOpcode.BINARY, payload, mask }));
    });
  }

  test('of the largest payload that fits a Buffer of 32-bit length', () => {
    assert.deepEqual([...head(2 ** 32 + 5)], [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 5]);
  });
});

test('text is written as UTF-8', () => {
  assert.deepEqual(
    serverFrame(FrameOpcode.TEXT, '{"ü":"🎉"}'),
    rawFrame({ opcode: FrameOpcode.TEXT, payload: '{"ü":"🎉"}' }),
  );
  const masked = clientFrame(FrameOpcode.TEXT, 'ü');
  assert.deepEqual(masked, rawFrame({ opcode: FrameOpcode.TEXT, payload: 'ü', mask: masked.subarray(2, 6) }));
});

test('each masked frame has a key of its own', () => {
  const keys = Array.from({ length: 1_000 }, () => clientFrame(FrameOpcode.PONG, '').toString('hex', 2, 6));
  // Two of a thousand random keys are equal once in 8,600 runs, three pairs practically never.
  assert.ok(new Set(keys).size > 997);
});

test('masking leaves the payload as it was', () => {
  const payload = Buffer.from('the caller’s');
  clientFrame(FrameOpcode.TEXT, payload);
  assert.equal(payload.toString(), 'the caller’s');
});

describe('a close payload', () => {
  test('is code and reason', () => {
    assert.deepEqual(closePayload(4014, 'grün'), closeWith(4014, 'grün'));
    assert.deepEqual(closePayload(1000), closeWith(1000));
  });

  test('is cut to what a control frame holds, between characters', () => {
    assert.deepEqual(closePayload(1000, 'r'.repeat(200)), closeWith(1000, 'r'.repeat(123)));
    assert.deepEqual(closePayload(1000, 'ü'.repeat(100)), closeWith(1000, 'ü'.repeat(61)));
    assert.deepEqual(closePayload(1000, `abc${'🎉'.repeat(50)}`), closeWith(1000, `abc${'🎉'.repeat(30)}`));
    assert.equal(rawFrame({ opcode: CLOSE, payload: closePayload(1000, '€'.repeat(99)) }).length, 2 + 125);
  });
});
