import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatewayClient } from '@guildhall/client';
import { findingsText } from '../src/doctor.ts';
import { eventLine } from '../src/event-line.ts';
import { ratesLine } from '../src/event-rates.ts';
import { printable } from '../src/printable.ts';

const CONTEXT = { shard: 3, seq: 12, replayed: true, receivedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) };

describe('an event as a line', () => {
  test('says when, where, who and what', () => {
    const data = { id: '9', guild_id: '1', channel_id: '2', author: { username: 'ada' }, content: 'hello' };
    assert.equal(
      eventLine('MESSAGE_CREATE', data, CONTEXT),
      '03:04:05.678    3      12* MESSAGE_CREATE                     guild=1 channel=2 id=9 ada "hello"',
    );
  });

  for (const data of [null, undefined, 7, [], {}, { id: 5, content: {}, author: 'x' }]) {
    test(`of ${JSON.stringify(data)} has no details`, () => {
      assert.match(eventLine('READY', data, CONTEXT), / 12\* READY$/);
    });
  }

  test('cannot command the terminal, nor run on', () => {
    const content = `\x1b]0;title\x07\n${'é'.repeat(500)}`;
    const line = eventLine('A\x1b[2J\u202e', { content }, CONTEXT);
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    assert.ok(line.length < 200);
  });
});

test('text of the wire is cut before it is looked through, and never in the middle of a character', () => {
  assert.equal(printable('a\tb\u2028c'), 'a·b·c');
  assert.equal(printable('abcdef', 4), 'abc…');
  assert.ok(printable(`ab${'😀'.repeat(9)}`, 4).isWellFormed());
});

test('rates are of what has come between two reports', () => {
  const before = new GatewayClient({ token: 'x', intents: 0 }).state;
  const event = { parsed: 0, raw: 0, skipped: 0, shed: 0, timed: 0, timedMs: 0, slowestMs: 0 };
  const busy = {
    ...before,
    atMs: before.atMs + 2_000,
    events: [
      { ...event, name: 'TYPING_START', skipped: 3 },
      { ...event, name: 'MESSAGE_CREATE', parsed: 30 },
    ],
  };
  assert.equal(ratesLine(before, { ...before, atMs: before.atMs + 2_000 }), null);
  assert.match(
    ratesLine(before, busy) ?? '',
    /^-- 17 events\/s: MESSAGE_CREATE 15, TYPING_START 1\.5 {2}\| {2}0\.0 kB\/s {2}\| {2}latency not known yet$/,
  );
  assert.equal(ratesLine(busy, { ...busy, atMs: busy.atMs + 1 }), null);
});

test('findings are printed with their cure, and summed up', () => {
  const text = findingsText([
    { code: 'GATEWAY_UNREACHABLE', severity: 'error', seen: 'closed (\x1b[2J)', cure: 'Wait.' },
    { code: 'TOKEN_ACCEPTED', severity: 'ok', seen: 'It answers.', cure: null },
  ]);
  assert.equal(
    text,
    [
      'ERROR    GATEWAY_UNREACHABLE: closed (·[2J)',
      '         -> Wait.',
      'ok       TOKEN_ACCEPTED: It answers.',
      '',
      '1 error(s), 0 warning(s)',
      '',
    ].join('\n'),
  );
});
