import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloseCode, isSendableCloseCode } from '../src/index.ts';

test('codes that no close frame of a server may carry are known', () => {
  const refused = [0, 999, 1004, 1005, 1006, 1010, 1015, 2999, 5000, 4000.5, Number.NaN];
  assert.deepEqual(refused.filter(isSendableCloseCode), []);
  const sendable = [1011, 1012, 3000, 4999, ...Object.values(CloseCode)];
  assert.deepEqual(sendable.filter(isSendableCloseCode), sendable);
});
