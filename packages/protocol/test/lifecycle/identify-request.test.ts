import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readIdentify, readResume, readShard } from '../../src/lifecycle/identify-request.ts';

const NAMED = { os: 'linux', browser: 'lib', device: 'lib' };

/** Identify as libraries really send it. */
const LIBRARIES: readonly { readonly name: string; readonly d: object; readonly expect: object }[] = [
  {
    name: 'discord.py',
    d: {
      token: 'abc',
      properties: { os: 'linux', browser: 'discord.py', device: 'discord.py' },
      compress: true,
      large_threshold: 250,
      shard: [0, 2],
      presence: { status: 'online', game: { name: 'x', type: 0 }, since: 0, afk: false },
      intents: 513,
    },
    expect: {
      token: 'abc',
      properties: { os: 'linux', browser: 'discord.py', device: 'discord.py' },
      compress: true,
      largeThreshold: 250,
      shard: [0, 2],
      presence: { status: 'online', game: { name: 'x', type: 0 }, since: 0, afk: false },
      intents: 513,
    },
  },
  {
    name: 'discordgo',
    d: {
      token: 'Bot abc',
      properties: {
        $os: 'linux',
        $browser: 'DiscordGo v0.29.0',
        $device: '',
        $referer: '',
        $referring_domain: '',
      },
      compress: true,
      large_threshold: 250,
      shard: [0, 1],
      presence: { since: 0, game: { name: '', type: 0 }, status: '', afk: false },
      intents: 98_303,
    },
    expect: {
      token: 'abc',
      properties: { os: 'linux', browser: 'DiscordGo v0.29.0', device: '' },
      compress: true,
      largeThreshold: 250,
      shard: [0, 1],
      presence: { since: 0, game: { name: '', type: 0 }, status: '', afk: false },
      intents: 98_303,
    },
  },
  {
    name: 'serenity',
    d: {
      token: 'abc',
      shard: [0, 1],
      intents: 1,
      compress: true,
      large_threshold: 250,
      properties: { os: 'linux', browser: 'serenity', device: 'serenity' },
      presence: {
        afk: false,
        status: 'online',
        since: { secs_since_epoch: 1_700_000_000, nanos_since_epoch: 5 },
        activities: [],
      },
    },
    expect: {
      token: 'abc',
      properties: { os: 'linux', browser: 'serenity', device: 'serenity' },
      compress: true,
      largeThreshold: 250,
      shard: [0, 1],
      presence: {
        afk: false,
        status: 'online',
        since: { secs_since_epoch: 1_700_000_000, nanos_since_epoch: 5 },
        activities: [],
      },
      intents: 1,
    },
  },
  {
    name: 'eris',
    d: {
      token: 'abc',
      v: 10,
      compress: false,
      large_threshold: 250,
      intents: 3,
      properties: { os: 'linux', browser: 'Eris', device: 'Eris' },
    },
    expect: {
      token: 'abc',
      properties: { os: 'linux', browser: 'Eris', device: 'Eris' },
      compress: false,
      largeThreshold: 250,
      shard: undefined,
      presence: undefined,
      intents: 3,
    },
  },
];

for (const { name, d, expect } of LIBRARIES) {
  test(`Identify of ${name} is read`, () =>
    assert.deepEqual(readIdentify(d), { ...expect, capabilities: 0 }));
}

test('absent optional fields have their defaults', () => {
  assert.deepEqual(readIdentify({ token: 't', properties: NAMED, shard: null, presence: null }), {
    token: 't',
    properties: NAMED,
    compress: false,
    largeThreshold: 50,
    shard: undefined,
    intents: undefined,
    presence: undefined,
    capabilities: 0,
  });
});

test('capabilities are bits, or none', () => {
  const read = (capabilities: unknown) => readIdentify({ token: 't', properties: NAMED, capabilities });
  for (const [sent, expected] of [
    [32_768, 32_768],
    ['32768', 0],
    [1.5, 0],
    [null, 0],
  ] as const) {
    const request = read(sent);
    assert.ok(typeof request === 'object');
    assert.equal(request.capabilities, expected);
  }
});

for (const [sent, read] of [
  [1, 25],
  [25, 25],
  [50, 50],
  [99.9, 99],
  [250, 250],
  [100_000, 250],
  [-3, 25],
  ['250', 50],
  [null, 50],
  [Number.NaN, 50],
  [Number.POSITIVE_INFINITY, 50],
] as const) {
  test(`large_threshold ${sent} counts as ${read}`, () => {
    const request = readIdentify({ token: 't', properties: {}, large_threshold: sent });
    assert.equal(typeof request === 'object' && request.largeThreshold, read);
  });
}

test('only true asks for compression', () => {
  for (const compress of [1, 'true', {}, null, undefined]) {
    const request = readIdentify({ token: 't', properties: {}, compress });
    assert.equal(typeof request === 'object' && request.compress, false);
  }
});

test('properties that are no strings are empty, and long ones are cut', () => {
  const request = readIdentify({ token: 't', properties: { os: 5, browser: 'x'.repeat(5_000) } });
  assert.ok(typeof request === 'object');
  assert.deepEqual(request.properties, { os: '', browser: 'x'.repeat(200), device: '' });
});

test('what is no object is a decode error; a missing required field is an unknown payload', () => {
  for (const d of [null, undefined, 1, 'x', true, []]) {
    assert.equal(readIdentify(d), 4002);
    assert.equal(readResume(d), 4002);
  }
  for (const d of [{}, { token: 't' }, { token: null, properties: {} }, { token: 't', properties: [] }]) {
    assert.equal(readIdentify(d), 4001, JSON.stringify(d));
  }
  for (const d of [{}, { token: 't' }, { session_id: 's' }, { token: 't', session_id: 5 }]) {
    assert.equal(readResume(d), 4001, JSON.stringify(d));
  }
});

test('Resume is read with its seq as sent', () => {
  for (const seq of [0, 7, '7', null]) {
    assert.deepEqual(readResume({ token: 'Bot abc', session_id: 's', seq }), {
      token: 'abc',
      sessionId: 's',
      seq,
    });
  }
});

test('only the exact prefix is taken off a token', () => {
  for (const [sent, read] of [
    ['Bot abc', 'abc'],
    ['abc', 'abc'],
    ['bot abc', 'bot abc'],
    ['Bot Bot abc', 'Bot abc'],
    ['Bearer abc', 'Bearer abc'],
  ]) {
    const request = readResume({ token: sent, session_id: 's', seq: 1 });
    assert.equal(typeof request === 'object' && request.token, read);
  }
});

for (const [sent, read] of [
  [undefined, [0, 1]],
  [
    [0, 1],
    [0, 1],
  ],
  [
    [15, 16],
    [15, 16],
  ],
  [
    [999_999, 1_000_000],
    [999_999, 1_000_000],
  ],
  [[1, 1], null],
  [[-1, 2], null],
  [[0, 0], null],
  [[0, 1_000_001], null],
  [[0.5, 2], null],
  [['0', '1'], null],
  [[0], null],
  [[0, 1, 2], null],
  [null, null],
  ['0,1', null],
  [{ 0: 0, 1: 1, length: 2 }, null],
] as const) {
  test(`shard ${JSON.stringify(sent) ?? 'absent'} is ${JSON.stringify(read)}`, () => {
    assert.deepEqual(readShard(sent), read);
  });
}

test('no value makes a reader throw', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (value) => {
      readIdentify(value);
      readResume(value);
      readShard(value);
      readIdentify({ token: 't', properties: value, shard: value, large_threshold: value });
    }),
  );
});
