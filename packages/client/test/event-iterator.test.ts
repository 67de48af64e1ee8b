import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backlog } from '../src/backlog.ts';
import { EventIterator, type IteratorOverflow } from '../src/event-iterator.ts';
import { resolveHandling } from '../src/handling-options.ts';

type Numbers = readonly [number: number];

function rig(overflow: IteratorOverflow, maxBuffered = 4) {
  const backlog = new Backlog(resolveHandling({}), {
    setReading: () => {},
    changed: () => {},
    problem: assert.fail,
  });
  let ends = 0;
  const iterator = new EventIterator<Numbers>('NUMBER', { maxBuffered, overflow }, backlog, () => {
    ends += 1;
  });
  const finished: number[] = [];
  const put = (...numbers: readonly number[]): void => {
    for (const number of numbers) iterator.put([number], () => finished.push(number));
  };
  const take = async (count: number): Promise<number[]> => {
    const taken: number[] = [];
    while (taken.length < count) {
      const { value } = await iterator.next();
      if (value === undefined) break;
      taken.push(value[0]);
    }
    return taken;
  };
  return { backlog, iterator, finished, put, take, ends: () => ends };
}

describe('an iterator of events', () => {
  test('gives what has come and what will, in order', async () => {
    const { backlog, iterator, put, take } = rig('pause');
    put(1, 2);
    assert.deepEqual(await take(2), [1, 2]);
    const both = Promise.all([iterator.next(), iterator.next()]);
    put(3, 4, 5);
    assert.deepEqual(
      (await both).map(({ value }) => value),
      [[3], [4]],
    );
    assert.equal(backlog.status.queued, 1);
    assert.deepEqual(await take(1), [5]);
  });

  test('lets an event count as handled when the next one is asked for', async () => {
    const { finished, put, take, iterator } = rig('pause');
    put(1, 2);
    await take(1);
    assert.deepEqual(finished, []);
    await take(1);
    assert.deepEqual(finished, [1]);
    const next = iterator.next();
    assert.deepEqual(finished, [1, 2]);
    put(3);
    await next;
    await iterator.return();
    assert.deepEqual(finished, [1, 2, 3]);
  });

  test('with pause keeps all and stops reading until half of the buffer is free', async () => {
    const { backlog, put, take } = rig('pause');
    put(1, 2, 3, 4);
    assert.equal(backlog.isPaused, false);
    put(5, 6);
    assert.equal(backlog.isPaused, true);
    assert.deepEqual(await take(3), [1, 2, 3]);
    assert.equal(backlog.isPaused, true);
    assert.deepEqual(await take(1), [4]);
    assert.equal(backlog.isPaused, false);
    assert.deepEqual(await take(2), [5, 6]);
  });

  for (const [overflow, kept, finished] of [
    ['drop-oldest', [3, 4, 5, 6], [1, 2]],
    ['drop-newest', [1, 2, 3, 4], [5, 6]],
  ] as const) {
    test(`with ${overflow} keeps ${kept} of six`, async () => {
      const { backlog, iterator, put, take, ...rest } = rig(overflow);
      put(1, 2, 3, 4, 5, 6);
      assert.equal(iterator.dropped, 2);
      assert.equal(backlog.status.queued, 4);
      assert.deepEqual(rest.finished, finished, 'nobody waits for what was dropped');
      assert.deepEqual(await take(4), kept);
      assert.equal(backlog.isPaused, false);
    });
  }

  test('with drop-oldest does not take the event that is being worked on for done', async () => {
    const { finished, put, take } = rig('drop-oldest', 1);
    put(1);
    await take(1);
    put(2, 3);
    assert.deepEqual(finished, [2]);
  });

  test('with error ends behind what fitted', async () => {
    const { iterator, put, take, ends } = rig('error');
    put(1, 2, 3, 4, 5);
    assert.equal(ends(), 1);
    assert.deepEqual(await take(4), [1, 2, 3, 4]);
    await assert.rejects(iterator.next(), { code: 'ITERATOR_OVERFLOW' });
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  test('ends for all who wait, once, and gives back what it held', async () => {
    const { iterator, ends } = rig('pause', 1);
    const waiting = iterator.next();
    iterator.end();
    iterator.end();
    assert.deepEqual(await waiting, { value: undefined, done: true });
    assert.equal(ends(), 1);

    const other = rig('pause', 1);
    other.put(1, 2, 3);
    assert.equal(other.backlog.isPaused, true);
    await other.iterator[Symbol.asyncDispose]();
    assert.equal(other.backlog.isPaused, false);
    assert.equal(other.backlog.status.queued, 0);
    assert.deepEqual(other.finished, [1, 2, 3]);
  });

  test('gives what is in the buffer after its end', async () => {
    const { iterator, put, take } = rig('pause');
    put(1, 2);
    iterator.end();
    assert.deepEqual(await take(3), [1, 2]);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });
});
