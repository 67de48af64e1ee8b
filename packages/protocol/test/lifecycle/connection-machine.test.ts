import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  type ConnectionPhase,
  type ConnectionState,
  type ConnectionStep,
  initialConnectionState,
  stepConnection,
} from '../../src/lifecycle/connection-machine.ts';

const LIMITS: ConnectionLimits = {
  heartbeatIntervalMs: 41_250,
  firstHeartbeatDeadlineMs: 82_500,
  heartbeatDeadlineMs: 66_875,
  missedHeartbeatCode: 4_000,
  sendsPerWindow: 120,
  sendWindowMs: 60_000,
  reconnectGraceMs: 5_000,
};
const OPEN: ConnectionInput = { type: 'opened', versionSupported: true, encodingSupported: true };
const IDENTIFY = { token: 't', intents: 0, properties: { os: 'linux', browser: 'b', device: 'd' } };
const RESUME = { token: 't', session_id: 'abc', seq: 7 };
const COMMANDS = [3, 4, 8, 31, 43];
const UNKNOWN = [-1, 0, 5, 7, 9, 10, 11, 12, 30, 32, 36, 42, 44, 999];

function payload(op: number, d: unknown = null, nowMs = 0): ConnectionInput {
  return { type: 'payload', nowMs, payload: { op, d } };
}

function run(...inputs: readonly ConnectionInput[]): ConnectionState {
  return inputs.reduce((state, input) => stepConnection(state, input).state, initialConnectionState(LIMITS));
}

const REACHED: Readonly<Record<ConnectionPhase['name'], ConnectionState>> = {
  'awaiting-auth': run(OPEN),
  authorizing: run(OPEN, payload(2, IDENTIFY)),
  live: run(OPEN, payload(2, IDENTIFY), { type: 'accepted' }),
  closed: run(OPEN, { type: 'close', code: 4000 }),
};

/** What a step tells the shell to do, timers left out. */
function told({ effects }: ConnectionStep): string[] {
  return effects.flatMap((effect) => {
    switch (effect.type) {
      case 'arm':
      case 'cancel':
        return [];
      case 'send':
        return [`send op ${effect.op}`];
      case 'close':
        return [`close ${effect.code}`];
      case 'detach':
        return [`detach ${effect.session}`];
      case 'command':
        return [`command op ${effect.op}`];
      default:
        return [effect.type];
    }
  });
}

function armed({ effects }: ConnectionStep): string[] {
  return effects.flatMap((effect: ConnectionEffect) =>
    effect.type === 'arm' ? [`${effect.timer} in ${effect.ms}`] : [],
  );
}

const ACKNOWLEDGED = ['heartbeat', 'send op 11'];

/** The table of states: what each opcode means in each, and where it leads. */
const STATES: readonly {
  readonly phase: ConnectionPhase['name'];
  readonly ops: readonly number[];
  readonly d?: unknown;
  readonly expect: (op: number) => readonly string[];
  readonly next: ConnectionPhase['name'];
}[] = [
  { phase: 'awaiting-auth', ops: [1, 40], expect: () => ACKNOWLEDGED, next: 'awaiting-auth' },
  { phase: 'awaiting-auth', ops: [41], expect: () => [], next: 'awaiting-auth' },
  { phase: 'awaiting-auth', ops: [2], d: IDENTIFY, expect: () => ['identify'], next: 'authorizing' },
  { phase: 'awaiting-auth', ops: [6], d: RESUME, expect: () => ['resume'], next: 'authorizing' },
  { phase: 'awaiting-auth', ops: COMMANDS, expect: () => ['close 4003'], next: 'closed' },
  { phase: 'awaiting-auth', ops: UNKNOWN, expect: () => ['close 4001'], next: 'closed' },
  { phase: 'authorizing', ops: [1, 40], expect: () => ACKNOWLEDGED, next: 'authorizing' },
  { phase: 'authorizing', ops: [41], expect: () => [], next: 'authorizing' },
  { phase: 'authorizing', ops: [2], d: IDENTIFY, expect: () => ['close 4005'], next: 'closed' },
  { phase: 'authorizing', ops: [6], d: RESUME, expect: () => ['close 4005'], next: 'closed' },
  { phase: 'authorizing', ops: COMMANDS, expect: () => ['close 4003'], next: 'closed' },
  { phase: 'authorizing', ops: UNKNOWN, expect: () => ['close 4001'], next: 'closed' },
  { phase: 'live', ops: [1, 40], expect: () => ACKNOWLEDGED, next: 'live' },
  { phase: 'live', ops: [41], expect: () => [], next: 'live' },
  { phase: 'live', ops: [2], d: IDENTIFY, expect: () => ['close 4005', 'detach kept'], next: 'closed' },
  { phase: 'live', ops: [6], d: RESUME, expect: () => ['close 4005', 'detach kept'], next: 'closed' },
  { phase: 'live', ops: COMMANDS, expect: (op) => [`command op ${op}`], next: 'live' },
  { phase: 'live', ops: UNKNOWN, expect: () => ['close 4001', 'detach kept'], next: 'closed' },
  { phase: 'closed', ops: [1, 2, 6, 40, 41, ...COMMANDS, ...UNKNOWN], expect: () => [], next: 'closed' },
];

