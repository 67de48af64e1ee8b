/** Scenarios with a client that does what the test tells it: what is right passes, what is wrong is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Guildhall, startGuildhall } from '../../../src/index.ts';
import {
  type ClientAddress,
  defineScenario,
  runScenario,
  type Scenario,
  type ScenarioOptions,
  type ScenarioResult,
  type Step,
} from '../../../src/scenarios.ts';
import { type ReadyClient, TestClient } from '../../gateway/support/test-client.ts';

type Behaviour = (client: ReadyClient, address: ClientAddress) => Promise<void> | void;

/** Identifies, and then does what the test says. */
async function run(
  steps: readonly Step[],
  behaviour: Behaviour,
  rest: Partial<Scenario> & Partial<Pick<ScenarioOptions, 'seed' | 'signal'>> = {},
): Promise<ScenarioResult> {
  const { seed, signal, ...more } = rest;
  await using hall: Guildhall = await startGuildhall({
    log: 'silent',
    limits: { identifyBucketMs: 0, identifyRefusalDelayMs: 0, ...more.limits },
  });
  const open: TestClient[] = [];
  return await runScenario(
    hall,
    { name: 'of a test', steps, ...more },
    {
      ...(seed === undefined ? {} : { seed }),
      ...(signal === undefined ? {} : { signal }),
      client: async (address) => {
        const client = await TestClient.ready(address.gatewayUrl, address.token);
        open.push(client);
        const done = Promise.resolve(behaviour(client, address));
        return {
          exited: done.then(
            () => new Promise<never>(() => {}),
            (error: Error) => ({ code: 1, how: `threw: ${error.message}` }),
          ),
          output: ['a line of the client'],
          stop: async () => {
            for (const one of open) one.webSocket.terminate();
          },
        };
      },
    },
  );
}

/** Comes back when it is cut off. @param seqOff what it says too little */
function resumes(seqOff = 0): Behaviour {
  return async (client, { gatewayUrl, token }) => {
    await client.closed;
    const seq = client.received.findLast(({ s }) => s !== null)?.s ?? 0;
    const again = await TestClient.open(gatewayUrl);
    again.send(6, { token, session_id: client.ready.d.session_id, seq: seq - seqOff });
  };
}

const stays: Behaviour = () => {};

function failureOf(result: ScenarioResult) {
  assert.equal(result.passed, false);
  const failure = result.steps.at(-1)?.failure ?? null;
  assert.ok(failure !== null);
  return failure;
}

const LOSS = [
  { do: 'start' },
  { expect: 'identified', save: 'first' },
  { do: 'say', content: 'one' },
  { do: 'close', code: 4000 },
] as const satisfies readonly Step[];

describe('what must be seen', () => {
  test('a client that resumes with the last number passes', async () => {
    const result = await run([...LOSS, { expect: 'resumed', seq: 'last' }], resumes());
    assert.deepEqual(
      result.steps.map(({ failure }) => failure),
      [null, null, null, null, null],
    );
    assert.equal(result.passed, true);
  });

  test('one that has lost the last number fails, and the failure says which it had', async () => {
    const result = await run([...LOSS, { expect: 'resumed', seq: 'last', within: 300 }], resumes(1));
    const { happened, output } = failureOf(result);
    assert.match(
      happened.map(({ what }) => what).join('\n'),
      /resumed: .* from seq \d+, though \d+ was sent/,
    );
    assert.deepEqual(output, ['a line of the client']);
  });

  test('one that stays away fails in time, with what was seen of it instead', async () => {
    const { why, happened } = failureOf(await run([...LOSS, { expect: 'back', within: 200 }], stays));
    assert.equal(why, 'it was not seen');
    assert.match(happened[0]?.what ?? '', /^closed 4000 by server: session .* of shard 0 after seq \d+$/);
  });

  test('one that comes too soon fails', async () => {
    const result = await run([...LOSS, { expect: 'resumed', notBefore: '10 s' }], resumes());
    assert.match(failureOf(result).why, /^it came too soon, after \d+ ms$/);
  });

  test('what was seen before an act does not count after it', async () => {
    const steps: readonly Step[] = [
      { do: 'start' },
      { expect: 'identified' },
      { do: 'wait', for: 1 },
      { expect: 'identified', within: 100 },
    ];
    assert.equal(failureOf(await run(steps, stays)).why, 'it was not seen');
  });
});

