import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import type { GatewayCommand, SendOptions } from '@guildhall/client';
import fc from 'fast-check';
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
function rig(sendsPerWindow = 120, maxWaiting = 500) {
  let nowMs = 0;
  const written: unknown[] = [];
  const queue = new CommandQueue(maxWaiting, () => nowMs);
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

  test('bounds those who share the place of a presence, too', async () => {
    const { queue, push } = rig(120, 3);
    const waiting = [1, 2, 3].map((number) => push(presence(number)));
    await assert.rejects(push(presence(4)), { code: 'QUEUE_FULL' });
    waiting.push(push(voice('1')));
    queue.close();
    for (const promise of waiting) await assert.rejects(promise, { code: 'CLOSED' });
  });

  test('settles every command, sends none twice and none that was refused, whatever happens in whatever order', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ type: fc.constant('push' as const), kind: fc.nat(3), high: fc.boolean() }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), index: fc.nat(30) }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(25_000) }) },
      {
        weight: 4,
        arbitrary: fc.record({ type: fc.constantFrom('attach', 'detach', 'identify', 'clear') }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { queue, outlet, written, pass, push } = rig(20, 12);
        const sends: { readonly over: AbortController; readonly name: string; outcome: string }[] = [];
        const presencesAtMs: number[] = [];
        let nowMs = 0;
        const wait = (ms: number): void => {
          nowMs += ms;
          pass(ms);
        };
        const counting = {
          ...outlet,
          write: (payload: string | Buffer) => {
            outlet.write(payload);
            if (String(written.at(-1)).startsWith('presence')) presencesAtMs.push(nowMs);
          },
        };
        for (const what of steps) {
          if (what.type === 'push') {
            const number = sends.length;
            const over = new AbortController();
            const [command, name] =
              what.kind === 0
                ? [presence(number), `presence ${number}`]
                : what.kind === 1
                  ? [allMembers(String(number)), `8 ${number}`]
                  : [voice(String(number)), `4 ${number}`];
            const send = { over, name, outcome: 'pending' };
            sends.push(send);
            push(command, { signal: over.signal, priority: what.high ? 'high' : 'normal' }).then(
              () => {
                send.outcome = 'sent';
              },
              ({ code }) => {
                send.outcome = code;
              },
            );
          } else if (what.type === 'abort') sends[what.index]?.over.abort();
          else if (what.type === 'pass') wait(what.ms);
          else if (what.type === 'attach') queue.attach(counting);
          else if (what.type === 'detach') queue.detach();
          else if (what.type === 'clear') queue.clear();
          else if (queue.identifyPresence() !== null) queue.sessionBegan();
        }
        queue.attach(counting);
        for (let turn = 0; turn < 10; turn += 1) wait(60_000);
        await new Promise(setImmediate);
        assert.deepEqual(
          sends.filter(({ outcome }) => outcome === 'pending'),
          [],
        );
        assert.equal(queue.length, 0);
        assert.equal(new Set(written).size, written.length, 'nothing is sent twice');
        for (const { name, outcome } of sends) {
          // A presence that is not sent has been overtaken by a later one, or went with Identify.
          if (outcome !== 'sent') assert.ok(!written.includes(name), `${name} was sent and is ${outcome}`);
          else if (!name.startsWith('presence')) assert.ok(written.includes(name), `${name} was not sent`);
        }
        presencesAtMs.forEach((atMs, index) => {
          assert.ok(atMs - (presencesAtMs[index - 5] ?? Number.NEGATIVE_INFINITY) >= 20_000);
        });
      }),
      { numRuns: 300 },
    );
  });
});