for (const { phase, ops, d, expect, next } of STATES) {
  test(`${phase}: op ${ops.join(', ')} → ${next}`, () => {
    for (const op of ops) {
      const step = stepConnection(REACHED[phase], payload(op, d));
      assert.deepEqual(told(step), expect(op), `op ${op}`);
      assert.equal(step.state.phase.name, next, `op ${op}`);
    }
  });
}

test('an open connection says HELLO and waits twice the interval for the first heartbeat', () => {
  const step = stepConnection(initialConnectionState(LIMITS), OPEN);
  assert.deepEqual(step.effects, [
    { type: 'send', op: 10, d: { heartbeat_interval: 41_250 } },
    { type: 'arm', timer: 'heartbeat', ms: 82_500 },
  ]);
});

for (const [versionSupported, encodingSupported, code] of [
  [false, true, 4012],
  [true, false, 4002],
  [false, false, 4012],
] as const) {
  test(`opened with version ${versionSupported}, encoding ${encodingSupported}: ${code} without HELLO`, () => {
    const step = stepConnection(initialConnectionState(LIMITS), {
      type: 'opened',
      versionSupported,
      encodingSupported,
    });
    assert.deepEqual(told(step), [`close ${code}`]);
  });
}

test('what is no envelope is a decode error in every state', () => {
  const values = [
    null,
    undefined,
    true,
    5,
    'op',
    [],
    [1],
    {},
    { d: 1 },
    { op: '1' },
    { op: 1.5 },
    { op: null },
  ];
  for (const value of values) {
    const input: ConnectionInput = { type: 'payload', nowMs: 0, payload: value };
    assert.deepEqual(told(stepConnection(REACHED['awaiting-auth'], input)), ['close 4002']);
    assert.deepEqual(told(stepConnection(REACHED.live, input)), ['close 4002', 'detach kept']);
  }
  assert.deepEqual(told(stepConnection(REACHED.live, { type: 'undecodable', nowMs: 0 })), [
    'close 4002',
    'detach kept',
  ]);
});

test('Identify and Resume of the wrong shape are refused by what is wrong', () => {
  const cases: readonly (readonly [op: number, d: unknown, code: number])[] = [
    [2, null, 4002],
    [2, [], 4002],
    [2, 'token', 4002],
    [2, {}, 4001],
    [2, { token: 't' }, 4001],
    [2, { token: 5, properties: {} }, 4001],
    [6, null, 4002],
    [6, {}, 4001],
    [6, { token: 't', seq: 1 }, 4001],
    [6, { session_id: 's', seq: 1 }, 4001],
  ];
  for (const [op, d, code] of cases) {
    const step = stepConnection(REACHED['awaiting-auth'], payload(op, d));
    assert.deepEqual(told(step), [`close ${code}`], JSON.stringify(d));
  }
});

test('Identify and Resume reach the shell as read', () => {
  const [identify] = stepConnection(REACHED['awaiting-auth'], payload(2, IDENTIFY)).effects;
  assert.equal(identify?.type === 'identify' && identify.request.token, 't');
  const [resume] = stepConnection(REACHED['awaiting-auth'], payload(6, RESUME)).effects;
  assert.deepEqual(resume, { type: 'resume', request: { token: 't', sessionId: 'abc', seq: 7 } });
});

