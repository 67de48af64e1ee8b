import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_SHARD_TIMING, DISPATCH_NAMES } from '@guildhall/client';
import { initialShardState } from '@guildhall/protocol/client';
import { ShardWatch } from '../../src/watching/shard-watch.ts';
import { agedReport } from '../../src/workers/aged-report.ts';
import { ClaimDesk } from '../../src/workers/claim-desk.ts';
import { RestartGovernor } from '../../src/workers/restart-governor.ts';
import { WantedBoard } from '../../src/workers/wanted-board.ts';

describe('a restart governor', () => {
  test('starts anew at once, then later and later, and gives up after five in a minute', () => {
    let nowMs = 0;
    const governor = new RestartGovernor(() => nowMs);
    const delays = Array.from({ length: 6 }, () => governor.next());
    assert.deepEqual(delays, [0, 250, 500, 1_000, 2_000, null]);
    nowMs = 60_000;
    assert.equal(governor.next(), 0, 'a minute later all is as before');
    for (let ends = 0; ends < 5; ends += 1) governor.next();
    assert.equal(governor.next(), null);
    governor.reset();
    assert.equal(governor.next(), 0);
  });
});

describe('a board of wanted events', () => {
  test('is one for all threads that share its memory', () => {
    const board = new WantedBoard();
    const other = new WantedBoard(board.memory);
    assert.deepEqual(
      DISPATCH_NAMES.filter((name) => other.wants(name)),
      [],
    );
    board.update((name) => name === 'TYPING_START');
    assert.deepEqual(
      DISPATCH_NAMES.filter((name) => other.wants(name)),
      ['TYPING_START'],
    );
    assert.ok(!other.wants('MADE_UP'));
    board.update(() => true);
    assert.ok(other.wants('MADE_UP'));
  });
});

describe('a report', () => {
  test('grows older, and its next dial comes nearer', () => {
    const setup = {
      gatewayUrl: 'ws://127.0.0.1/',
      timing: DEFAULT_SHARD_TIMING,
      resumeUrlPolicy: 'any' as const,
      renewsToken: false,
    };
    const fresh = new ShardWatch(3).report(initialShardState(setup, null), 0);
    const report = { ...fresh, phaseAgeMs: 5, lastFrameAgeMs: 1, retryInMs: 60 };
    const aged = agedReport(report, 50);
    assert.deepEqual(aged, { ...report, phaseAgeMs: 55, lastFrameAgeMs: 51, retryInMs: 10 });
    assert.equal(agedReport(report, 100).retryInMs, 0);
    assert.equal(aged.lastDispatchAgeMs, null);
  });
});

describe('claims of a worker', () => {
  test('give their slots back when they are over, when they were withdrawn, and when the worker is gone', async () => {
    const held = new Set<number>();
    const grants: (() => void)[] = [];
    const desk = new ClaimDesk({
      acquire: async (shardId) => {
        await new Promise<void>((resolve) => grants.push(resolve));
        held.add(shardId);
        return () => held.delete(shardId);
      },
    });
    const claims = [1, 2, 3].map((call) => desk.claim(call, 10 + call));
    desk.over(2);
    for (const grant of grants) grant();
    await Promise.all(claims);
    assert.deepEqual([...held], [11, 13], 'one that was withdrawn holds nothing');
    desk.over(1);
    assert.deepEqual([...held], [13]);
    desk.allOver();
    assert.deepEqual([...held], []);
    desk.over(3);
  });

  test('are refused with what the gate says', async () => {
    const desk = new ClaimDesk({ acquire: () => Promise.reject(new RangeError('no')) });
    await assert.rejects(desk.claim(1, 1), RangeError);
    desk.allOver();
  });
});
