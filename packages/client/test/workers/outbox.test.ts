import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backlog } from '../../src/backlog.ts';
import { resolveHandling } from '../../src/handling-options.ts';
import type { FromWorker } from '../../src/workers/messages.ts';
import { Outbox } from '../../src/workers/outbox.ts';

const EVENT = { key: 1, receivedAtMs: 0, replayed: false };
const TURN = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An outbox, what it has posted, and whether reading is paused. */
function setUp(highWaterMark = 1_000_000): {
  readonly outbox: Outbox;
  readonly posted: (readonly FromWorker[])[];
  readonly isPaused: () => boolean;
  readonly acknowledge: (post: number) => void;
} {
  const posted: (readonly FromWorker[])[] = [];
  const backlog = new Backlog(resolveHandling({ highWaterMark }), {
    setReading: () => {},
    changed: () => {},
    problem: assert.fail,
  });
  const outbox = new Outbox((messages, transfer) => {
    posted.push(structuredClone(messages, { transfer: [...transfer] }));
  }, backlog);
  const acknowledge = (post: number): void => {
    for (const message of posted[post] ?? assert.fail()) {
      if (message.type === 'events') outbox.handedOver(message.count, message.buffer);
    }
  };
  return { outbox, posted, isPaused: () => backlog.isPaused, acknowledge };
}

function kinds(messages: readonly FromWorker[] | undefined): readonly (string | number)[] | undefined {
  return messages?.map((message) => (message.type === 'events' ? message.count : message.type));
}

describe('what a worker tells', () => {
  test('goes in one message for all of a turn, and nothing overtakes an event', async () => {
    const { outbox, posted } = setUp();
    outbox.post({ type: 'sent', call: 1 });
    outbox.add(Buffer.from('a'), EVENT);
    outbox.add(Buffer.from('b'), EVENT);
    outbox.post({ type: 'sent', call: 2 });
    outbox.add(Buffer.from('c'), EVENT);
    assert.equal(posted.length, 0);
    await TURN();
    assert.deepEqual(posted.map(kinds), [['sent', 2, 'sent', 1]]);
  });

  test('is gathered while the main thread is behind, unless it is no event', async () => {
    const { outbox, posted, acknowledge } = setUp();
    for (let turns = 0; turns < 5; turns += 1) {
      outbox.add(Buffer.from('x'), EVENT);
      await TURN();
    }
    assert.deepEqual(posted.map(kinds), [[1], [1]]);
    acknowledge(0);
    await TURN();
    assert.deepEqual(kinds(posted[2]), [3]);
    outbox.add(Buffer.from('x'), EVENT);
    outbox.post({ type: 'sent', call: 1 });
    await TURN();
    assert.deepEqual(kinds(posted[3]), [1, 'sent']);
  });

  test('pauses reading at too many events, or at too many bytes, until enough is handed over', async () => {
    const few = setUp(3);
    for (let events = 0; events < 3; events += 1) few.outbox.add(Buffer.from('x'), EVENT);
    assert.ok(few.isPaused());
    await TURN();
    few.acknowledge(0);
    assert.ok(!few.isPaused());

    const large = setUp();
    const message = Buffer.alloc(2 ** 20);
    for (let events = 0; events < 6; events += 1) large.outbox.add(message, EVENT);
    assert.ok(large.isPaused(), 'some 4 MiB are under way');
    await TURN();
    for (let post = 0; large.isPaused(); post += 1) large.acknowledge(post);
    assert.ok(large.posted.length >= 4);
  });
});
