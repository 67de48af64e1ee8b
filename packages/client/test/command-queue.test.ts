import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import type { GatewayCommand, SendOptions } from '@guildhall/client';
import { jsonCodec } from '../src/codec.ts';
import { encodeCommand } from '../src/command.ts';
import { CommandQueue } from '../src/command-queue.ts';
import { SendLimiter } from '../src/send-limiter.ts';

const STATUSES = ['online', 'idle', 'dnd', 'invisible'] as const;

function encoded(op: 3 | 4 | 8, d: object) {
  return encodeCommand({ op, d } as GatewayCommand, jsonCodec, 4_096);
}

const presence = (number: number) => encoded(3, { status: STATUSES[number % 4], since: number });
const voice = (guildId: string) => encoded(4, { guild_id: guildId });
const allMembers = (guildId: string) => encoded(8, { guild_id: guildId, query: '', limit: 0 });

/** A queue under a clock that only moves by `pass`, and what it has written. */
function rig(sendsPerWindow = 120) {
  let nowMs = 0;
  const written: unknown[] = [];
  const queue = new CommandQueue(500, () => nowMs);
  const limiter = new SendLimiter({ sendsPerWindow, windowMs: 60_000 }, 60_000);
  const outlet = {
    write: (payload: string | Buffer) => {
      const { op, d } = JSON.parse(String(payload));
      written.push(op === 3 ? `presence ${d.since}` : `${op} ${d.guild_id}`);
    },
    limiter,
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    mock.timers.tick(ms);
  };
  const push = (command: ReturnType<typeof encoded>, options?: SendOptions) => queue.push(command, options);
  return { queue, outlet, written, pass, push };
}

describe('the queue of a shard’s commands', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  test('sends what is urgent first, and in order otherwise', () => {
    const { queue, outlet, written, push } = rig();
    void push(voice('1'));
    void push(voice('2'), { priority: 'high' });
    void push(voice('3'));
    void push(voice('4'), { priority: 'high' });
    queue.attach(outlet);
    assert.deepEqual(written, ['4 2', '4 4', '4 1', '4 3']);
  });

  test('sends only the last of the presences that wait, and tells all who wanted one', async () => {
    const { queue, outlet, written, push } = rig();
    const settled = Promise.all([push(presence(1)), push(voice('1')), push(presence(2)), push(presence(3))]);
    assert.equal(queue.length, 2);
    queue.attach(outlet);
    assert.deepEqual(written, ['presence 3', '4 1']);
    await settled;
  });

  test('lets five presences through in 20 s, and holds up nobody else', () => {
    const { queue, outlet, written, pass, push } = rig();
    queue.attach(outlet);
    for (let number = 1; number <= 8; number += 1) {
      void push(presence(number));
      pass(100);
    }
    void push(voice('1'));
    assert.deepEqual(written.splice(0), [1, 2, 3, 4, 5].map((n) => `presence ${n}`).concat('4 1'));
    pass(19_199);
    assert.deepEqual(written.splice(0), []);
    pass(1);
    assert.deepEqual(written.splice(0), ['presence 8']);
  });

  test('asks for all members of a guild once in 30 s, of another at once', () => {
    const { queue, outlet, written, pass, push } = rig();
    queue.attach(outlet);
    for (const guildId of ['1', '1', '2', '1']) void push(allMembers(guildId));
    void push(encoded(8, { guild_id: '1', query: 'a', limit: 1 }));
    assert.deepEqual(written.splice(0), ['8 1', '8 2', '8 1']);
    pass(30_000);
    assert.deepEqual(written.splice(0), ['8 1']);
    pass(29_999);
    assert.deepEqual(written.splice(0), []);
    pass(1);
    assert.deepEqual(written.splice(0), ['8 1']);
  });

  test('goes on waiting for its limits on another connection', () => {
    const { queue, outlet, written, pass, push } = rig();
    queue.attach(outlet);
    for (let number = 1; number <= 6; number += 1) {
      void push(presence(number));
    }
    queue.detach();
    pass(60_000);
    assert.equal(written.length, 5);
    queue.attach(outlet);
    assert.equal(written.at(-1), 'presence 6');
  });

  test('waits for the limit on all payloads, urgent ones first when it opens', () => {
    // Three are kept for the unplanned and one for heartbeats.
    const { queue, outlet, written, pass, push } = rig(6);
    queue.attach(outlet);
    for (const guildId of ['1', '2', '3']) void push(voice(guildId));
    void push(voice('4'), { priority: 'high' });
    assert.deepEqual(written.splice(0), ['4 1', '4 2']);
    pass(60_000);
    assert.deepEqual(written.splice(0), ['4 4', '4 3']);
  });

  test('sends the presence before the last when that one is taken back', async () => {
    const { queue, outlet, written, push } = rig();
    const over = new AbortController();
    const first = push(presence(1));
    const second = push(presence(2), { signal: over.signal });
    over.abort();
    await assert.rejects(second, { code: 'ABORTED' });
    queue.attach(outlet);
    assert.deepEqual(written, ['presence 1']);
    await first;
  });

  test('forgets a command that everybody has taken back', async () => {
    const { queue, outlet, written, push } = rig();
    const over = new AbortController();
    const gone = [push(presence(1), { signal: over.signal }), push(voice('1'), { signal: over.signal })];
    over.abort();
    for (const promise of gone) await assert.rejects(promise, { code: 'ABORTED' });
    assert.equal(queue.length, 0);
    queue.attach(outlet);
    assert.deepEqual(written, []);
    void push(presence(2));
    assert.deepEqual(written, ['presence 2']);
  });

  test('gives Identify the newest presence, and counts it as sent when the session has begun', async () => {
    const { queue, outlet, written, push } = rig();
    assert.equal(queue.identifyPresence(), null);
    const first = push(presence(1));
    assert.equal(queue.identifyPresence()?.since, 1);
    const late = push(presence(2));
    queue.sessionBegan();
    await first;
    assert.deepEqual(written, []);
    queue.attach(outlet);
    await late;
    assert.deepEqual(written, ['presence 2'], 'it came after Identify');
    queue.detach();
    assert.equal(queue.identifyPresence()?.since, 2);
    queue.sessionBegan();
    queue.attach(outlet);
    assert.equal(written.length, 1, 'nothing is sent twice');
  });

  test('keeps a presence whose Identify came to nothing', () => {
    const { queue, push } = rig();
    void push(presence(1));
    assert.equal(queue.identifyPresence()?.since, 1);
    assert.equal(queue.identifyPresence()?.since, 1);
    assert.equal(queue.length, 1);
  });

  test('refuses what waits when it is cleared', async () => {
    const { queue, push } = rig();
    const waiting = [push(presence(1)), push(presence(2)), push(voice('1'), { priority: 'high' })];
    queue.clear();
    for (const promise of waiting) await assert.rejects(promise, { code: 'CLOSED' });
    assert.equal(queue.length, 0);
  });
});
