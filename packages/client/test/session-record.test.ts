import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  judgeRecord,
  originOf,
  type RecordRefusal,
  recordOf,
  type SessionRecord,
} from '../src/session-record.ts';
import { TOKEN } from './support/fixtures.ts';

const NOW_MS = 1_800_000_000_000;
const GATEWAY = 'wss://gateway.discord.gg/';
const ORIGIN = originOf(TOKEN, 513, GATEWAY);
const SESSION = { id: 'session-1', resumeGatewayUrl: 'wss://resume.discord.gg/', seq: 7 };
const KEPT = { shardCount: 2, byShard: new Map([[1, SESSION]]) };
const LIMIT = { total: 1_000, remaining: 900, resetAfterMs: 3_600_000 };
const RECORD = recordOf(KEPT, ORIGIN, LIMIT, NOW_MS);
const EXPECTED = { origin: ORIGIN, shardCount: 2, maxAgeMs: 600_000, nowMs: NOW_MS + 1_000 };

function throughJson(change: object): unknown {
  return JSON.parse(JSON.stringify({ ...RECORD, ...change }));
}

function withSession(change: object): object {
  return { sessions: [{ shard: 1, ...SESSION, ...change }] };
}

describe('a session record', () => {
  test('gives back what went in, through JSON', () => {
    assert.deepEqual(judgeRecord(throughJson({}), EXPECTED), {
      kept: KEPT,
      refusal: null,
      startLimit: { total: 1_000, remaining: 900, resetAfterMs: 3_599_000 },
    });
  });

  test('holds neither the token nor a part of its secret', () => {
    const text = JSON.stringify(RECORD);
    for (const part of TOKEN.split('.').slice(1)) assert.ok(!text.includes(part));
    assert.equal(RECORD.origin.bot, '198622483471925248');
  });

  const otherBot = originOf(`${Buffer.from('42').toString('base64url')}.a.b`, 513, GATEWAY);
  const unnamed = originOf('not-a-discord-token', 513, GATEWAY);
  const rows: readonly (readonly [
    what: string,
    change: object,
    refusal: RecordRefusal,
    budget: 'kept' | 'lost',
  ])[] = [
    ['of a later version', { version: 2, shards: [] }, 'version', 'lost'],
    ['of another bot', { origin: otherBot }, 'bot', 'lost'],
    ['of a bot without a readable id', { origin: unnamed }, 'bot', 'lost'],
    ['of another gateway', { origin: { ...ORIGIN, gateway: 'ws://127.0.0.1:1/' } }, 'gateway', 'lost'],
    ['from before a reset of the token', { origin: { ...ORIGIN, tokenHash: '0' } }, 'token', 'kept'],
    ['of other intents', { origin: { ...ORIGIN, intents: 1 } }, 'intents', 'kept'],
    ['of another number of shards', { shardCount: 3 }, 'shard-count', 'kept'],
    ['that is too old', { savedAtMs: NOW_MS - 600_000 }, 'age', 'kept'],
    ['from the future', { savedAtMs: NOW_MS + 120_000 }, 'age', 'kept'],
    ['with a shard that cannot be', withSession({ shard: 2 }), 'malformed', 'lost'],
    ['with a fractional seq', withSession({ seq: 1.5 }), 'malformed', 'lost'],
    ['with an empty id', withSession({ id: '' }), 'malformed', 'lost'],
    ['with an endless address', withSession({ resumeGatewayUrl: 'x'.repeat(3_000) }), 'malformed', 'lost'],
    ['with one shard twice', { sessions: [...RECORD.sessions, ...RECORD.sessions] }, 'malformed', 'lost'],
    [
      'with more starts left than there are',
      { identifyBudget: { total: 1, remaining: 2, resetAtMs: 0 } },
      'malformed',
      'lost',
    ],
  ];
  for (const [what, change, refusal, budget] of rows) {
    test(`${what} is refused, its count of session starts is ${budget}`, () => {
      const judgement = judgeRecord(throughJson(change), EXPECTED);
      assert.equal(judgement.refusal, refusal);
      assert.equal(judgement.kept, null);
      assert.equal(judgement.startLimit !== null, budget === 'kept');
    });
  }

  test('of anything at all is refused without an error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.equal(judgeRecord(value, EXPECTED).kept, null);
      }),
    );
  });

  test('with any one field replaced is either as good as before, or refused', () => {
    const fields = Object.keys(RECORD) as (keyof SessionRecord)[];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const { kept, refusal } = judgeRecord({ ...RECORD, [field]: value }, EXPECTED);
        assert.equal(kept === null, refusal !== null);
        for (const session of kept?.byShard.values() ?? []) assert.deepEqual(session, SESSION);
      }),
    );
  });

  test('does not remember session starts that are back', () => {
    const later = { ...EXPECTED, nowMs: NOW_MS + 3_600_001 };
    assert.equal(judgeRecord(RECORD, later).startLimit, null);
  });
});
