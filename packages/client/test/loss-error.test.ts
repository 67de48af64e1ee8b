import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLossError, OpenDeadlineError } from '@guildhall/client';
import { LOSS_CAUSES } from '@guildhall/protocol';

const QUIET = { shardId: 3, closeCode: null, reason: null };

test('every cause of a loss has a code of its own, and a message with shard, cause and cure', () => {
  const codes = new Set<string>();
  for (const cause of LOSS_CAUSES) {
    const error = new ConnectionLossError({ ...QUIET, cause });
    assert.match(error.code, /^[A-Z_]+$/);
    codes.add(error.code);
    assert.match(error.message, /^Shard 3: .+\. [A-Z].+/);
    assert.doesNotMatch(error.message, /undefined|null/);
  }
  assert.equal(codes.size, LOSS_CAUSES.length);
});

test('a loss says what the server said', () => {
  const loss = { shardId: 0, cause: 'closed-by-server', closeCode: 4000, reason: 'Unknown error.' } as const;
  assert.equal(
    new ConnectionLossError(loss).message,
    'Shard 0: the gateway closed the connection with 4000 (Unknown error.). Nothing has to be done',
  );
});

test('an open that ran out of time says what was lost last', () => {
  const loss = new ConnectionLossError({ ...QUIET, cause: 'connect-deadline' });
  const error = new OpenDeadlineError(5_000, [3], loss);
  assert.equal(error.cause, loss);
  assert.match(error.message, /within 5000 ms; missing: 3\. Last loss: Shard 3: no connection/);
  assert.equal(new OpenDeadlineError(5_000, [3], null).cause, undefined);
});
