import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ClientCloseCode,
  isFreshDispatch,
  type LossCause,
  noteDispatch,
  noteFrame,
  type ShardStep,
} from '@guildhall/protocol';
import {
  ALL,
  armed,
  BASE_URL,
  CLOSE,
  COME_BACK,
  CONNECTED,
  CONNECTED_INPUT,
  disconnected,
  due,
  effect,
  events,
  GRANTED,
  GREETED,
  HELLO,
  INTERVAL_MS,
  idle,
  inPhase,
  kept,
  type LooseInput,
  lost,
  OP_7,
  OPEN,
  OPENED,
  op9,
  type PhaseName,
  passed,
  put,
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

describe('a first connection', () => {
  const table: readonly (readonly [phase: PhaseName, input: LooseInput, next: PhaseName, does: string[]])[] =
    [
      ['idle', OPEN, 'dialing', ['dial', 'arm']],
      ['dialing', OPENED, 'greeting', ['arm']],
      ['greeting', HELLO, 'queued', ['arm', 'cancel', 'request-identify']],
      ['queued', GRANTED, 'identifying', ['send-identify', 'arm']],
      ['identifying', READY, 'live', ['release-identify', 'cancel', 'arm']],
      ['resuming', RESUMED, 'live', ['cancel', 'arm']],
      ['live', CLOSE, 'closing', ['cancel', 'cancel', 'cancel', 'cancel', 'close', 'arm']],
      ['closing', lost(1000), 'idle', ['cancel', 'cancel']],
    ];
  for (const [phase, input, next, does] of table) {
    test(`goes from ${phase} to ${next} on ${input.type}`, () => {
      const step = run(inPhase(phase), input);
      assert.equal(step.state.phase.name, next);
      assert.deepEqual(
        step.effects.flatMap(({ type }) => (type === 'emit' ? [] : [type])),
        does,
      );
      assert.deepEqual(step.effects[0], { type: 'emit', event: { type: 'phase', phase: next } });
    });
  }

  test('has two stages, each with a deadline; the first need not be told', () => {
    const upgrading = run(inPhase('dialing'), CONNECTED_INPUT);
    assert.deepEqual(upgrading.state.phase, { name: 'dialing', stage: 'upgrade' });
    assert.equal(armed(upgrading, 'deadline')?.maxMs, TIMING.upgradeDeadlineMs);
    assert.equal(run(upgrading.state, OPENED).state.phase.name, 'greeting');
    assert.deepEqual(run(upgrading.state, CONNECTED_INPUT).effects, []);
  });

  test('draws the first heartbeat from the whole interval, and sends later ones so early that the wait for the answer fits in', () => {
    const everyMs = INTERVAL_MS - TIMING.ackDeadlineMs;
    assert.deepEqual(armed(run(inPhase('greeting'), HELLO), 'heartbeat'), { minMs: 0, maxMs: everyMs });
    const beat = run(inPhase('live'), due('heartbeat'));
    assert.deepEqual(effect(beat, 'send-heartbeat'), { type: 'send-heartbeat', seq: 1 });
    assert.deepEqual(armed(beat, 'heartbeat'), { minMs: everyMs, maxMs: everyMs });
    assert.equal(armed(beat, 'ack')?.maxMs, TIMING.ackDeadlineMs);
  });

  test('with a short interval waits for an answer during half of it', () => {
    const hello = { ...HELLO, heartbeatIntervalMs: 5_000 };
    const beat = run(inPhase('greeting'), hello, due('heartbeat'));
    assert.deepEqual([armed(beat, 'heartbeat')?.maxMs, armed(beat, 'ack')?.maxMs], [2_500, 2_500]);
  });

  test('waits for the gate without a deadline, but not for READY', () => {
    const queued = run(inPhase('greeting'), HELLO);
    assert.equal(armed(queued, 'deadline'), undefined);
    assert.deepEqual(effect(queued, 'cancel'), { type: 'cancel', timer: 'deadline' });
    assert.equal(armed(run(queued.state, GRANTED), 'deadline')?.maxMs, TIMING.readyDeadlineMs);
  });

  test('takes the base URL where READY names no resume host', () => {
    const { state } = run(inPhase('identifying'), { ...READY, resumeGatewayUrl: null });
    assert.equal(state.session?.resumeGatewayUrl, BASE_URL);
    assert.equal(effect(run(state, OP_7, due('backoff')), 'dial')?.url, BASE_URL);
  });

  test('resumes a session of an earlier process', () => {
    const dialing = run(idle({}, kept(42)), OPEN);
    assert.equal(effect(dialing, 'dial')?.url, RESUME_URL);
    const resuming = run(dialing.state, OPENED, HELLO);
    assert.deepEqual(effect(resuming, 'send-resume'), { type: 'send-resume', sessionId: 'kept', seq: 42 });
    assert.equal(effect(resuming, 'request-identify'), undefined);
  });
});

describe('inputs out of place', () => {
  const strangers: readonly (readonly [input: LooseInput, meaningIn: readonly PhaseName[]])[] = [
    [OPEN, ['idle']],
    [CONNECTED_INPUT, ['dialing']],
    [OPENED, ['dialing']],
    [{ type: 'identify-refused', retryAfterMs: 1 }, ['queued']],
    [RENEWED, ['renewing']],
    [REFUSED_TOKEN, ['renewing']],
    [slept(60_000), GREETED],
    [slept(600_000), GREETED],
    [HELLO, ['greeting']],
    [READY, ['identifying']],
    [RESUMED, ['resuming']],
    [{ type: 'heartbeat-requested' }, GREETED],
    [OP_7, CONNECTED],
    [op9(false), GREETED],
    [{ type: 'undecodable' }, CONNECTED],
    [due('backoff'), ['waiting']],
    [due('heartbeat'), GREETED],
    [{ type: 'reading', paused: false }, GREETED],
    [due('ack'), GREETED],
    [due('deadline'), ['dialing', 'greeting', 'identifying', 'resuming', 'closing', 'renewing']],
    [lost(4000), ['dialing', ...CONNECTED, 'closing']],
  ];
  for (const [input, meaningIn] of strangers) {
    test(`${input.type}${'timer' in input ? ` ${input.timer}` : ''} means nothing but in ${meaningIn.join(', ')}`, () => {
      for (const phase of ALL) {
        const before = inPhase(phase);
        const { state, effects } = run(before, input);
        if (meaningIn.includes(phase)) {
          assert.ok(effects.length > 0, `has effects in ${phase}`);
        } else {
          assert.deepEqual(effects, [], `no effects in ${phase}`);
          assert.deepEqual(state, before, `no change in ${phase}`);
        }
      }
    });
  }

  test('a grant that nobody waits for is given back', () => {
    for (const phase of ALL.filter((name) => name !== 'queued')) {
      assert.deepEqual(run(inPhase(phase), GRANTED).effects, [{ type: 'release-identify' }]);
    }
  });

  test('of an older connection change nothing, whatever they are', () => {
    const first = inPhase('live');
    const { state } = run(first, lost(4000), ...COME_BACK);
    assert.equal(state.epoch, first.epoch + 1);
    const inputs = [OPENED, HELLO, READY, RESUMED, OP_7, GRANTED, op9(false), lost(4004), lost(null)];
    for (const input of [...inputs, due('deadline'), due('heartbeat'), due('backoff'), due('stable')]) {
      const step = put(state, { ...input, epoch: first.epoch });
      assert.equal(step.state, state);
      assert.deepEqual(step.effects, []);
    }
  });
});

describe('heartbeats', () => {
  test('are answered at once on request, without moving the timer', () => {
    for (const phase of GREETED) {
      const { effects } = run(inPhase(phase), { type: 'heartbeat-requested' });
      assert.deepEqual(
        effects.map(({ type }) => type),
        ['send-heartbeat'],
      );
    }
  });

  test('carry null before the first session', () => {
    assert.deepEqual(effect(run(inPhase('queued'), due('heartbeat')), 'send-heartbeat'), {
      type: 'send-heartbeat',
      seq: null,
    });
  });

  for (const phase of GREETED) {
    test(`that nothing follows give the connection up in ${phase}, with a code that keeps the session`, () => {
      const waiting = run(inPhase(phase), due('heartbeat'));
      assert.equal(waiting.state.phase.name, phase);
      const zombie = run(waiting.state, ...passed('ack'));
      assert.equal(disconnected(zombie)?.cause, 'zombie');
      assert.equal(effect(zombie, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
    });
  }

  test('find a dead connection out within one interval, and the next dial comes within 2 s of it', () => {
    for (const intervalMs of [1_000, 5_000, INTERVAL_MS]) {
      const beat = run(inPhase('greeting'), { ...HELLO, heartbeatIntervalMs: intervalMs }, due('heartbeat'));
      const worstMs = (armed(beat, 'heartbeat')?.maxMs ?? 0) + (armed(beat, 'ack')?.maxMs ?? 0);
      assert.equal(worstMs, intervalMs);
      assert.ok((armed(run(beat.state, ...passed('ack')), 'backoff')?.maxMs ?? Number.NaN) <= 2_000);
    }
  });

  test('that follow each other quickly do not put the judgement off', () => {
    let { state } = run(inPhase('live'), due('heartbeat'));
    for (let beats = 0; beats < 3; beats += 1) {
      const step = run(state, due('heartbeat'));
      assert.ok(effect(step, 'send-heartbeat'));
      assert.equal(armed(step, 'ack'), undefined);
      ({ state } = step);
    }
    const looked = run(state, due('ack'), due('heartbeat'));
    assert.equal(disconnected(run(looked.state, due('ack')))?.cause, 'zombie');
  });

  test('without acknowledgement go on while frames arrive, and the lack of it is told', () => {
    let state = inPhase('live');
    for (let beats = 1; beats <= 3; beats += 1) {
      ({ state } = run(state, due('heartbeat')));
      noteFrame(state);
      ({ state } = run(state, due('ack')));
      assert.equal(state.phase.name, 'live');
      assert.equal(state.link.unacked, beats);
    }
    assert.equal(run(state, { type: 'heartbeat-ack' }).state.link.unacked, 0);
    assert.equal(disconnected(run(state, due('heartbeat'), ...passed('ack')))?.cause, 'zombie');
  });

  test('with an acknowledgement go on in silence', () => {
    let state = inPhase('live');
    for (let beat = 0; beat < 3; beat += 1) {
      ({ state } = run(state, due('heartbeat')));
      noteFrame(state);
      ({ state } = run(state, { type: 'heartbeat-ack' }, due('ack')));
    }
    assert.equal(state.phase.name, 'live');
  });
});

describe('an interval of the user’s own', () => {
  test('is kept where it is shorter than that of the gateway', () => {
    for (const [ownMs, keptMs] of [
      [10_000, 10_000],
      [90_000, INTERVAL_MS],
    ] as const) {
      const greeted = run(idle({}, null, { heartbeatIntervalMs: ownMs }), OPEN, OPENED, HELLO);
      assert.equal(greeted.state.link.heartbeatIntervalMs, keptMs);
      const beat = run(greeted.state, due('heartbeat'));
      assert.equal((armed(beat, 'heartbeat')?.maxMs ?? 0) + (armed(beat, 'ack')?.maxMs ?? 0), keptMs);
    }
  });

  test('does not change how long the gateway is believed to wait', () => {
    const { state } = run(idle({}, null, { heartbeatIntervalMs: 10_000 }), ...TO_LIVE);
    assert.equal(run(state, slept(1.5 * INTERVAL_MS - 1)).state.phase.name, 'live');
    assert.equal(disconnected(run(state, slept(1.5 * INTERVAL_MS)))?.cause, 'overslept');
  });
});

describe('a shard that does not read', () => {
  const PAUSED = { type: 'reading', paused: true } as const;
  const READS = { type: 'reading', paused: false } as const;

  for (const phase of GREETED) {
    test(`takes the silence for its own in ${phase}, and beats on`, () => {
      let { state } = run(inPhase(phase), due('heartbeat'), PAUSED, ...passed('ack'));
      for (let beats = 0; beats < 5; beats += 1) {
        const step = run(state, due('heartbeat'));
        assert.ok(effect(step, 'send-heartbeat'));
        ({ state } = run(step.state, ...passed('ack')));
      }
      assert.equal(state.phase.name, phase);
    });

    test(`gives the other end time to be heard when it reads again in ${phase}, then judges it`, () => {
      const paused = run(inPhase(phase), PAUSED, due('heartbeat'), due('ack')).state;
      const step = run(paused, READS);
      assert.deepEqual(
        step.effects.map(({ type }) => type),
        ['arm'],
      );
      assert.equal(armed(step, 'ack')?.maxMs, TIMING.ackDeadlineMs);
      assert.equal(disconnected(run(step.state, ...passed('ack')))?.cause, 'zombie');
      noteFrame(step.state);
      assert.equal(run(step.state, ...passed('ack')).state.phase.name, phase);
    });
  }

  test('is not given up for a replay that does not go on', () => {
    const { state } = run(inPhase('resuming'), PAUSED, ...passed('deadline'), ...passed('deadline'));
    assert.equal(state.phase.name, 'resuming');
    assert.equal(disconnected(run(state, READS, ...passed('deadline')))?.cause, 'resumed-deadline');
  });

  test('reads on the next connection', () => {
    const { state } = run(inPhase('live'), PAUSED, lost(null), ...COME_BACK);
    assert.equal(state.link.deaf, false);
  });
});

describe('a process that stood still', () => {
  test('gives no connection up before it has read what came meanwhile', () => {
    const beaten = run(inPhase('live'), due('heartbeat')).state;
    const looked = run(beaten, due('ack'));
    assert.equal(looked.state.phase.name, 'live');
    assert.equal(armed(looked, 'ack')?.maxMs, TIMING.secondLookMs);
    assert.equal(disconnected(run(looked.state, due('ack')))?.cause, 'zombie');
    noteFrame(looked.state);
    assert.equal(run(looked.state, due('ack')).state.phase.name, 'live');
    const next = run(looked.state, due('heartbeat'), due('ack'));
    assert.equal(next.state.phase.name, 'live', 'each silence is looked at twice');
  });

  for (const phase of ['dialing', 'greeting', 'identifying', 'resuming', 'renewing'] as const) {
    test(`looks twice at the deadline of ${phase}`, () => {
      const looked = run(inPhase(phase), due('deadline'));
      assert.equal(looked.state.phase.name, phase);
      assert.equal(armed(looked, 'deadline')?.maxMs, TIMING.secondLookMs);
      assert.notEqual(run(looked.state, due('deadline')).state.phase.name, phase);
    });
  }

  test('does not keep the one waiting who closes', () => {
    assert.equal(run(inPhase('closing'), due('deadline')).state.phase.name, 'idle');
  });

  for (const phase of GREETED) {
    test(`in ${phase} asks for a sign of life at once, and begins anew after one and a half intervals`, () => {
      const asked = run(inPhase(phase), slept(1.5 * INTERVAL_MS - 1));
      assert.equal(asked.state.phase.name, phase);
      assert.ok(effect(asked, 'send-heartbeat'));
      assert.equal(armed(asked, 'ack')?.maxMs, TIMING.ackDeadlineMs);
      const gone = run(inPhase(phase), slept(1.5 * INTERVAL_MS));
      assert.equal(disconnected(gone)?.cause, 'overslept');
      assert.equal(effect(gone, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
      assert.equal(gone.state.session?.id, inPhase(phase).session?.id);
    });
  }
});

describe('a close by the server', () => {
  const verdicts: readonly (readonly [
    code: number | null,
    next: 'resume' | 'identify',
    lostSession: boolean,
  ])[] = [
    [null, 'resume', false],
    [1000, 'resume', false],
    [1001, 'resume', false],
    [1006, 'resume', false],
    [4000, 'resume', false],
    [4001, 'resume', false],
    [4002, 'resume', false],
    [4003, 'identify', true],
    [4005, 'resume', false],
    [4006, 'identify', true],
    [4007, 'identify', true],
    [4008, 'resume', false],
    [4009, 'identify', true],
    [4015, 'resume', false],
    [4999, 'resume', false],
  ];
  for (const [code, next, lostSession] of verdicts) {
    test(`with ${code ?? 'no code'} on a live connection is followed by ${next}`, () => {
      const step = run(inPhase('live'), lost(code));
      const cause: LossCause = code === null ? 'connection-lost' : 'closed-by-server';
      const times = code === null ? 0 : 1;
      assert.deepEqual(disconnected(step), { type: 'disconnected', cause, code, next, times });
      assert.equal(
        events(step).some(({ type }) => type === 'session-lost'),
        lostSession,
      );
      const back = run(step.state, ...COME_BACK);
      assert.equal(back.state.phase.name, next === 'resume' ? 'resuming' : 'queued');
      assert.equal(effect(step, 'abandon'), undefined, 'there is nothing left to close');
    });
  }

  const stops: readonly (readonly [code: number, stop: string])[] = [
    [4004, 'AUTHENTICATION_FAILED'],
    [4010, 'INVALID_SHARD'],
    [4011, 'SHARDING_REQUIRED'],
    [4012, 'INVALID_API_VERSION'],
    [4013, 'INVALID_INTENTS'],
    [4014, 'DISALLOWED_INTENTS'],
  ];
  for (const [closeCode, code] of stops) {
    test(`with ${closeCode} is final in every phase`, () => {
      for (const phase of CONNECTED) {
        const step = run(inPhase(phase), lost(closeCode));
        const stop = { code, closeCode, scope: 'application', cause: 'closed-by-server', times: 1 };
        assert.deepEqual(step.state.phase, { name: 'stopped', stop });
        assert.equal(step.state.session, null);
        assert.deepEqual(events(step), [{ type: 'stopped', stop }]);
        assert.equal(armed(step, 'backoff'), undefined);
        assert.equal(run(step.state, OPEN).state.phase.name, 'stopped');
      }
    });
  }

  test('with 4003 after READY or RESUMED says that the session was revoked, however often', () => {
    let { state } = run(idle(), ...TO_LIVE);
    for (let count = 0; count < 5; count += 1) {
      const step = run(state, lost(4003));
      assert.deepEqual(
        events(step).map(({ type }) => type),
        ['session-revoked', 'disconnected', 'session-lost'],
      );
      ({ state } = run(step.state, ...COME_BACK, GRANTED, READY));
    }
    assert.equal(state.phase.name, 'live');
  });

  test('with 4003 before READY or RESUMED stops the shard the third time in a row', () => {
    for (const phase of ['greeting', 'queued', 'identifying', 'resuming'] as const) {
      let step = run(inPhase(phase), lost(4003));
      assert.equal(disconnected(step)?.next, 'identify');
      assert.ok(!events(step).some(({ type }) => type === 'session-revoked'));
      step = run(step.state, ...COME_BACK, GRANTED, lost(4003));
      assert.equal(step.state.phase.name, 'waiting');
      step = run(step.state, ...COME_BACK, GRANTED, lost(4003));
      assert.deepEqual(step.state.phase, {
        name: 'stopped',
        stop: {
          code: 'NOT_AUTHENTICATED',
          closeCode: 4003,
          scope: 'application',
          cause: 'closed-by-server',
          times: 3,
        },
      });
    }
  });

  test('with 4003 before READY is forgiven by a READY in between', () => {
    const early = [...COME_BACK, GRANTED, lost(4003)] as const;
    const twice = run(inPhase('identifying'), lost(4003), ...early);
    const healed = run(
      twice.state,
      ...COME_BACK,
      GRANTED,
      READY,
      lost(4000),
      due('backoff'),
      OPENED,
      lost(4003),
    );
    assert.equal(run(healed.state, ...early).state.phase.name, 'waiting');
  });
});

describe('op 7', () => {
  test('on a stable shard is followed by a resume on the resume host at once, with a code that keeps the session', () => {
    const step = run(inPhase('live'), OP_7);
    assert.equal(effect(step, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
    assert.deepEqual(armed(step, 'backoff'), { minMs: 0, maxMs: 0 });
    assert.equal(disconnected(step)?.next, 'resume');
    assert.equal(effect(run(step.state, due('backoff')), 'dial')?.url, RESUME_URL);
  });

  for (const phase of CONNECTED) {
    test(`is obeyed in ${phase}`, () => {
      const step = run(inPhase(phase), OP_7);
      assert.equal(step.state.phase.name, 'waiting');
      assert.equal(
        disconnected(step)?.next,
        phase === 'live' || phase === 'resuming' ? 'resume' : 'identify',
      );
      const holdsGate = phase === 'queued' || phase === 'identifying';
      assert.equal(effect(step, 'release-identify') !== undefined, holdsGate);
    });
  }

  test('time and again is met with growing pauses', () => {
    const second = run(inPhase('live'), OP_7, ...COME_BACK, RESUMED, OP_7);
    assert.deepEqual(armed(second, 'backoff'), { minMs: 0, maxMs: 2 * TIMING.backoffBaseMs });
  });
});

describe('op 9', () => {
  const table: readonly (readonly [phase: PhaseName, resumable: boolean, next: 'resume' | 'identify'])[] = [
    ['queued', true, 'identify'],
    ['queued', false, 'identify'],
    ['identifying', true, 'identify'],
    ['identifying', false, 'identify'],
    ['resuming', true, 'resume'],
    ['resuming', false, 'identify'],
    ['live', true, 'resume'],
    ['live', false, 'identify'],
  ];
  for (const [phase, resumable, next] of table) {
    test(`${resumable} in ${phase} is followed by ${next}`, () => {
      const hadSession = inPhase(phase).session !== null;
      const step = run(inPhase(phase), op9(resumable));
      assert.equal(disconnected(step)?.next, next);
      assert.equal(disconnected(step)?.cause, 'invalid-session');
      assert.equal(effect(step, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
      assert.equal(
        events(step).some(({ type }) => type === 'session-lost'),
        hadSession && next === 'identify',
      );
      assert.equal(armed(step, 'backoff')?.minMs, next === 'resume' ? 0 : TIMING.invalidSessionMinMs);
    });
  }

  test('false goes back to the base URL after 1 to 5 s, and longer when it repeats', () => {
    let step = run(inPhase('live'), op9(false));
    assert.deepEqual(armed(step, 'backoff'), { minMs: 1_000, maxMs: 5_000 });
    assert.equal(effect(run(step.state, due('backoff')), 'dial')?.url, BASE_URL);
    const pauses = [
      [1_000, 5_000],
      [1_000, 5_000],
      [4_000, 8_000],
      [8_000, 16_000],
    ] as const;
    for (const [minMs, maxMs] of pauses) {
      step = run(step.state, ...COME_BACK, GRANTED, op9(false));
      assert.deepEqual(armed(step, 'backoff'), { minMs, maxMs });
    }
  });
});

describe('backoff', () => {
  test('doubles with each loss up to its cap, and always begins at zero', () => {
    let step = run(idle(), OPEN, lost(null));
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      assert.deepEqual(armed(step, 'backoff'), { minMs: 0, maxMs: seconds * 1_000 });
      step = run(step.state, due('backoff'), lost(null));
    }
  });

  test('is not reset by READY or RESUMED, but by having been live for long enough', () => {
    const twice = run(inPhase('live'), lost(4000), ...COME_BACK, RESUMED, lost(4000), ...COME_BACK, RESUMED);
    assert.equal(armed(twice, 'stable')?.minMs, TIMING.stableMs);
    assert.equal(armed(run(twice.state, lost(4000)), 'backoff')?.maxMs, 4_000);
    assert.equal(armed(run(twice.state, due('stable'), lost(4000)), 'backoff')?.maxMs, 1_000);
  });

  test('stays finite after any number of losses', () => {
    const worn = { ...inPhase('live'), governor: { failures: 5_000, restarts: 5_000, loop: null } };
    assert.deepEqual(armed(run(worn, lost(null)), 'backoff'), { minMs: 0, maxMs: TIMING.backoffCapMs });
  });
});

describe('deadlines', () => {
  const table: readonly (readonly [phase: PhaseName, cause: LossCause])[] = [
    ['dialing', 'connect-deadline'],
    ['greeting', 'hello-deadline'],
    ['identifying', 'ready-deadline'],
    ['resuming', 'resumed-deadline'],
  ];
  for (const [phase, cause] of table) {
    test(`end ${phase}`, () => {
      const step = run(inPhase(phase), ...passed('deadline'));
      assert.equal(disconnected(step)?.cause, cause);
      assert.equal(effect(step, 'abandon')?.code, ClientCloseCode.KEEP_SESSION);
      assert.equal(step.state.phase.name, 'waiting');
    });
  }

  test('tell a connection that does not come to be from an upgrade that is not answered', () => {
    const step = run(inPhase('dialing'), CONNECTED_INPUT, ...passed('deadline'));
    assert.equal(disconnected(step)?.cause, 'upgrade-deadline');
  });

  test('are armed on entry of each phase that waits for the other side', () => {
    const armedAt = (step: ShardStep): number | undefined => armed(step, 'deadline')?.minMs;
    assert.equal(armedAt(run(idle(), OPEN)), TIMING.connectDeadlineMs);
    assert.equal(armedAt(run(inPhase('dialing'), OPENED)), TIMING.helloDeadlineMs);
    assert.equal(armedAt(run(inPhase('queued'), GRANTED)), TIMING.readyDeadlineMs);
    assert.equal(armedAt(run(idle({}, kept()), OPEN, OPENED, HELLO)), TIMING.resumedDeadlineMs);
    assert.equal(armedAt(run(inPhase('live'), CLOSE)), TIMING.closeDeadlineMs);
  });

  test('let a long replay go on as long as events arrive', () => {
    let { state } = run(idle({}, kept(5)), OPEN, OPENED, HELLO);
    for (const seq of [6, 7]) {
      noteDispatch(state, seq);
      const step = run(state, due('deadline'));
      assert.equal(armed(step, 'deadline')?.minMs, TIMING.resumedDeadlineMs);
      ({ state } = step);
    }
    assert.equal(disconnected(run(state, ...passed('deadline')))?.cause, 'resumed-deadline');
  });

  test('a connection that cannot be decoded is dropped with 4901 and resumed', () => {
    const step = run(inPhase('live'), { type: 'undecodable' });
    assert.equal(effect(step, 'abandon')?.code, ClientCloseCode.DECODE_FAILURE);
    assert.equal(disconnected(step)?.next, 'resume');
  });
});

describe('a dead resume host', () => {
  const deaths: readonly (readonly [what: string, inputs: readonly LooseInput[]])[] = [
    ['refuses to be dialled', [lost(null)]],
    ['does not answer the dial', passed('deadline')],
    ['does not say HELLO', [OPENED, ...passed('deadline')]],
    ['closes before HELLO', [OPENED, lost(1006)]],
  ];
  for (const [what, death] of deaths) {
    test(`that ${what} is left for the base URL after two failures, with the session`, () => {
      let step = run(inPhase('live'), OP_7, due('backoff'));
      assert.equal(effect(step, 'dial')?.url, RESUME_URL);
      step = run(step.state, ...death, due('backoff'));
      assert.equal(effect(step, 'dial')?.url, RESUME_URL);
      step = run(step.state, ...death, due('backoff'));
      assert.equal(effect(step, 'dial')?.url, BASE_URL);
      assert.equal(effect(run(step.state, OPENED, HELLO), 'send-resume')?.sessionId, 'abc');
      // A failure of the base URL says nothing about the session.
      step = run(step.state, lost(null), due('backoff'));
      assert.equal(effect(step, 'dial')?.url, BASE_URL);
      assert.equal(step.state.session?.id, 'abc');
      const back = run(step.state, lost(null), due('backoff'));
      assert.equal(effect(back, 'dial')?.url, RESUME_URL, 'after two failures of the base URL');
      const resumed = run(step.state, OPENED, HELLO, RESUMED);
      assert.equal(effect(run(resumed.state, OP_7, due('backoff')), 'dial')?.url, RESUME_URL);
    });
  }
});

test('an outage of both hosts, however long, keeps the session', () => {
  let step = run(inPhase('live'), lost(null));
  const urls: (string | undefined)[] = [];
  for (let count = 0; count < 1_000; count += 1) {
    step = run(step.state, due('backoff'));
    urls.push(effect(step, 'dial')?.url);
    step = run(step.state, ...(count % 2 === 0 ? [lost(null)] : passed('deadline')));
  }
  assert.deepEqual(urls.slice(0, 6), [RESUME_URL, RESUME_URL, BASE_URL, BASE_URL, RESUME_URL, RESUME_URL]);
  assert.equal(disconnected(step)?.next, 'resume');
  assert.equal(effect(run(step.state, ...COME_BACK), 'send-resume')?.sessionId, 'abc');
});

describe('resumes that are left without an answer', () => {
  const silences: readonly (readonly [what: string, inputs: readonly LooseInput[]])[] = [
    ['nothing at all', passed('deadline')],
    ['a close code that keeps the session', [lost(4000)]],
  ];
  for (const [what, inputs] of silences) {
    test(`by ${what} give the session up after ${TIMING.silentResumes} in a row`, () => {
      let step = run(inPhase('live'), lost(null));
      for (let count = 1; count < TIMING.silentResumes; count += 1) {
        step = run(step.state, ...COME_BACK, ...inputs);
        assert.equal(disconnected(step)?.next, 'resume', `attempt ${count}`);
      }
      step = run(step.state, ...COME_BACK, ...inputs);
      assert.equal(disconnected(step)?.next, 'identify');
      assert.deepEqual(
        events(step).map(({ type }) => type),
        ['disconnected', 'session-lost'],
      );
      const again = run(step.state, due('backoff'));
      assert.equal(effect(again, 'dial')?.url, BASE_URL);
    });
  }

  test('are tried on the other host as well', () => {
    let step = run(inPhase('live'), lost(null));
    for (const url of [RESUME_URL, RESUME_URL, BASE_URL]) {
      step = run(step.state, due('backoff'));
      assert.equal(effect(step, 'dial')?.url, url);
      step = run(step.state, OPENED, HELLO, ...passed('deadline'));
    }
  });

  test('are not counted when events came, when the network failed, or when the server asked for another connection', () => {
    let state = run(inPhase('live'), lost(null)).state;
    for (let count = 0; count < 4 * TIMING.silentResumes; count += 1) {
      ({ state } = run(state, ...COME_BACK));
      if (count % 4 === 0) {
        noteDispatch(state, 10 + count);
        ({ state } = run(state, lost(4000)));
      } else {
        ({ state } = run(state, [OP_7, lost(null), slept(600_000)][count % 4] ?? OP_7));
      }
    }
    assert.equal(state.session?.id, 'abc');
  });
});

describe('close', () => {
  const table: readonly (readonly [phase: PhaseName, next: PhaseName, way: 'close' | 'abandon' | null])[] = [
    ['idle', 'idle', null],
    ['waiting', 'idle', null],
    ['renewing', 'idle', null],
    ['dialing', 'idle', 'abandon'],
    ['greeting', 'closing', 'close'],
    ['queued', 'closing', 'close'],
    ['identifying', 'closing', 'close'],
    ['resuming', 'closing', 'close'],
    ['live', 'closing', 'close'],
    ['stopped', 'stopped', null],
  ];
  for (const session of ['end', 'keep'] as const) {
    for (const [phase, next, way] of table) {
      test(`${session} in ${phase} leads to ${next}`, () => {
        const before = inPhase(phase);
        const step = run(before, { type: 'close', session });
        assert.equal(step.state.phase.name, next);
        const code = session === 'end' ? ClientCloseCode.END_SESSION : ClientCloseCode.KEEP_SESSION;
        const expected = way === null ? [] : [{ type: way, epoch: before.epoch, code }];
        assert.deepEqual(
          step.effects.filter(({ type }) => type === 'close' || type === 'abandon'),
          expected,
        );
        assert.deepEqual(step.state.session, session === 'end' ? null : before.session);
        assert.equal(events(step).length, next === 'closing' ? 0 : 1);
        assert.equal(effect(step, 'release-identify') !== undefined, phase === 'queued');
      });
    }
  }

  test('with an Identify under way gives the slot back when the gateway has counted it, or never will', () => {
    const { state } = run(inPhase('identifying'), CLOSE);
    for (const end of [lost(1000), lost(null), due('deadline')]) {
      assert.ok(effect(run(state, end), 'release-identify'));
    }
  });

  test('is done when the server has closed, or at its deadline, and nothing restarts it', () => {
    for (const end of [lost(1000), lost(null), due('deadline')]) {
      const step = run(inPhase('closing'), end);
      assert.equal(step.state.phase.name, 'idle');
      assert.deepEqual(events(step), [{ type: 'closed', inTime: end.type === 'lost' }]);
      assert.equal(effect(step, 'abandon') !== undefined, end.type === 'timer');
      assert.deepEqual(run(step.state, due('backoff'), due('heartbeat')).effects, []);
    }
  });

  test('is not undone by what the server says meanwhile', () => {
    const inputs = [
      HELLO,
      READY,
      OP_7,
      op9(false),
      RESUMED,
      { type: 'undecodable' },
      due('heartbeat'),
    ] as const;
    const { state } = run(inPhase('closing'), ...inputs);
    assert.equal(state.phase.name, 'closing');
    assert.equal(isFreshDispatch(state, 100), false);
  });

  test('keep leaves what open resumes', () => {
    const { state } = run(inPhase('live'), { type: 'close', session: 'keep' }, lost(4900), OPEN, OPENED);
    assert.deepEqual(effect(run(state, HELLO), 'send-resume'), {
      type: 'send-resume',
      sessionId: 'abc',
      seq: 1,
    });
  });
});

describe('a verdict that another shard met', () => {
  const told = { code: 'DISALLOWED_INTENTS', closeCode: 4014, scope: 'application', times: 1 } as const;
  const verdict = { ...told, cause: 'closed-by-server' } as const;
  const stop = { ...told, cause: 'halted' } as const;
  for (const phase of ALL) {
    test(`in ${phase} ${phase === 'closing' || phase === 'stopped' ? 'changes nothing' : 'stops the shard'}`, () => {
      const before = inPhase(phase);
      const step = run(before, { type: 'halt', stop: verdict });
      if (phase === 'closing' || phase === 'stopped') {
        assert.equal(step.state, before);
        assert.deepEqual(step.effects, []);
        return;
      }
      assert.deepEqual(step.state.phase, { name: 'stopped', stop });
      assert.equal(step.state.session, null);
      const hasSocket = phase !== 'idle' && phase !== 'waiting' && phase !== 'renewing';
      assert.equal(effect(step, 'abandon')?.code, hasSocket ? ClientCloseCode.KEEP_SESSION : undefined);
      assert.equal(armed(step, 'backoff'), undefined);
      if (phase === 'queued' || phase === 'identifying') assert.ok(effect(step, 'release-identify'));
    });
  }
});

describe('events', () => {
  test('are fresh while a session is live or replayed, and above the last seq only', () => {
    for (const phase of ALL) {
      const state = inPhase(phase);
      const seq = state.session?.seq ?? 0;
      const open = phase === 'live' || phase === 'resuming';
      assert.equal(isFreshDispatch(state, seq + 1), open, phase);
      assert.equal(isFreshDispatch(state, seq), false, phase);
    }
  });

  test('move seq forward only', () => {
    const state = inPhase('live');
    noteDispatch(state, 12);
    noteDispatch(state, 7);
    assert.equal(state.session?.seq, 12);
    assert.deepEqual(effect(run(state, OP_7, ...COME_BACK), 'send-resume'), {
      type: 'send-resume',
      sessionId: 'abc',
      seq: 12,
    });
  });

  test('a RESUMED with a lower seq does not move it back', () => {
    const state = inPhase('resuming');
    noteDispatch(state, 20);
    assert.equal(run(state, { ...RESUMED, seq: 3 }).state.session?.seq, 20);
  });
});
