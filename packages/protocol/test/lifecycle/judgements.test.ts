import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Intent } from '../../src/intents.ts';
import { type IdentifyRequest, readIdentify } from '../../src/lifecycle/identify-request.ts';
import {
  type IdentifyFacts,
  type IdentifyJudgement,
  judgeIdentify,
  judgeResume,
  type ResumeFacts,
} from '../../src/lifecycle/judgements.ts';
import { ReplayBuffer } from '../../src/lifecycle/replay-buffer.ts';

function request(fields: object = {}): IdentifyRequest {
  const read = readIdentify({ token: 't', properties: {}, intents: Intent.GUILDS, shard: [1, 4], ...fields });
  assert.ok(typeof read === 'object');
  return read;
}

function facts(changes: Partial<IdentifyFacts> = {}): IdentifyFacts {
  return {
    application: { privilegedIntents: 0 },
    guildsOnShard: () => 0,
    maxGuildsPerShard: 2_500,
    takeBucket: () => true,
    countStart: () => true,
    ...changes,
  };
}

/** In the order of the checks: what is wrong, and what it earns. */
const CHECKS: readonly {
  readonly name: string;
  readonly fields?: object;
  readonly facts?: Partial<IdentifyFacts>;
  readonly expect: IdentifyJudgement;
}[] = [
  { name: 'unknown token', facts: { application: null }, expect: { type: 'close', code: 4004 } },
  { name: 'invalid shard', fields: { shard: [4, 4] }, expect: { type: 'close', code: 4010 } },
  {
    name: 'privileged intent',
    fields: { intents: Intent.GUILD_MEMBERS },
    expect: { type: 'close', code: 4014 },
  },
  { name: 'too many guilds', facts: { guildsOnShard: () => 2_501 }, expect: { type: 'close', code: 4011 } },
  { name: 'bucket taken', facts: { takeBucket: () => false }, expect: { type: 'invalid-session' } },
  { name: 'starts used up', facts: { countStart: () => false }, expect: { type: 'token-reset' } },
];

test('a right Identify is accepted with its shard and intents', () => {
  assert.deepEqual(judgeIdentify(request(), facts()), {
    type: 'accept',
    shard: [1, 4],
    intents: Intent.GUILDS,
  });
  assert.deepEqual(judgeIdentify(request({ shard: undefined, intents: 0 }), facts()), {
    type: 'accept',
    shard: [0, 1],
    intents: 0,
  });
});

CHECKS.forEach(({ name, expect }, index) => {
  test(`${name}: judged before everything that follows it`, () => {
    const wrong = CHECKS.slice(index);
    const fields = Object.assign({}, ...wrong.map((check) => check.fields ?? {}));
    const changes = Object.assign({}, ...wrong.map((check) => check.facts ?? {}));
    assert.deepEqual(judgeIdentify(request(fields), facts(changes)), expect);
  });

  test(`${name}: enough by itself`, () => {
    const check = CHECKS[index];
    assert.deepEqual(judgeIdentify(request(check?.fields), facts(check?.facts)), expect);
  });
});

for (const intents of [undefined, null, '1', 1.5, -1, 1 << 18, 2 ** 40, Number.NaN, [1], true]) {
  test(`intents ${JSON.stringify(intents)}: 4013`, () => {
    assert.deepEqual(judgeIdentify(request({ intents }), facts()), { type: 'close', code: 4013 });
  });
}

test('malformed intents are judged after the shard and before the privileged ones', () => {
  assert.deepEqual(judgeIdentify(request({ intents: -1, shard: 'x' }), facts()), {
    type: 'close',
    code: 4010,
  });
  const mixed = Intent.GUILD_MEMBERS | (1 << 18);
  assert.deepEqual(judgeIdentify(request({ intents: mixed }), facts()), { type: 'close', code: 4013 });
});

test('a privileged intent passes when it is switched on, and only that one', () => {
  const application = { privilegedIntents: Intent.GUILD_MEMBERS };
  const members = request({ intents: Intent.GUILD_MEMBERS });
  const both = request({ intents: Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES });
  assert.equal(judgeIdentify(members, facts({ application })).type, 'accept');
  assert.deepEqual(judgeIdentify(both, facts({ application })), { type: 'close', code: 4014 });
});

