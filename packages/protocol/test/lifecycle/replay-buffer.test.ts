import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplayBuffer, replayBufferEvents } from '../../src/lifecycle/replay-buffer.ts';

interface ModelEntry {
  readonly seq: number;
  readonly body: string | null;
  readonly bytes: number;
}

/** The same promises, kept in the plainest way. */
class Model {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #entries: ModelEntry[] = [];
  #lastSeq: number;

  constructor(maxEvents: number, maxBytes: number, lastSeq: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
    this.#lastSeq = lastSeq;
  }

  get size(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  push(body: string | null, bytes: number): void {
    this.#lastSeq += 1;
    this.#entries.push({ seq: this.#lastSeq, body, bytes: body === null ? 0 : bytes });
    while (this.size > this.#maxEvents || this.bytes > this.#maxBytes) this.#entries = this.#entries.slice(1);
  }

  since(seq: number): (readonly [number, string])[] | null {
    const oldest = this.#lastSeq - this.size;
    if (seq < oldest) return null;
    return this.#entries.flatMap((entry) =>
      entry.seq > seq && entry.body !== null ? [[entry.seq, entry.body] as const] : [],
    );
  }
}

const PUSH = fc.record({ bytes: fc.integer({ min: 0, max: 60 }), replayed: fc.boolean() });

test('the buffer keeps the promises of a naive one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 2_000 }),
      fc.nat(1_000),
      fc.array(PUSH, { maxLength: 250, size: 'max' }),
      (maxEvents, maxBytes, lastSeq, pushes) => {
        const buffer = new ReplayBuffer<string>(maxEvents, maxBytes, lastSeq);
        const model = new Model(maxEvents, maxBytes, lastSeq);
        for (const { bytes, replayed } of pushes) {
          const body = replayed ? `event ${model.lastSeq + 1}` : null;
          buffer.push(body, bytes);
          model.push(body, bytes);
          assert.equal(buffer.size, model.size);
          assert.equal(buffer.bytes, model.bytes);
          const newest = model.lastSeq;
          for (const seq of [lastSeq, newest - model.size - 1, newest - model.size, newest - 1, newest]) {
            assert.deepEqual(buffer.since(seq), model.since(seq), `since ${seq}`);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('READY and RESUMED use up a number and are not replayed', () => {
  const buffer = new ReplayBuffer<string>(10, 100);
  buffer.push(null, 0);
  buffer.push('a', 1);
  buffer.push(null, 0);
  buffer.push('b', 1);
  assert.deepEqual(buffer.since(1), [
    [2, 'a'],
    [4, 'b'],
  ]);
  assert.deepEqual(buffer.since(2), [[4, 'b']]);
  assert.deepEqual(buffer.since(4), []);
});

test('what is lost by count is refused, not left out', () => {
  const buffer = new ReplayBuffer<string>(2, 100);
  for (const body of ['a', 'b', 'c']) buffer.push(body, 1);
  assert.equal(buffer.since(0), null);
  assert.deepEqual(buffer.since(1), [
    [2, 'b'],
    [3, 'c'],
  ]);
});

test('an event above the bound in bytes empties the buffer, and the numbers go on', () => {
  const buffer = new ReplayBuffer<string>(10, 100);
  buffer.push('a', 10);
  buffer.push('huge', 101);
  assert.deepEqual([buffer.size, buffer.bytes], [0, 0]);
  assert.equal(buffer.since(1), null);
  assert.deepEqual(buffer.since(2), []);
  buffer.push('b', 10);
  assert.deepEqual(buffer.since(2), [[3, 'b']]);
});

for (const [guilds, events] of [
  [0, 100],
  [1, 100],
  [2, 150],
  [46, 3_450],
  [47, 3_500],
  [2_500, 3_500],
] as const) {
  test(`a session of ${guilds} guilds may miss ${events} events`, () => {
    assert.equal(replayBufferEvents(guilds), events);
  });
}

test('the newest are given without those that are never replayed, and none from before the cursor', () => {
  const buffer = new ReplayBuffer<string>(4, 1_000);
  assert.deepEqual(buffer.newest(3), []);
  for (const body of ['a', null, 'c', 'd', 'e']) buffer.push(body, 1);
  // 1 has gone, 2 is READY.
  assert.deepEqual(buffer.newest(10), [
    [3, 'c'],
    [4, 'd'],
    [5, 'e'],
  ]);
  assert.deepEqual(buffer.newest(1), [[5, 'e']]);
  assert.deepEqual(buffer.newest(10, 4), [[5, 'e']]);
  assert.deepEqual(buffer.newest(10, 5), []);
});
