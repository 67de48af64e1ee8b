import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from '../src/emitter.ts';

type Events = { readonly ping: readonly [value: number]; readonly pong: readonly [] };

function create(): { readonly emitter: Emitter<Events>; readonly failures: unknown[][] } {
  const failures: unknown[][] = [];
  const emitter = new Emitter<Events>({
    failed: (event, error) => failures.push([event, error]),
    pending: null,
  });
  return { emitter, failures };
}

describe('an emitter', () => {
  test('calls the handlers of an event in the order in which they were added', () => {
    const { emitter } = create();
    const seen: string[] = [];
    emitter.on('ping', (value) => seen.push(`first ${value}`));
    emitter.once('ping', (value) => seen.push(`once ${value}`));
    emitter.on('ping', (value) => seen.push(`last ${value}`));
    emitter.on('pong', () => seen.push('other'));
    emitter.emit('ping', 1);
    emitter.emit('ping', 2);
    assert.deepEqual(seen, ['first 1', 'once 1', 'last 1', 'first 2', 'last 2']);
  });

  test('forgets a handler by its remover, by using, and by off', () => {
    const { emitter } = create();
    let calls = 0;
    const handler = (): void => {
      calls += 1;
    };
    const remove = emitter.on('pong', handler);
    remove();
    remove();
    {
      using _scoped = emitter.on('pong', handler);
      assert.equal(emitter.has('pong'), true);
    }
    emitter.once('pong', handler);
    emitter.on('pong', handler);
    emitter.off('pong', handler);
    emitter.emit('pong');
    assert.equal(calls, 0);
    assert.equal(emitter.has('pong'), false);
  });

  test('gives an event to those who were there when it came', () => {
    const { emitter } = create();
    const seen: string[] = [];
    emitter.on('pong', () => {
      seen.push('first');
      removeSecond();
      emitter.on('pong', () => seen.push('late'));
    });
    const removeSecond = emitter.on('pong', () => seen.push('second'));
    emitter.emit('pong');
    assert.deepEqual(seen, ['first', 'second']);
  });

  test('calls a once handler once, also when it emits the event again', () => {
    const { emitter } = create();
    let calls = 0;
    emitter.once('pong', () => {
      calls += 1;
      emitter.emit('pong');
    });
    emitter.emit('pong');
    assert.equal(calls, 1);
  });

  test('reports what handlers throw and reject with, and goes on', async () => {
    const { emitter, failures } = create();
    const seen: string[] = [];
    emitter.on('ping', () => {
      throw new Error('thrown');
    });
    emitter.on('ping', async () => {
      await Promise.reject(new Error('rejected'));
    });
    emitter.on('ping', () => {
      throw undefined;
    });
    emitter.on('ping', () => seen.push('last'));
    emitter.emit('ping', 1);
    assert.deepEqual(seen, ['last']);
    await new Promise(setImmediate);
    assert.deepEqual(
      failures.map(([event, error]) => [event, error instanceof Error ? error.message : error]),
      [
        ['ping', 'thrown'],
        ['ping', undefined],
        ['ping', 'rejected'],
      ],
    );
  });

  test('gives a list of listeners that a change does not touch, and counts the changes', () => {
    const { emitter, failures } = create();
    const seen: string[] = [];
    const before = emitter.changes;
    const remove = emitter.on('ping', (value) => seen.push(`first ${value}`));
    emitter.once('ping', (value) => {
      seen.push(`once ${value}`);
      throw new Error('and fails');
    });
    assert.equal(emitter.changes, before + 2);
    const listeners = emitter.listeners('ping');
    remove();
    emitter.on('ping', (value) => seen.push(`late ${value}`));
    emitter.call(listeners, [1]);
    assert.deepEqual(seen, ['first 1', 'once 1']);
    assert.deepEqual(failures, [['ping', new Error('and fails')]]);
    assert.equal(emitter.changes, before + 5);
    assert.equal(emitter.listeners('ping').length, 1);
    assert.deepEqual(emitter.listeners('pong'), []);
  });
});