describe('what must not be seen', () => {
  test('a client that comes back from a fatal close fails at once', async () => {
    const steps: readonly Step[] = [...LOSS, { never: 'connected', for: '60 s' }];
    assert.equal(failureOf(await run(steps, resumes())).why, 'it was seen');
  });

  test('one that stays away passes', async () => {
    assert.equal((await run([...LOSS, { never: 'connected', for: 100 }], stays)).passed, true);
  });

  test('a ceiling is not broken by as many', async () => {
    assert.equal((await run([...LOSS, { atMost: 1, of: 'connected', for: 300 }], resumes())).passed, true);
  });

  test('the end of the client is seen', async () => {
    const steps: readonly Step[] = [{ do: 'start' }, { never: 'exited', for: '60 s' }];
    const { happened } = failureOf(
      await run(steps, () => {
        throw new Error('boom');
      }),
    );
    assert.match(happened.map(({ what }) => what).join(), /threw: boom|connected/);
  });
});

describe('what users and owners do', () => {
  test('revoked intents: 4003, then the refused identify, and nothing more', async () => {
    const scenario = defineScenario({
      name: 'of a test',
      steps: [
        { do: 'start' },
        { expect: 'identified' },
        { do: 'set-intents', intents: [] },
        { expect: 'closed', code: 4003, by: 'server' },
        { expect: 'refused', request: 'identify', code: 4014 },
        { never: 'connected', for: 100 },
      ],
    });
    const result = await run(scenario.steps, async (client, { gatewayUrl, token }) => {
      await client.closed;
      const again = await TestClient.open(gatewayUrl);
      again.identify(token, { intents: 2 });
    });
    assert.equal(result.passed, true, JSON.stringify(result.steps.at(-1)));
  });

  test('messages are edited and deleted by the names they were saved under', async () => {
    const heard: string[] = [];
    const steps: readonly Step[] = [
      { do: 'start' },
      { do: 'say', content: `for \${botUserId}`, save: 'greeting' },
      { do: 'edit', message: 'greeting', content: 'another' },
      { do: 'delete', message: 'greeting' },
      { do: 'leave', guild: 'Test' },
    ];
    const result = await run(steps, async (client) => {
      for (const name of ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'GUILD_DELETE'] as const) {
        heard.push((await client.event(name)).t);
      }
    });
    assert.equal(result.passed, true, JSON.stringify(result.steps.at(-1)));
  });

  test('what the world refuses is told as the failure of the step', async () => {
    const steps: readonly Step[] = [{ do: 'start' }, { do: 'command', command: 'nothing' }];
    assert.match(failureOf(await run(steps, stays)).why, /nothing/);
  });
});

describe('chance', () => {
  const steps: readonly Step[] = [
    {
      repeat: 5,
      shuffle: true,
      steps: ['a', 'b', 'c', 'd'].map((content) => ({ do: 'say', content }) as const),
    },
  ];
  const order = async (seed: number) => (await run(steps, stays, { seed })).steps.map(({ step }) => step);

  test('the same seed gives the same order, another another', async () => {
    const first = await order(1);
    assert.equal(first.length, 21);
    assert.deepEqual(await order(1), first);
    assert.notDeepEqual(await order(2), first);
  });
});

test('a signal ends it, and the client with it', async () => {
  const ending = new AbortController();
  const steps: readonly Step[] = [{ do: 'start' }, { do: 'wait', for: '10 min' }];
  const ended = run(steps, () => ending.abort(new Error('enough')), { signal: ending.signal });
  await assert.rejects(ended, /enough|aborted/);
});
