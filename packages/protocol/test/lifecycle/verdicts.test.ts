import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientCloseCode, CloseCode } from '../../src/close-codes.ts';
import { sessionSurvivesClientClose, type Verdict, verdictOf } from '../../src/verdicts.ts';

type Row = readonly [
  code: number,
  next: Verdict['next'],
  session: Verdict['session'],
  scope: Verdict['scope'],
];

const ROWS: readonly Row[] = [
  [1000, 'resume', 'kept', 'shard'],
  [1001, 'resume', 'kept', 'shard'],
  [4000, 'resume', 'kept', 'shard'],
  [4001, 'resume', 'kept', 'shard'],
  [4002, 'resume', 'kept', 'shard'],
  [4003, 'identify', 'gone', 'application'],
  [4004, 'stop', 'gone', 'application'],
  [4005, 'resume', 'kept', 'shard'],
  [4006, 'identify', 'gone', 'shard'],
  [4007, 'identify', 'gone', 'shard'],
  [4008, 'resume', 'kept', 'shard'],
  [4009, 'identify', 'gone', 'shard'],
  [4010, 'stop', 'gone', 'application'],
  [4011, 'stop', 'gone', 'application'],
  [4012, 'stop', 'gone', 'application'],
  [4013, 'stop', 'gone', 'application'],
  [4014, 'stop', 'gone', 'application'],
];

for (const [code, next, session, scope] of ROWS) {
  test(`${code}: ${next}, the session is ${session}, it concerns the ${scope}`, () => {
    const verdict = verdictOf(code);
    assert.deepEqual(
      [verdict.closeCode, verdict.next, verdict.session, verdict.scope],
      [code, next, session, scope],
    );
  });
}

test('every close code that the server sends has a row', () => {
  const rows = new Set(ROWS.map(([code]) => code));
  for (const code of Object.values(CloseCode)) assert.ok(rows.has(code), String(code));
});

for (const code of [null, 1005, 1006, 1012, 3000, 4015, 4016, 4999]) {
  test(`${code ?? 'no code'}: not in the table, so try to resume`, () => {
    const { next, session, scope, stop } = verdictOf(code);
    assert.deepEqual([next, session, scope, stop], ['resume', 'kept', 'shard', null]);
  });
}

test('a stop has a stable name, and nothing else has', () => {
  const names = ROWS.flatMap(([code, next]) => {
    const { stop } = verdictOf(code);
    assert.equal(stop !== null, next === 'stop', String(code));
    return stop === null ? [] : [`${code} ${stop}`];
  });
  assert.deepEqual(names, [
    '4004 AUTHENTICATION_FAILED',
    '4010 INVALID_SHARD',
    '4011 SHARDING_REQUIRED',
    '4012 INVALID_API_VERSION',
    '4013 INVALID_INTENTS',
    '4014 DISALLOWED_INTENTS',
  ]);
});

test('a session that is gone is never resumed, and one that is kept is', () => {
  for (const [code] of ROWS) {
    const { next, session } = verdictOf(code);
    assert.equal(next === 'resume', session === 'kept', String(code));
  }
});

test('reasons fit a close frame', () => {
  for (const [code] of ROWS) assert.ok(Buffer.byteLength(verdictOf(code).reason) <= 123, String(code));
});

test('1000 and 1001 of a client end its session; every other close keeps it', () => {
  for (const code of [1000, 1001]) assert.equal(sessionSurvivesClientClose(code), false, String(code));
  for (const code of [null, 1005, 1006, 1012, 3010, 4000, 4200, 4999]) {
    assert.equal(sessionSurvivesClientClose(code), true, String(code));
  }
  assert.equal(sessionSurvivesClientClose(ClientCloseCode.END_SESSION), false);
  assert.equal(sessionSurvivesClientClose(ClientCloseCode.KEEP_SESSION), true);
  assert.equal(sessionSurvivesClientClose(ClientCloseCode.DECODE_FAILURE), true);
});
