import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayIntentBits } from 'discord-api-types/v10';
import fc from 'fast-check';
import {
  disallowedIntents,
  Intent,
  type IntentName,
  intentNames,
  isValidIntents,
  PRIVILEGED_INTENTS,
  PRIVILEGED_INTENTS_MASK,
  resolveIntents,
  VALID_INTENTS,
} from '../src/intents.ts';

const DOCUMENTED_MASK = 53_608_447;
/** Not in the documentation, taken by Discord. */
const UNDOCUMENTED: readonly IntentName[] = ['GUILD_EMBEDDED_ACTIVITIES', 'DIRECT_EMBEDDED_ACTIVITIES'];

const names = Object.keys(Intent).filter((name): name is IntentName => name in Intent);

test('the bits are those of discord-api-types, and the two undocumented ones', () => {
  const theirs = Object.values(GatewayIntentBits).filter((value) => typeof value === 'number');
  const ours = names.filter((name) => !UNDOCUMENTED.includes(name)).map((name) => Intent[name]);
  assert.deepEqual(
    ours.sort((a, b) => a - b),
    [...new Set(theirs)].sort((a, b) => a - b),
  );
});

test('the masks are those of the documentation', () => {
  assert.equal(VALID_INTENTS, DOCUMENTED_MASK + (1 << 17) + (1 << 26));
  assert.equal(PRIVILEGED_INTENTS_MASK, 33_026);
  assert.equal(resolveIntents(PRIVILEGED_INTENTS), PRIVILEGED_INTENTS_MASK);
});

for (const [value, valid] of [
  [0, true],
  [VALID_INTENTS, true],
  [1 << 17, true],
  [1 << 18, false],
  [1 << 27, false],
  [2 ** 31, false],
  [2 ** 32, false],
  [2 ** 32 + 1, false],
  [-1, false],
  [1.5, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
  ['513', false],
  [null, false],
] as const) {
  test(`Identify may ${valid ? '' : 'not '}carry intents ${JSON.stringify(value)}`, () => {
    assert.equal(isValidIntents(value), valid);
  });
}

test('names and bits turn into each other', () => {
  fc.assert(
    fc.property(fc.subarray(names), (chosen) => {
      const bits = resolveIntents(chosen);
      assert.equal(resolveIntents(bits), bits);
      assert.deepEqual(new Set(intentNames(bits)), new Set(chosen));
    }),
  );
});

test('bad intents are refused with what is allowed', () => {
  const misspelt: readonly string[] = ['GUILDS', 'GUILD_MESSAGE'];
  assert.throws(() => resolveIntents(misspelt as readonly IntentName[]), {
    name: 'RangeError',
    message: /"GUILD_MESSAGE".*GUILD_MESSAGES, /,
  });
  assert.throws(() => resolveIntents(1 << 18), {
    name: 'RangeError',
    message: /262144.*120848383 \(GUILDS, /,
  });
});

test('privileged bits that are not switched on are disallowed, others never are', () => {
  const requested = Intent.GUILDS | Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT;
  assert.equal(disallowedIntents(requested, 0), Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT);
  assert.equal(disallowedIntents(requested, Intent.GUILD_MEMBERS), Intent.MESSAGE_CONTENT);
  assert.equal(disallowedIntents(requested, PRIVILEGED_INTENTS_MASK), 0);
  assert.equal(disallowedIntents(VALID_INTENTS & ~PRIVILEGED_INTENTS_MASK, 0), 0);
});
