import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { AbortedError, LocalIdentifyGate, type Release } from '@guildhall/client';

const BUCKET_MS = 5_000;
const NEVER = new AbortController().signal;

/** Lets the promises settle that the last call has decided. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

interface Watched {
  granted: Release | null;
}

function claim(gate: LocalIdentifyGate, shardId: number, signal: AbortSignal = NEVER): Watched {
  const watched: Watched = { granted: null };
  gate.acquire(shardId, signal).then(
    (release) => {
      watched.granted = release;
    },
    () => {},
  );
  return watched;
}

describe('the identify gate of a process', () => {
  beforeEach((context) => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    if ('after' in context) context.after(() => mock.timers.reset());
  });

  test('grants the first claim at once, the next a pause after the release', async () => {
    const gate = new LocalIdentifyGate(1, BUCKET_MS);
    const first = claim(gate, 0);
    const second = claim(gate, 1);
    await settle();
    assert.ok(first.granted);
    mock.timers.tick(2_000);
    first.granted();
    mock.timers.tick(BUCKET_MS - 1);
    await settle();
    assert.equal(second.granted, null, 'the pause is not over');
    mock.timers.tick(1);
    await settle();
    assert.ok(second.granted);
  });

  test('does not grant while the former holder waits for READY, however long', async () => {
    const gate = new LocalIdentifyGate(1, BUCKET_MS);
    const first = claim(gate, 0);
    const second = claim(gate, 1);
    await settle();
    mock.timers.tick(60_000);
    await settle();
    assert.equal(second.granted, null);
    first.granted?.();
    await settle();
    assert.equal(second.granted, null, 'READY says that the identify was counted only now');
    mock.timers.tick(BUCKET_MS);
    await settle();
    assert.ok(second.granted);
  });

  test('has one bucket for each shardId % maxConcurrency', async () => {
    const gate = new LocalIdentifyGate(2, BUCKET_MS);
    const claims = [0, 1, 2, 3].map((id) => claim(gate, id));
    await settle();
    assert.deepEqual(
      claims.map(({ granted }) => granted !== null),
      [true, true, false, false],
    );
    claims[1]?.granted?.();
    mock.timers.tick(BUCKET_MS);
    await settle();
    assert.deepEqual(
      claims.map(({ granted }) => granted !== null),
      [true, true, false, true],
    );
  });

  test('withdraws the claim of an aborted signal, and goes on with the next', async () => {
    const gate = new LocalIdentifyGate(1, BUCKET_MS);
    const controller = new AbortController();
    const first = claim(gate, 0);
    const aborted = gate.acquire(1, controller.signal);
    const third = claim(gate, 2);
    await settle();
    controller.abort('enough');
    await assert.rejects(aborted, (error) => error instanceof AbortedError && error.cause === 'enough');
    await assert.rejects(gate.acquire(3, AbortSignal.abort()), AbortedError);
    first.granted?.();
    mock.timers.tick(BUCKET_MS);
    await settle();
    assert.ok(third.granted);
  });

  test('ignores a second release', async () => {
    const gate = new LocalIdentifyGate(1, 0);
    const first = claim(gate, 0);
    const second = claim(gate, 1);
    const third = claim(gate, 2);
    await settle();
    first.granted?.();
    first.granted?.();
    await settle();
    assert.ok(second.granted);
    assert.equal(third.granted, null);
  });

  test('leaves no timer when nobody waits', async () => {
    mock.timers.reset();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const gate = new LocalIdentifyGate(1, BUCKET_MS);
    const controller = new AbortController();
    (await gate.acquire(0, NEVER))();
    const waiting = assert.rejects(gate.acquire(1, controller.signal), AbortedError);
    controller.abort();
    await waiting;
    assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
  });
});
