/**
 * One connection for a long time, read by the decoders of node:zlib as their users drive them. A million messages:
 * `GUILDHALL_ENDURANCE=1000000 npm test -- interop/decoders/endurance.test.ts`
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createInflate, createZstdDecompress } from 'node:zlib';
import { longConversation } from './conversations.ts';

const MESSAGES = Number(process.env.GUILDHALL_ENDURANCE ?? 50_000);
/** When the first forms of the bodies, the caches and the compiled code are there. */
const WARM_AT = Math.floor(MESSAGES / 5);
const MAX_GROWTH_BYTES = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

for (const [transport, createStream] of [
  ['zlib-stream', createInflate],
  ['zstd-stream', createZstdDecompress],
] as const) {
  test(`${transport}: ${MESSAGES} messages on one connection, and no memory for them`, async () => {
    const stream = createStream();
    let parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    let index = 0;
    let warmBytes = 0;
    for (const { payload, text } of longConversation(transport, MESSAGES)) {
      await new Promise<void>((resolve, reject) => {
        stream.write(payload, (error) => (error ? reject(error) : resolve()));
      });
      await new Promise(setImmediate);
      assert.ok(Buffer.concat(parts).toString() === text, `message ${index} came out wrong`);
      parts = [];
      index += 1;
      if (index === WARM_AT) warmBytes = await usedBytes();
    }
    assert.equal(index, MESSAGES);
    const growth = (await usedBytes()) - warmBytes;
    assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes more than after ${WARM_AT} messages`);
    stream.destroy();
  });
}

async function usedBytes(): Promise<number> {
  collect();
  // What lies outside the heap is given back a turn later.
  await new Promise(setImmediate);
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
