/** The walk with the library that needs no toolchain but this one, and what is written of all walks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOfAll, partOf, readDocs } from './docs.ts';
import { LIBRARIES } from './libraries.ts';
import { failuresOf, tableOf, type Walked } from './table.ts';
import type { Library } from './walk/library.ts';
import { WALK } from './walk/steps.ts';
import { walk } from './walk/walk.ts';

const DEADLINE = { timeout: 180_000 };

for (const tls of [false, true]) {
  test(`discord.js walks ${tls ? 'over TLS' : 'without TLS'}`, DEADLINE, async () => {
    const library = LIBRARIES.find(({ name }) => name === 'discord.js');
    const variant = library?.variants.find((one) => one.packages === undefined && (one.tls ?? false) === tls);
    assert.ok(library !== undefined && variant !== undefined);
    const program = await library.prepare(variant);
    assert.ok(program.type === 'ready');
    const steps = await walk(library, variant, program);
    assert.deepEqual(failuresOf({ library, variant, type: 'walked', steps }), []);
    assert.equal(steps.length, WALK.length);
  });
}

test('the documentation shows the lines of every bot as they are', async () => {
  assert.equal(partOf(await readDocs(), 'lines'), await linesOfAll());
});

test('the documentation has a row for every library in every variant, and no failure', async () => {
  const results = partOf(await readDocs(), 'results');
  for (const { name, version, variants } of LIBRARIES) {
    const rows = results.split('\n').filter((line) => line.startsWith(`| ${name} ${version} |`));
    assert.equal(rows.length, variants.length, name);
  }
  assert.doesNotMatch(results, /\*\*failed\*\*/);
});

test('a table keeps the rows and notes of those who have not walked', () => {
  const library = (name: string): Library => ({
    name,
    language: 'Go',
    version: '1.0',
    source: '',
    prepare: async () => ({ type: 'skipped', why: '' }),
    variants: [],
  });
  const [a, b] = [library('a'), library('b')];
  const variant = { encoding: 'json', compression: 'none' } as const;
  const walked = (who: Library, type: 'passed' | 'deviates' | 'failed'): Walked => ({
    library: who,
    variant,
    type: 'walked',
    steps: WALK.map(({ name }) => ({ step: name, outcome: { type, why: `${who.name} is so` } })),
  });
  const both = tableOf([walked(a, 'deviates'), walked(b, 'passed')], [a, b]);
  assert.match(both, /\| a 1\.0 \| json \| differs/);
  assert.match(both, /^- a 1\.0, log in: a is so\.$/m);
  const again = tableOf([walked(b, 'failed')], [a, b], both);
  assert.match(again, /\| a 1\.0 \| json \| differs/);
  assert.match(again, /^- a 1\.0, log in: a is so\.$/m);
  assert.match(again, /\| b 1\.0 \| json \| \*\*failed/);
  const narrow = '| library | over | guild |\n| --- | --- | --- |\n| a 1.0 | json | yes |';
  const kept = tableOf([walked(b, 'passed')], [a, b], narrow)
    .split('\n')[2]
    ?.split(' | ');
  assert.deepEqual(kept?.slice(0, 4), ['| a 1.0', 'json', '', 'yes']);
  assert.equal(kept?.length, again.split('\n')[2]?.split(' | ').length);
  assert.match(tableOf([{ library: a, variant, type: 'skipped', why: 'no Go' }], [a]), /not walked: no Go/);
});
