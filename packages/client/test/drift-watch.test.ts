import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { DriftWatch, type Gap } from '../src/drift-watch.ts';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, quickClient } from './support/fixtures.ts';

/** A watch whose process passes time as told. */
function watched() {
  mock.timers.enable({ apis: ['setInterval'] });
  const clocks = { awake: 50_000, elapsed: 9_000_000 };
  const gaps: Gap[] = [];
  const watch = new DriftWatch((gap) => gaps.push(gap), {
    awakeMs: () => clocks.awake,
    elapsedMs: () => clocks.elapsed,
  });
  watch.start();
  /** One second by the timer's clock, in which so much more time passes. */
  const second = ({ blockedMs = 0, sleptMs = 0 } = {}): void => {
    clocks.awake += 1_000 + blockedMs;
    clocks.elapsed += 1_000 + blockedMs + sleptMs;
    mock.timers.tick(1_000);
  };
  return { watch, gaps, second, [Symbol.dispose]: () => mock.timers.reset() };
}

describe('the drift watch', () => {
  test('measures how late the event loop is, and tells nobody of short stalls', () => {
    using story = watched();
    story.second();
    assert.deepEqual(story.watch.lag, { lastMs: 0, maxMs: 0 });
    story.second({ blockedMs: 9_999 });
    assert.deepEqual(story.watch.lag, { lastMs: 9_999, maxMs: 9_999 });
    story.second({ blockedMs: 20 });
    assert.deepEqual(story.watch.lag, { lastMs: 20, maxMs: 9_999 });
    assert.deepEqual(story.gaps, []);
    story.watch.start();
    assert.deepEqual(story.watch.lag, { lastMs: 0, maxMs: 0 });
  });

  test('tells of a long stall, and since when it may have lasted', () => {
    using story = watched();
    story.second();
    story.second({ blockedMs: 10_000 });
    assert.deepEqual(story.gaps, [{ ms: 10_000, sinceMs: 51_000 }]);
  });

  test('tells of a sleep that the clock of timers has not seen, and calls it no lag', () => {
    using story = watched();
    story.second({ sleptMs: 3_600_000 });
    assert.deepEqual(story.gaps, [{ ms: 3_600_000, sinceMs: 50_000 }]);
    assert.equal(story.watch.lag.maxMs, 0);
    story.second();
    assert.equal(story.gaps.length, 1);
  });

  test('looks no more once it is stopped', () => {
    using story = watched();
    story.watch.stop();
    story.second({ sleptMs: 3_600_000 });
    assert.deepEqual(story.gaps, []);
  });
});

test('a client measures the lag of its loop while it is open', async () => {
  await using gateway = await FakeGateway.start();
  await using client = quickClient(gateway);
  assert.deepEqual(client.loopLag, { lastMs: 0, maxMs: 0 });
  const opening = client.open();
  const peer = await gateway.accept();
  await peer.welcome();
  await opening;
  const blockedUntilMs = performance.now() + 1_200;
  while (performance.now() < blockedUntilMs);
  const typing = collect(client, 'TYPING_START');
  peer.dispatch('TYPING_START', 2);
  await typing.take();
  assert.ok(client.loopLag.maxMs >= 100, `${client.loopLag.maxMs} ms`);
  assert.equal(client.shards.get(0)?.phase, 'live');
});