test('accepted makes an authorizing connection live, and no other', () => {
  const accepted: ConnectionInput = { type: 'accepted' };
  assert.equal(stepConnection(REACHED.authorizing, accepted).state.phase.name, 'live');
  assert.equal(stepConnection(REACHED['awaiting-auth'], accepted).state.phase.name, 'awaiting-auth');
  assert.equal(stepConnection(REACHED.closed, accepted).state.phase.name, 'closed');
});

test('a refusal closes with its code and reason, and there is no session to detach', () => {
  const step = stepConnection(REACHED.authorizing, { type: 'refused', code: 4014 });
  assert.deepEqual(
    step.effects.find(({ type }) => type === 'close'),
    { type: 'close', code: 4014, reason: 'Disallowed intent(s).' },
  );
  assert.deepEqual(told(step), ['close 4014']);
});

/** What becomes of a live session under each code that the server closes with. */
const CLOSES: readonly (readonly [code: number, session: 'kept' | 'gone'])[] = [
  [1000, 'kept'],
  [1001, 'kept'],
  [4000, 'kept'],
  [4001, 'kept'],
  [4002, 'kept'],
  [4003, 'gone'],
  [4004, 'gone'],
  [4005, 'kept'],
  [4006, 'gone'],
  [4007, 'gone'],
  [4008, 'kept'],
  [4009, 'gone'],
  [4010, 'gone'],
  [4011, 'gone'],
  [4012, 'gone'],
  [4013, 'gone'],
  [4014, 'gone'],
  [4999, 'kept'],
];

for (const [code, session] of CLOSES) {
  test(`closing a live connection with ${code}: the session is ${session}`, () => {
    const step = stepConnection(REACHED.live, { type: 'close', code });
    assert.deepEqual(told(step), [`close ${code}`, `detach ${session}`]);
    assert.deepEqual(told(stepConnection(REACHED['awaiting-auth'], { type: 'close', code })), [
      `close ${code}`,
    ]);
  });
}

test('the reason of a close can be given', () => {
  const step = stepConnection(REACHED.live, { type: 'close', code: 4000, reason: 'Slow reader.' });
  assert.ok(step.effects.some((effect) => effect.type === 'close' && effect.reason === 'Slow reader.'));
});

for (const [code, session] of [
  [1000, 'gone'],
  [1001, 'gone'],
  [null, 'kept'],
  [1005, 'kept'],
  [1006, 'kept'],
  [1012, 'kept'],
  [3010, 'kept'],
  [4000, 'kept'],
  [4003, 'kept'],
  [4900, 'kept'],
] as const) {
  test(`a client that closes with ${code}: the session is ${session}`, () => {
    assert.deepEqual(told(stepConnection(REACHED.live, { type: 'closed', code })), [`detach ${session}`]);
    assert.deepEqual(told(stepConnection(REACHED.authorizing, { type: 'closed', code })), []);
  });
}

test('every end of a connection cancels both timers', () => {
  const ends: readonly ConnectionInput[] = [
    { type: 'close', code: 4000 },
    { type: 'closed', code: null },
    { type: 'undecodable', nowMs: 0 },
    { type: 'timer', timer: 'heartbeat' },
    { type: 'timer', timer: 'reconnect' },
    payload(999),
  ];
  for (const input of ends) {
    const { effects } = stepConnection(REACHED.live, input);
    const cancelled = effects.flatMap((effect) => (effect.type === 'cancel' ? [effect.timer] : []));
    assert.deepEqual(cancelled, ['heartbeat', 'reconnect'], input.type);
  }
});

test('a closed connection takes nothing in', () => {
  const inputs: readonly ConnectionInput[] = [
    OPEN,
    { type: 'accepted' },
    { type: 'refused', code: 4004 },
    { type: 'invalid-session', resumable: true },
    { type: 'request-reconnect' },
    { type: 'close', code: 4003 },
    { type: 'timer', timer: 'heartbeat' },
    { type: 'closed', code: 1000 },
    { type: 'undecodable', nowMs: 0 },
  ];
  for (const input of inputs) {
    assert.deepEqual(
      stepConnection(REACHED.closed, input),
      { state: REACHED.closed, effects: [] },
      input.type,
    );
  }
});

