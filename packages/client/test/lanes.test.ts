import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backlog } from '../src/backlog.ts';
import { resolveHandling } from '../src/handling-options.ts';
import { laneKey } from '../src/lane-key.ts';
import { Lanes } from '../src/lanes.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

/** Lanes, and tasks that end when they are told to. */
function rig(maxConcurrent = 10) {
  const backlog = new Backlog(resolveHandling({}), {
    setReading: () => {},
    changed: () => {},
    problem: assert.fail,
  });
  const lanes = new Lanes(maxConcurrent, backlog);
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const run = (key: string, name: string): unknown =>
    lanes.run(key, () => {
      begun.push(name);
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return end.promise;
    });
  const finish = async (name: string): Promise<void> => {
    ends.get(name)?.resolve();
    await turn();
  };
  return { lanes, backlog, begun, run, finish, fail: (name: string) => ends.get(name)?.reject(name) };
}

describe('lanes', () => {
  test('run one task of a key at a time, in order, and keys beside each other', async () => {
    const { backlog, begun, run, finish } = rig();
    for (const name of ['a1', 'a2', 'b1', 'a3', 'b2']) run(name.charAt(0), name);
    assert.deepEqual(begun, ['a1', 'b1'], 'at once, in the call itself');
    assert.equal(backlog.status.queued, 3);
    await finish('b1');
    await finish('a1');
    assert.deepEqual(begun, ['a1', 'b1', 'b2', 'a2']);
    await finish('a2');
    await finish('b2');
    await finish('a3');
    assert.deepEqual(begun.slice(4), ['a3']);
    assert.equal(backlog.status.queued, 0);
    run('a', 'a4');
    assert.equal(begun.at(-1), 'a4', 'an empty lane starts at once again');
  });

  test('go on behind a task that fails, whose failure goes to whoever asked for it', async () => {
    const { lanes, begun, run, fail, finish } = rig();
    const first = run('a', 'a1') as Promise<void>;
    const second = run('a', 'a2') as Promise<void>;
    run('a', 'a3');
    fail('a1');
    await assert.rejects(first, (error) => error === 'a1');
    await turn();
    fail('a2');
    await assert.rejects(second, (error) => error === 'a2');
    await turn();
    assert.deepEqual(begun, ['a1', 'a2', 'a3']);
    await finish('a3');
    assert.throws(
      () =>
        lanes.run('a', () => {
          throw new Error('at once');
        }),
      /at once/,
    );
    run('a', 'a4');
    assert.equal(begun.at(-1), 'a4');
  });

  test('leave nothing behind of tasks that return no promise, also when one brings about the next', () => {
    const { lanes, backlog } = rig(1);
    const seen: number[] = [];
    for (let number = 0; number < 3; number += 1) {
      assert.equal(
        lanes.run('a', () => seen.push(number)),
        number + 1,
      );
    }
    assert.deepEqual(seen, [0, 1, 2]);
    assert.equal(backlog.status.peak, 0);
  });

  test('run a task that the one before has brought about when that one has ended', async () => {
    const { lanes } = rig();
    const seen: string[] = [];
    lanes.run('a', () => {
      lanes.run('a', () => seen.push('inner'));
      seen.push('outer');
    });
    await turn();
    assert.deepEqual(seen, ['outer', 'inner']);
  });

  test('begin no more of them at a time than allowed, and those that wait in order', async () => {
    const { begun, run, finish } = rig(2);
    for (const name of ['a1', 'b1', 'c1', 'd1', 'c2']) run(name.charAt(0), name);
    assert.deepEqual(begun, ['a1', 'b1']);
    await finish('b1');
    assert.deepEqual(begun, ['a1', 'b1', 'c1']);
    await finish('c1');
    assert.deepEqual(begun, ['a1', 'b1', 'c1', 'c2'], 'a lane that has begun is worked off');
    await finish('a1');
    assert.deepEqual(begun.slice(4), ['d1']);
  });
});

describe('the lane of an event', () => {
  const table: readonly (readonly [kind: 'guild' | 'channel', name: string, data: unknown, key: string])[] = [
    ['guild', 'MESSAGE_CREATE', { id: '1', channel_id: '2', guild_id: '3' }, 'guild 3'],
    ['guild', 'MESSAGE_CREATE', { id: '1', channel_id: '2' }, ''],
    ['guild', 'GUILD_CREATE', { id: '3' }, 'guild 3'],
    ['guild', 'CHANNEL_UPDATE', { id: '2', guild_id: '3' }, 'guild 3'],
    ['channel', 'MESSAGE_CREATE', { id: '1', channel_id: '2', guild_id: '3' }, 'channel 2'],
    ['channel', 'CHANNEL_UPDATE', { id: '2', guild_id: '3' }, 'channel 2'],
    ['channel', 'THREAD_DELETE', { id: '2', guild_id: '3' }, 'channel 2'],
    ['channel', 'CHANNEL_PINS_UPDATE', { channel_id: '2', guild_id: '3' }, 'channel 2'],
    ['channel', 'GUILD_MEMBER_ADD', { guild_id: '3' }, 'guild 3'],
    ['channel', 'VOICE_STATE_UPDATE', { channel_id: null, guild_id: '3' }, 'guild 3'],
    ['channel', 'USER_UPDATE', { id: '9' }, ''],
    ['guild', 'RESUMED', null, ''],
  ];
  for (const [kind, name, data, key] of table) {
    test(`${name} ${JSON.stringify(data)} goes by ${kind} into "${key}"`, () => {
      assert.equal(laneKey(kind, name, data), key);
    });
  }
});