test('a shard may hold as many guilds as the limit says', () => {
  assert.equal(judgeIdentify(request(), facts({ guildsOnShard: () => 2_500 })).type, 'accept');
});

test('the guilds are counted for the shard of the request', () => {
  const asked: unknown[] = [];
  const guildsOnShard = (shard: readonly [number, number]) => {
    asked.push(shard);
    return 0;
  };
  judgeIdentify(request({ shard: [2, 3] }), facts({ guildsOnShard }));
  assert.deepEqual(asked, [[2, 3]]);
});

test('a refused Identify uses up neither the bucket nor a start', () => {
  for (const { name, fields, facts: changes } of CHECKS.slice(0, 4)) {
    const untouched = () => assert.fail(`${name} touched a limit`);
    const judged = facts({ takeBucket: untouched, countStart: untouched, ...changes });
    assert.equal(judgeIdentify(request(fields), judged).type, 'close');
  }
  const countStart = () => assert.fail('a taken bucket counted a start');
  assert.equal(
    judgeIdentify(request(), facts({ takeBucket: () => false, countStart })).type,
    'invalid-session',
  );
});

/** A session at s=10 whose buffer reaches back to s=6; s=8 was never replayable. */
function session() {
  const replay = new ReplayBuffer<string>(5, 1_000);
  for (let seq = 1; seq <= 10; seq += 1) replay.push(seq === 8 ? null : `event ${seq}`, 1);
  return { seq: 10, replay };
}

function resumeFacts(changes: Partial<ResumeFacts<string>> = {}): ResumeFacts<string> {
  return { authorized: true, session: session(), strictSeq: false, closesLostReplay: false, ...changes };
}

test('a resume inside the buffer is answered with what was missed, in order', () => {
  assert.deepEqual(judgeResume(7, resumeFacts()), {
    type: 'accept',
    missed: [
      [9, 'event 9'],
      [10, 'event 10'],
    ],
  });
});

test('a resume at the last number has missed nothing', () => {
  assert.deepEqual(judgeResume(10, resumeFacts()), { type: 'accept', missed: [] });
});

test('the oldest number in reach is the one before the buffer', () => {
  const oldest = judgeResume(5, resumeFacts());
  assert.deepEqual(oldest.type === 'accept' && oldest.missed.map(([seq]) => seq), [6, 7, 9, 10]);
  assert.deepEqual(judgeResume(4, resumeFacts()), { type: 'invalid-session', why: 'missed-too-much' });
});

test('a resume of an unknown session, or without the right to it, is refused by op 9', () => {
  for (const strictSeq of [false, true]) {
    assert.deepEqual(judgeResume(7, resumeFacts({ session: null, strictSeq })), {
      type: 'invalid-session',
      why: 'no-such-session',
    });
    assert.deepEqual(judgeResume(7, resumeFacts({ authorized: false, strictSeq })), {
      type: 'invalid-session',
      why: 'no-such-session',
    });
  }
});

for (const seq of [11, -1, 7.5, Number.NaN, '7', null, undefined, [7], {}]) {
  test(`seq ${JSON.stringify(seq) ?? 'absent'} is impossible: op 9, or 4007 where asked for`, () => {
    assert.deepEqual(judgeResume(seq, resumeFacts()), { type: 'invalid-session', why: 'impossible-seq' });
    assert.deepEqual(judgeResume(seq, resumeFacts({ strictSeq: true })), {
      type: 'close',
      code: 4007,
      why: 'impossible-seq',
    });
  });
}

test('a number that the buffer has lost is no impossible one, even where 4007 is asked for', () => {
  assert.deepEqual(judgeResume(0, resumeFacts({ strictSeq: true })), {
    type: 'invalid-session',
    why: 'missed-too-much',
  });
});

test('events that are no longer kept are answered with 4007 where that is asked for', () => {
  assert.deepEqual(judgeResume(0, resumeFacts({ closesLostReplay: true })), {
    type: 'close',
    code: 4007,
    why: 'missed-too-much',
  });
});