for (const [resumable, session] of [
  [true, 'kept'],
  [false, 'gone'],
] as const) {
  test(`op 9 d:${resumable} on a live connection: the session is ${session}, the socket stays open`, () => {
    const step = stepConnection(REACHED.live, { type: 'invalid-session', resumable });
    assert.deepEqual(step.effects, [
      { type: 'detach', session },
      { type: 'send', op: 9, d: resumable },
    ]);
    assert.equal(step.state.phase.name, 'awaiting-auth');
  });

  test(`after op 9 d:${resumable} Identify and Resume are legal, commands are not`, () => {
    for (const before of [REACHED.live, REACHED.authorizing]) {
      const { state } = stepConnection(before, { type: 'invalid-session', resumable });
      assert.deepEqual(told(stepConnection(state, payload(2, IDENTIFY))), ['identify']);
      assert.deepEqual(told(stepConnection(state, payload(6, RESUME))), ['resume']);
      assert.deepEqual(told(stepConnection(state, payload(1))), ACKNOWLEDGED);
      // No detach: the session is not this connection's any more, and 4003 must not end it.
      assert.deepEqual(told(stepConnection(state, payload(3))), ['close 4003']);
    }
  });
}

test('op 9 on a refused Identify detaches nothing', () => {
  const step = stepConnection(REACHED.authorizing, { type: 'invalid-session', resumable: false });
  assert.deepEqual(told(step), ['send op 9']);
});

test('op 7 leaves the client a grace, then closes with 4000 and keeps the session', () => {
  const asked = stepConnection(REACHED.live, { type: 'request-reconnect' });
  assert.deepEqual(asked.effects, [
    { type: 'send', op: 7, d: null },
    { type: 'arm', timer: 'reconnect', ms: 5_000 },
  ]);
  assert.deepEqual(told(stepConnection(asked.state, payload(3))), ['command op 3']);
  assert.deepEqual(told(stepConnection(asked.state, { type: 'timer', timer: 'reconnect' })), [
    'close 4000',
    'detach kept',
  ]);
});

test('op 7 may come before authentication', () => {
  assert.deepEqual(told(stepConnection(REACHED['awaiting-auth'], { type: 'request-reconnect' })), [
    'send op 7',
  ]);
});

test('each heartbeat is acknowledged and starts the deadline anew', () => {
  for (const state of [REACHED['awaiting-auth'], REACHED.authorizing, REACHED.live]) {
    for (const d of [null, 0, 12, 'nonsense']) {
      const step = stepConnection(state, payload(1, d));
      assert.deepEqual(told(step), ACKNOWLEDGED);
      assert.deepEqual(armed(step), ['heartbeat in 66875']);
    }
  }
});

test('other payloads do not stand in for a heartbeat', () => {
  assert.deepEqual(armed(stepConnection(REACHED.live, payload(3))), []);
  assert.deepEqual(armed(stepConnection(REACHED['awaiting-auth'], payload(2, IDENTIFY))), []);
});

test('a missed heartbeat closes with 4000, not 4009, and keeps the session', () => {
  const step = stepConnection(REACHED.live, { type: 'timer', timer: 'heartbeat' });
  assert.deepEqual(told(step), ['close 4000', 'detach kept']);
  assert.ok(step.effects.some((effect) => effect.type === 'close' && effect.reason === 'Heartbeat timeout.'));
});

function after(count: number, nowMs: number): ConnectionState {
  let state = REACHED['awaiting-auth'];
  for (let sent = 0; sent < count; sent += 1) state = stepConnection(state, payload(1, null, nowMs)).state;
  return state;
}

test('120 payloads a minute pass, heartbeats counted; the next closes with 4008', () => {
  const full = after(120, 1_000);
  assert.equal(full.phase.name, 'awaiting-auth');
  assert.deepEqual(told(stepConnection(full, payload(1, null, 60_999))), ['close 4008']);
  assert.deepEqual(told(stepConnection(full, payload(1, null, 61_000))), ACKNOWLEDGED);
});

test('a live session survives 4008', () => {
  const live = stepConnection(stepConnection(after(119, 0), payload(2, IDENTIFY)).state, {
    type: 'accepted',
  }).state;
  assert.deepEqual(told(stepConnection(live, payload(3))), ['close 4008', 'detach kept']);
});

test('the rate is judged after the decoding and before the meaning', () => {
  const full = after(120, 0);
  assert.deepEqual(told(stepConnection(full, { type: 'payload', nowMs: 0, payload: [] })), ['close 4002']);
  assert.deepEqual(told(stepConnection(full, payload(999))), ['close 4008']);
  assert.deepEqual(told(stepConnection(full, payload(2, null))), ['close 4008']);
});
