import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Act, defineScenario, readScenario, type SightingName } from '@guildhall/server/scenarios';
import { EXAMINER_FOLDER, parseScenario } from '../src/scenario/scenario-file.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/scenarios.md', import.meta.url), 'utf8');

/** What a wrong verb is answered with: all that there are. */
function allowedFor(step: object): readonly string[] {
  try {
    readScenario({ name: 'a', steps: [step] });
  } catch (error) {
    return /allowed: (.*)$/.exec(String(error))?.[1]?.split(', ') ?? [];
  }
  return [];
}

function firstCells(heading: string): readonly string[] {
  const section = DOCUMENT.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name),
  );
}

test('docs/scenarios.md names every act and every sighting, and no other', () => {
  const acts: readonly string[] = allowedFor({ do: '' });
  assert.ok(acts.includes('start' satisfies Act['do']));
  assert.deepEqual([...firstCells('do')].sort(), [...acts].sort());
  const sightings: readonly string[] = allowedFor({ expect: '' });
  assert.ok(sightings.includes('resumed' satisfies SightingName));
  assert.deepEqual([...firstCells('expect, never, atMost')].sort(), [...sightings].sort());
});

test('the scenarios that it shows can be read', () => {
  const [yaml = ''] = /(?<=```yaml\n)[\s\S]*?(?=```)/.exec(DOCUMENT) ?? [];
  assert.equal(parseScenario('docs', yaml).steps.length, 6);
  const [typed = ''] = /(?<=defineScenario\()\{[\s\S]*?\}(?=\);)/.exec(DOCUMENT) ?? [];
  const scenario: unknown = Function('defineScenario', `return defineScenario(${typed})`)(defineScenario);
  assert.equal(readScenario(scenario).steps.length, 4);
});

test('it has a row for every scenario of the examiner', () => {
  const table = DOCUMENT.split('<!-- examiner: begin -->')[1]?.split('<!-- examiner: end -->')[0] ?? '';
  const rows = Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), ([, name]) => `${name}.yaml`);
  assert.deepEqual(rows.sort(), readdirSync(EXAMINER_FOLDER).sort());
});
