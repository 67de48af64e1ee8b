import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameHeader, writeFrame } from '../../src/gateway/frames.ts';
import { closeReason } from '../../src/gateway/gateway-socket.ts';

const HEADERS: readonly (readonly [byteLength: number, binary: boolean, hex: string])[] = [
  [0, false, '8100'],
  [125, false, '817d'],
  [125, true, '827d'],
  [126, false, '817e007e'],
  [65_535, true, '827effff'],
  [65_536, false, '817f0000000000010000'],
  [4_294_967_296, true, '827f0000000100000000'],
];

for (const [byteLength, binary, hex] of HEADERS) {
  test(`the header of ${byteLength} ${binary ? 'binary' : 'text'} bytes is ${hex}`, () => {
    assert.equal(frameHeader(byteLength, binary).toString('hex'), hex);
  });
}

test('a message is written as one frame, whatever its chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
      fc.boolean(),
      async (parts, binary) => {
        const chunks = parts.map((part) => Buffer.from(part));
        const socket = new PassThrough();
        writeFrame(socket, { binary, chunks });
        socket.end();
        const written: Buffer[] = [];
        socket.on('data', (chunk: Buffer) => written.push(chunk));
        await once(socket, 'end');
        const payload = Buffer.concat(chunks);
        assert.deepEqual(
          Buffer.concat(written),
          Buffer.concat([frameHeader(payload.length, binary), payload]),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('a close reason is cut to 123 bytes between characters', () => {
  assert.equal(closeReason('x'.repeat(200)).length, 123);
  assert.equal(closeReason('ü'.repeat(100)).toString(), 'ü'.repeat(61));
  assert.equal(closeReason('short').toString(), 'short');
});
