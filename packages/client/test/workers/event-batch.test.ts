import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BATCH_BYTES, type BatchedEvent, BatchWriter, readBatch } from '../../src/workers/event-batch.ts';

type Written = readonly [text: string, event: BatchedEvent];

function read(batch: { readonly buffer: ArrayBuffer; readonly byteLength: number } | null): Written[] {
  assert.ok(batch !== null);
  const events: Written[] = [];
  readBatch(batch.buffer, batch.byteLength, (message, event) =>
    events.push([message.toString('hex'), event]),
  );
  return events;
}

describe('a batch', () => {
  test('gives back any events, in order', () => {
    const anyEvent = fc.tuple(
      fc.uint8Array({ maxLength: 300 }),
      fc.record({
        key: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        receivedAtMs: fc.double({ noNaN: true }),
        replayed: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 50 }), (events) => {
        const writer = new BatchWriter();
        for (const [bytes, event] of events) writer.add(Buffer.from(bytes), event);
        const expected = events.map(([bytes, event]) => [Buffer.from(bytes).toString('hex'), { ...event }]);
        assert.deepEqual(read(writer.take()), expected);
      }),
    );
  });

  test('is full when another message does not fit; a large one has a buffer of its own size', () => {
    const event = { key: 1, receivedAtMs: 2, replayed: false };
    const writer = new BatchWriter();
    const large = Buffer.alloc(3 * BATCH_BYTES, 7);
    assert.ok(writer.fits(large), 'alone it always does');
    writer.add(large, event);
    assert.ok(!writer.fits(Buffer.alloc(1)));
    const batch = writer.take();
    assert.equal(batch?.buffer.byteLength, batch?.byteLength);
    assert.equal(read(batch)[0]?.[0].length, 2 * large.length);
    writer.add(Buffer.alloc(BATCH_BYTES - 100), event);
    assert.ok(writer.fits(Buffer.alloc(60)));
    assert.ok(!writer.fits(Buffer.alloc(61)));
  });

  test('uses a spare buffer, and is null where nothing was written', () => {
    const spare = new ArrayBuffer(BATCH_BYTES);
    const writer = new BatchWriter(() => spare);
    assert.equal(writer.take(), null);
    writer.add(Buffer.from('x'), { key: 0, receivedAtMs: 0, replayed: true });
    assert.equal(writer.take()?.buffer, spare);
    assert.equal(writer.take(), null);
  });
});
