import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSend, EMPTY_SEND_WINDOW, type SendWindow } from '../../src/lifecycle/send-window.ts';

function counts(timesMs: readonly number[]): number[] {
  let window: SendWindow = EMPTY_SEND_WINDOW;
  return timesMs.map((nowMs) => {
    window = countSend(window, nowMs, 60_000);
    return window.count;
  });
}

for (const [name, timesMs, expected] of [
  ['payloads of one window are added up', [0, 1, 59_999], [1, 2, 3]],
  ['a window ends 60 s after its first payload', [0, 59_999, 60_000], [1, 2, 1]],
  ['a window opens with a payload, not with the clock', [30_000, 89_999, 90_000], [1, 2, 1]],
  ['a pause opens a new window late', [0, 200_000, 259_999, 260_000], [1, 1, 2, 1]],
  ['the edge of two windows may carry both', [0, 59_999, 60_000, 60_001], [1, 2, 1, 2]],
] as const) {
  test(name, () => assert.deepEqual(counts(timesMs), expected));
}
