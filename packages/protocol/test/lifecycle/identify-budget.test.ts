import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type IdentifyBudget, limitOf, observeLimit, spendStart } from '@guildhall/protocol';
import fc from 'fast-check';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000_000;
const FULL = { total: 1_000, remaining: 1_000, resetAfterMs: 0 };

function granted(budget: IdentifyBudget, reserve: number, nowMs: number): IdentifyBudget {
  const judgement = spendStart(budget, reserve, nowMs);
  assert.equal(judgement.type, 'granted');
  return judgement.type === 'granted' ? judgement.budget : budget;
}

describe('the budget of session starts', () => {
  test('counts a start, and a day from the first one', () => {
    const budget = granted(observeLimit(null, FULL, NOW_MS), 50, NOW_MS);
    assert.deepEqual(limitOf(budget, NOW_MS + 1_000), {
      total: 1_000,
      remaining: 999,
      resetAfterMs: DAY_MS - 1_000,
    });
  });

  test('refuses what would touch the reserve, until the starts are back', () => {
    const budget = observeLimit(null, { total: 1_000, remaining: 50, resetAfterMs: 60_000 }, NOW_MS);
    assert.deepEqual(spendStart(budget, 50, NOW_MS + 10_000), { type: 'refused', retryAfterMs: 50_000 });
    assert.equal(spendStart(budget, 49, NOW_MS).type, 'granted');
    assert.equal(granted(budget, 50, NOW_MS + 60_000).remaining, 999);
  });

  test('of nothing left and no time named is not taken for a full one', () => {
    const budget = observeLimit(null, { total: 1_000, remaining: 0, resetAfterMs: 0 }, NOW_MS);
    assert.deepEqual(spendStart(budget, 0, NOW_MS), { type: 'refused', retryAfterMs: 5_000 });
  });

  test('does not believe in a reset that is years away', () => {
    const budget = observeLimit(null, { total: 1_000, remaining: 0, resetAfterMs: 1e15 }, NOW_MS);
    assert.deepEqual(spendStart(budget, 0, NOW_MS), { type: 'refused', retryAfterMs: 7 * DAY_MS });
  });

  test('takes over what others have spent, and gives back nothing within a window', () => {
    let budget = granted(observeLimit(null, FULL, NOW_MS), 0, NOW_MS);
    budget = observeLimit(budget, { total: 1_000, remaining: 700, resetAfterMs: 5_000 }, NOW_MS);
    assert.equal(budget.remaining, 700);
    budget = observeLimit(budget, { total: 1_000, remaining: 900, resetAfterMs: 5_000 }, NOW_MS + 1_000);
    assert.equal(budget.remaining, 700);
    budget = observeLimit(budget, FULL, NOW_MS + 6_000);
    assert.equal(budget.remaining, 1_000);
  });

  test('grows with the total, less what was spent', () => {
    const budget = granted(observeLimit(null, FULL, NOW_MS), 0, NOW_MS);
    const grown = observeLimit(budget, { total: 2_000, remaining: 2_000, resetAfterMs: 5_000 }, NOW_MS);
    assert.equal(grown.remaining, 1_999);
  });

  test('grants in each window no more than the total without the reserve', () => {
    const spending = fc.record({
      total: fc.integer({ min: 1, max: 30 }),
      reserve: fc.nat(10),
      gapsMs: fc.array(fc.nat(DAY_MS / 10), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(spending, ({ total, reserve, gapsMs }) => {
        let nowMs = NOW_MS;
        let budget = observeLimit(null, { total, remaining: total, resetAfterMs: 0 }, nowMs);
        let firstAtMs = Number.NEGATIVE_INFINITY;
        let count = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          const judgement = spendStart(budget, reserve, nowMs);
          if (judgement.type === 'refused') {
            assert.ok(judgement.retryAfterMs > 0);
            continue;
          }
          if (nowMs - firstAtMs >= DAY_MS) {
            firstAtMs = nowMs;
            count = 0;
          }
          count += 1;
          assert.ok(count <= Math.max(0, total - reserve), `${count} of ${total} - ${reserve}`);
          budget = judgement.budget;
        }
      }),
    );
  });
});
