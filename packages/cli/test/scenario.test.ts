/** `guildhall scenario` as a user runs it, and its parts. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../src/arguments.ts';
import { wordsOf } from '../src/scenario/client-process.ts';
import { parseScenarioArguments } from '../src/scenario/scenario-arguments.ts';
import { EXAMINER_FOLDER, loadScenarios, parseScenario } from '../src/scenario/scenario-file.ts';
import { junitXml } from '../src/scenario/scenario-report.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const CLIENT = fileURLToPath(new URL('./fixtures/scenario-client.ts', import.meta.url));
const DEADLINE = { timeout: 60_000 };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function command(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=guildhall-source', MAIN, 'scenario', ...args],
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function fileWith(t: TestContext, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-scenario-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const run = (mode: string): readonly string[] => [
  '--run',
  [process.execPath, '--conditions=guildhall-source', CLIENT, mode]
    .map((word) => JSON.stringify(word))
    .join(' '),
];

const SCENE = `
name: The bot answers & resumes
why: It <should>.
steps:
  - do: start
  - expect: identified
  - do: say
    content: "!ping"
  - expect: message
    content: /^po.g$/
  - do: close
    code: 4000
  - expect: resumed
    seq: last
`;

test('a client that does as it should: a line for each step, and 0', DEADLINE, async (t) => {
  const file = await fileWith(t, 'answers.yaml', SCENE);
  const { code, stdout, stderr } = await command([file, '--patience', '5', ...run('good')]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^The bot answers & resumes$/m);
  assert.match(stdout, /^ {2}ok +[\d.]+ s {2}expect resumed \(seq last\)$/m);
  assert.match(stdout, /^1 passed, 0 failed$/m);
});

test(
  'one that does not: what it did instead, what it wrote, and 1; JSON and JUnit say the same',
  DEADLINE,
  async (t) => {
    const file = await fileWith(t, 'answers.yaml', SCENE.replace('/^po.g$/', 'pang\n    within: 2 s'));
    const junit = `${file}.xml`;
    const { code, stdout } = await command([file, '--json', '--junit', junit, '--seed', '7', ...run('good')]);
    assert.equal(code, 1);
    const { scenarios } = JSON.parse(stdout);
    assert.equal(scenarios[0].seed, 7);
    const last = scenarios[0].steps.at(-1);
    assert.match(last.failure.why, /expected a message of a bot with .*pang/);
    assert.ok(last.failure.output.includes('ready'));
    const xml = await readFile(junit, 'utf8');
    assert.match(xml, /<testsuites tests="1" failures="1"/);
    assert.match(xml, /<testcase name="The bot answers &amp; resumes"/);
    assert.match(xml, /<failure message="expect message \(content pang\) within 2 s">/);
    assert.match(xml, /why it should be so: It &lt;should&gt;\./);
  },
);

test('a client that ends fails the step at once, with its exit code', DEADLINE, async (t) => {
  const file = await fileWith(t, 'answers.yaml', SCENE);
  const { code, stdout } = await command([file, ...run('end')]);
  assert.equal(code, 1);
  assert.match(stdout, /it was not seen: the client has ended/);
  assert.match(stdout, /ended with exit code 3/);
});

test('a scenario in TypeScript', DEADLINE, async (t) => {
  const text = `
    import type { Scenario } from '@guildhall/server/scenarios';
    const scenario: Scenario = { name: 'typed', steps: [{ do: 'start' }, { expect: 'identified', within: '60 s' }] };
    export default scenario;
  `;
  const file = await fileWith(t, 'typed.ts', text);
  const { code, stdout, stderr } = await command([file, ...run('good')]);
  assert.equal(code, 0, stdout + stderr);
});

test(
  'a wrong file ends with 2 and one line: file, line, column, place, what is allowed',
  DEADLINE,
  async (t) => {
    const file = await fileWith(t, 'wrong.yaml', SCENE.replace('do: say', 'do: shout'));
    const { code, stderr } = await command([file, ...run('good')]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^guildhall: \S+wrong\.yaml:7:5: steps\[2\]\.do: "shout" is none; allowed: start, .*\n$/,
    );
  },
);

describe('where a file is wrong', () => {
  const cases = [
    ['no YAML', 'name: [', /^f\.yaml:1:\d+: /],
    [
      'the key that is not known',
      'name: a\nsteps:\n  - do: start\n    how: fast\n',
      /^f\.yaml:4:5: steps\[0\]\.how: no such field/,
    ],
    [
      'the step that lacks one',
      'name: a\nsteps:\n  - do: start\n  - do: say\n',
      /^f\.yaml:4:5: steps\[1\]: content is missing/,
    ],
    ['the whole', 'steps: []\n', /^f\.yaml:1:1: scenario: name is missing/],
  ] as const;
  for (const [title, source, message] of cases) {
    test(title, () =>
      assert.throws(() => parseScenario('f.yaml', source), { name: 'ScenarioFileError', message }),
    );
  }

  test('an alias bomb is refused', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [name, of] of [...'bcdefgh'].map((one, at) => [one, 'abcdefg'[at]])) {
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(',')}]`);
    }
    assert.throws(() => parseScenario('f.yaml', bomb.join('\n')), /f\.yaml/);
  });
});

test('all scenarios of the examiner can be read', async () => {
  const files = await loadScenarios(EXAMINER_FOLDER);
  assert.ok(files.length >= 15, String(files.length));
  for (const { scenario } of files) assert.ok(scenario.why !== undefined, scenario.name);
});

test('command lines', () => {
  assert.deepEqual(wordsOf(`node "a b.mjs" 'c d' --e=f`), ['node', 'a b.mjs', 'c d', '--e=f']);
  assert.throws(() => wordsOf('node "a'), RangeError);
  assert.throws(() => parseScenarioArguments([]), UsageError);
  assert.throws(() => parseScenarioArguments(['f.yaml', '--patience', '0']), UsageError);
  assert.equal(parseScenarioArguments(['--examine']).examine, true);
});

test('control characters have no place in XML', () => {
  const result = { name: 'a\u0001"b"', passed: true, seed: 1, why: null, tookMs: 1, steps: [], file: 'f' };
  assert.match(junitXml([result]), /name="a·&quot;b&quot;"/);
});
