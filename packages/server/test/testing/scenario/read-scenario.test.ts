/** What a scenario may say, and where it is told to be wrong. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathText, readScenario, ScenarioError, type Step } from '../../../src/scenarios.ts';

function problemOf(steps: unknown, rest: object = {}): string {
  try {
    readScenario({ name: 'of a test', steps, ...rest });
  } catch (error) {
    assert.ok(error instanceof ScenarioError, String(error));
    assert.ok(error.message.startsWith(pathText(error.path)), error.message);
    return error.message;
  }
  return 'none';
}

const START = { do: 'start' };

describe('a scenario that cannot be says where and what is allowed', () => {
  const cases: readonly (readonly [title: string, steps: unknown, problem: RegExp, rest?: object])[] = [
    ['no step', [], /^steps: must be a list of 1 /],
    ['two verbs', [{ do: 'start', never: 'back', for: 1 }], /^steps\[0\]: a step has one of do, expect, /],
    ['an act that is none', [{ do: 'sleep' }], /^steps\[0\]\.do: "sleep" is none; allowed: start, stop, say/],
    [
      'a sighting that is none',
      [{ expect: 'ready' }],
      /^steps\[0\]\.expect: "ready" is none; allowed: connected, /,
    ],
    [
      'a field of another step',
      [START, { expect: 'back', seq: 3 }],
      /^steps\[1\]\.seq: no such field; allowed: /,
    ],
    ['a field that is missing', [{ do: 'say' }], /^steps\[0\]: content is missing$/],
    [
      'a duration without unit',
      [{ expect: 'back', within: '10' }],
      /^steps\[0\]\.within: must be milliseconds or /,
    ],
    [
      'a code that no server sends',
      [{ do: 'close', code: 1006 }],
      /^steps\[0\]\.code: must be a close code /,
    ],
    [
      'a user who is not there',
      [{ do: 'say', content: 'hi', as: 'eve' }],
      /^steps\[0\]\.as: must be a name of users, not "eve"; allowed: ada$/,
    ],
    [
      'a value that nothing has saved',
      [{ do: 'say', content: `\${first.id}` }],
      /^steps\[0\]\.content: nothing is known as "first"; allowed: apiBase, /,
    ],
    [
      'a reference to what comes later',
      [
        { do: 'delete', message: 'one' },
        { do: 'say', content: 'hi', save: 'one' },
      ],
      /^steps\[0\]\.message: must be a name of saved, not "one"; there is none$/,
    ],
    [
      'a bad fault',
      [{ do: 'break', fault: { kind: 'close', code: 1 } }],
      /^steps\[0\]\.fault\.code: fault\.code must be a code that a server may send/,
    ],
    [
      'a fault that is none, deep in a repetition',
      [{ repeat: 2, steps: [START, { do: 'break', fault: { kind: 'fire' } }] }],
      /^steps\[0\]\.steps\[1\]\.fault\.kind: fault\.kind must be one of /,
    ],
    ['a limit out of its range', [START], /^limits\.sendsPerWindow: /, { limits: { sendsPerWindow: 0 } }],
    ['a limit that is none', [START], /^limits\.speed: /, { limits: { speed: 1 } }],
    [
      'a member who is no user',
      [START],
      /^world\.guilds\[0\]\.members\[0\]: must be a name of users, not "eve"/,
      { world: { guilds: [{ name: 'Test', members: ['eve'] }] } },
    ],
    [
      'a name that is there twice',
      [START],
      /^world\.users: the name "ada" is there twice$/,
      { world: { users: ['ada', 'ada'] } },
    ],
  ];
  for (const [title, steps, problem, rest] of cases) {
    test(title, () => assert.match(problemOf(steps, rest), problem));
  }
});

test('what is right is given back as it was', () => {
  const steps: readonly Step[] = [
    { do: 'start' },
    { expect: 'identified', within: '10 s', save: 'first' },
    { do: 'say', content: `to \${first.session.id}`, save: 'greeting', in: 'lobby', as: 'grace' },
    { do: 'edit', message: 'greeting', content: 'no' },
    { atMost: 2, of: 'connected', for: 500 },
  ];
  const world = { users: ['ada', 'grace'], guilds: [{ name: 'Test', channels: ['lobby'] }] };
  const scenario = { name: 'of a test', seed: 7, world, run: ['node', 'bot.mjs'], steps };
  assert.deepEqual(readScenario(scenario), scenario);
});
