import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { etfEncoding } from '@guildhall/protocol';
import fc from 'fast-check';
import type { Outcome } from '../outcome.ts';
import { readAnswers, runProgram, runs, withLength } from './program.ts';

const PROGRAM = fileURLToPath(new URL('./erlang/terms.escript', import.meta.url));
const ANSWERS = 4;
const SEED = 20_150_101;
const VALUES = 3_000;
const ID = '175928847299117127';

/** Where ways of writing change, and what fast-check seldom finds. */
const EDGES: readonly unknown[] = [
  ...[0, 255, 256, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 48, -(2 ** 48)],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, 0.1, -1e-300, Number.MAX_VALUE, 5e-324],
  { id: ID, guild_id: '9007199254740992', roles: ['18446744073709551615', ID], nonce: ID },
  Array.from({ length: 70_000 }, (_, index) => index % 256),
  Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key ${index}`, index])),
  'ü🎉'.repeat(50_000),
];

/** Erlang itself reads what we write, and we read what it makes of that. */
export async function erlang(): Promise<Outcome> {
  if (!runs('erl', '-noshell', '-eval', 'halt().'))
    return { type: 'skipped', why: 'Erlang is not installed' };
  const { encode, decode } = etfEncoding();
  const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });
  const values = [...EDGES, ...fc.sample(json, { seed: SEED, numRuns: VALUES })];
  const input = Buffer.concat(values.map((value) => withLength(encode(value))));
  const answers = readAnswers(runProgram('escript', [PROGRAM], input));
  assert.equal(answers.length, ANSWERS * values.length);
  for (const [index, answer] of answers.entries()) {
    const value = values[Math.floor(index / ANSWERS)];
    assert.deepEqual(decode(answer), JSON.parse(JSON.stringify(value)));
  }
  return { type: 'passed' };
}
