/** What ends, holds back or moves a shard besides its connection: loops, the budget, the token, the resume address. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ClientCloseCode, type ShardState } from '@guildhall/protocol';
import {
  armed,
  BASE_URL,
  COME_BACK,
  disconnected,
  due,
  effect,
  events,
  GRANTED,
  HELLO,
  idle,
  inPhase,
  kept,
  type LooseInput,
  lost,
  OP_7,
  OPEN,
  OPENED,
  op9,
  passed,
  READY,
  REFUSED_TOKEN,
  RENEWED,
  RESUME_URL,
  RESUMED,
  run,
  slept,
  TIMING,
  TO_LIVE,
} from './shard-story.ts';

const QUICK = { quarantineKicks: 4, quarantineStarts: 3 };
const INVALID_SHARD = {
  code: 'INVALID_SHARD',
  closeCode: 4010,
  scope: 'application',
  cause: 'closed-by-server',
  times: 1,
} as const;
const BEGIN_ANEW = [...COME_BACK, GRANTED, READY] as const;
const RESUME = [...COME_BACK, RESUMED] as const;

function live(timing: Partial<typeof TIMING> = QUICK): ShardState {
  return run(idle(timing), ...TO_LIVE).state;
}

describe('a loop', () => {
  const loops: readonly (readonly [
    what: string,
    kick: LooseInput,
    back: readonly LooseInput[],
    turns: number,
    closeCode: number | null,
  ])[] = [
    ['4000 after each RESUMED', lost(4000), RESUME, 4, 4000],
    ['4009 after each READY', lost(4009), BEGIN_ANEW, 3, 4009],
    ['4003 after each READY', lost(4003), BEGIN_ANEW, 3, 4003],
    ['op 7 after each RESUMED', OP_7, RESUME, 4, null],
    ['op 9 after each READY', op9(false), BEGIN_ANEW, 3, null],
    ['what cannot be decoded after each RESUMED', { type: 'undecodable' }, RESUME, 4, null],
  ];
  for (const [what, kick, back, turns, closeCode] of loops) {
    test(`of ${what} ends in quarantine`, () => {
      let state = live();
      for (let turn = 1; turn < turns; turn += 1) {
        const step = run(state, kick);
        assert.equal(disconnected(step)?.times, turn);
        ({ state } = run(step.state, ...back));
        assert.equal(state.phase.name, 'live');
      }
      const { state: stopped, effects } = run(state, kick);
      assert.ok(stopped.phase.name === 'stopped');
      const { code, scope, times, closeCode: stopCloseCode } = stopped.phase.stop;
      assert.deepEqual(
        { code, scope, times, stopCloseCode },
        { code: 'QUARANTINED', scope: 'shard', times: turns, stopCloseCode: closeCode },
      );
      assert.equal(armed({ state, effects }, 'backoff'), undefined);
      const stands = kick.type !== 'lost';
      assert.equal(effect({ state, effects }, 'abandon') !== undefined, stands);
    });
  }

  test('is over when the shard has been stable, and a shard that only resumes again is not', () => {
    const twice = run(live(), lost(4000), ...RESUME, lost(4000), ...RESUME).state;
    assert.equal(disconnected(run(twice, lost(4000)))?.times, 3);
    assert.equal(disconnected(run(twice, due('stable'), lost(4000)))?.times, 1);
  });

  test('goes on through losses that the network makes', () => {
    const { state } = run(live(), lost(4000), due('backoff'), lost(null), ...RESUME, lost(null), ...RESUME);
    assert.equal(disconnected(run(state, lost(4000)))?.times, 2);
  });

  test('leaves a session that open resumes, with a clean record', () => {
    let { state } = run(live(), lost(4000), ...RESUME, lost(4000), ...RESUME, lost(4000), ...RESUME);
    ({ state } = run(state, lost(4000)));
    const again = run(state, OPEN);
    assert.equal(effect(again, 'dial')?.url, RESUME_URL);
    const resuming = run(again.state, OPENED, HELLO);
    assert.equal(effect(resuming, 'send-resume')?.sessionId, 'abc');
    assert.equal(disconnected(run(resuming.state, RESUMED, lost(4000)))?.times, 1);
  });

  test('does not bring back by open what a verdict for all has ended as well', () => {
    let state = live();
    for (let turn = 0; turn < 4; turn += 1) ({ state } = run(state, OP_7, ...RESUME));
    const verdict = { code: 'DISALLOWED_INTENTS', closeCode: 4014, scope: 'application', times: 1 } as const;
    const halted = run(state, { type: 'halt', stop: { ...verdict, cause: 'closed-by-server' } });
    assert.equal(run(halted.state, OPEN).state.phase.name, 'stopped');
    assert.equal(halted.state.session, null);
  });
});

describe('a used-up budget', () => {
  test('lets the connection go and the shard wait until the starts are back, without a failure', () => {
    const refused = run(inPhase('queued'), { type: 'identify-refused', retryAfterMs: 3_600_000 });
    assert.equal(disconnected(refused)?.cause, 'identify-refused');
    assert.equal(effect(refused, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
    assert.ok(effect(refused, 'release-identify'));
    assert.deepEqual(armed(refused, 'backoff'), { minMs: 3_600_000, maxMs: 3_660_000 });
    assert.equal(refused.state.governor.failures, 0);
    assert.equal(run(refused.state, due('backoff')).state.phase.name, 'dialing');
  });
});

describe('a token that is refused', () => {
  const renewing = (session = kept()): ShardState => idle({}, session, { renewsToken: true });

  test('is asked for once where there is somebody to ask; the session is gone with it', () => {
    const asked = run(renewing(), OPEN, OPENED, HELLO, RESUMED, lost(4004));
    assert.equal(asked.state.phase.name, 'renewing');
    assert.ok(effect(asked, 'renew-token'));
    assert.equal(armed(asked, 'deadline')?.maxMs, TIMING.tokenDeadlineMs);
    assert.deepEqual(
      events(asked).map(({ type }) => type),
      ['disconnected', 'session-lost'],
    );
    assert.equal(disconnected(asked)?.cause, 'token-rejected');
    const back = run(asked.state, RENEWED);
    assert.deepEqual(armed(back, 'backoff'), { minMs: 0, maxMs: TIMING.backoffBaseMs });
    const dialing = run(back.state, due('backoff'));
    assert.equal(effect(dialing, 'dial')?.url, BASE_URL);
    assert.ok(effect(run(dialing.state, OPENED, HELLO), 'request-identify'));
  });

  const ends: readonly (readonly [what: string, inputs: readonly LooseInput[]])[] = [
    ['there is no other', [REFUSED_TOKEN]],
    ['none comes in time', passed('deadline')],
    ['the other is refused as well', [RENEWED, ...COME_BACK, GRANTED, lost(4004)]],
  ];
  for (const [what, inputs] of ends) {
    test(`stops all shards when ${what}`, () => {
      const step = run(renewing(), OPEN, OPENED, HELLO, lost(4004), ...inputs);
      assert.ok(step.state.phase.name === 'stopped');
      const { code, closeCode, scope, cause } = step.state.phase.stop;
      assert.deepEqual(
        { code, closeCode, scope, cause },
        { code: 'AUTHENTICATION_FAILED', closeCode: 4004, scope: 'application', cause: 'token-rejected' },
      );
    });
  }

  test('may be refused again another time, once it has been accepted', () => {
    const accepted = run(renewing(), OPEN, OPENED, HELLO, lost(4004), RENEWED, ...BEGIN_ANEW);
    assert.equal(run(accepted.state, lost(4004)).state.phase.name, 'renewing');
  });
});

describe('the resume address of READY', () => {
  const foreign = 'wss://elsewhere.example.net/';

  test('outside the policy is told and left aside: the base URL is used', () => {
    const ready = run(inPhase('identifying'), { ...READY, resumeGatewayUrl: foreign });
    assert.deepEqual(events(ready), [{ type: 'resume-url-refused', url: foreign }, { type: 'ready' }]);
    assert.equal(effect(run(ready.state, OP_7, due('backoff')), 'dial')?.url, BASE_URL);
  });

  test('is judged once more when it comes from a store', () => {
    const stored = idle({}, { ...kept(), resumeGatewayUrl: foreign });
    assert.equal(effect(run(stored, OPEN), 'dial')?.url, BASE_URL);
  });

  test('is followed where the policy names its host', () => {
    const state = idle({}, null, { resumeUrlPolicy: ['elsewhere.example.net'] });
    const ready = run(state, OPEN, OPENED, HELLO, GRANTED, { ...READY, resumeGatewayUrl: foreign });
    assert.equal(effect(run(ready.state, OP_7, due('backoff')), 'dial')?.url, foreign);
  });
});

describe('1000 and 1001', () => {
  test('are sent only when the user ends the session', () => {
    const inputs: readonly (readonly LooseInput[])[] = [
      [OP_7],
      [op9(true)],
      [op9(false)],
      [{ type: 'undecodable' }],
      [slept(600_000)],
      passed('deadline'),
      passed('ack'),
      [{ type: 'identify-refused', retryAfterMs: 1 }],
      [{ type: 'close', session: 'keep' }],
      [{ type: 'halt', stop: INVALID_SHARD }],
    ];
    const phases = ['dialing', 'greeting', 'queued', 'identifying', 'resuming', 'live', 'closing'] as const;
    for (const phase of phases) {
      for (const put of inputs) {
        for (const sent of run(inPhase(phase), ...put).effects) {
          if (sent.type !== 'abandon' && sent.type !== 'close') continue;
          assert.ok(sent.code !== 1000 && sent.code !== 1001, `${put[0]?.type} in ${phase}`);
        }
      }
    }
  });
});
