import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_SHARD_TIMING, type LossCause } from '@guildhall/protocol';
import fc from 'fast-check';
import {
  CALM,
  type Ending,
  type Governor,
  govern,
  type Pause,
  type Ruling,
} from '../../src/lifecycle/reconnect-governor.ts';

const TIMING = DEFAULT_SHARD_TIMING;

const KICKED: Ending = {
  cause: 'closed-by-server',
  code: 4000,
  phase: 'live',
  started: false,
  next: 'resume',
};
const SESSION_ENDED: Ending = { ...KICKED, code: 4009, started: true, next: 'identify' };
const DIAL_FAILED: Ending = { ...KICKED, cause: 'dial-failed', code: null, phase: 'before-identify' };
const NO_READY: Ending = {
  ...SESSION_ENDED,
  cause: 'ready-deadline',
  code: null,
  phase: 'identifying',
  started: false,
};
const OP_7: Ending = { ...KICKED, cause: 'reconnect-requested', code: null };
const OP_9: Ending = { ...NO_READY, cause: 'invalid-session' };

/** The rulings on endings that follow each other. */
function rulings(endings: readonly Ending[]): Ruling[] {
  let governor: Governor = CALM;
  return endings.map((ending) => {
    const ruling = govern(governor, ending, TIMING);
    ({ governor } = ruling);
    return ruling;
  });
}

function pauses(endings: readonly Ending[]): (Pause | 'quarantine')[] {
  return rulings(endings).map((ruling) => (ruling.type === 'wait' ? ruling.pause : 'quarantine'));
}

function times(count: number, ending: Ending): Ending[] {
  return Array.from({ length: count }, () => ending);
}

const seconds = (min: number, max: number): Pause => ({ minMs: min * 1_000, maxMs: max * 1_000 });

describe('pauses', () => {
  const table: readonly (readonly [name: string, ending: Ending, expected: readonly Pause[]])[] = [
    [
      'dials that fail: full jitter, doubling, up to a minute',
      DIAL_FAILED,
      [1, 2, 4, 8, 16, 32, 60, 60].map((max) => seconds(0, max)),
    ],
    [
      'a kept session that is ended the same way: as before, and from the third time at least half',
      KICKED,
      [
        [0, 1],
        [0, 2],
        [2, 4],
        [4, 8],
        [8, 16],
        [16, 32],
        [30, 60],
        [30, 60],
      ].map(([min = 0, max = 0]) => seconds(min, max)),
    ],
    [
      'a session that dies the same way each time: a minute from the third time on, up to five',
      SESSION_ENDED,
      [
        [0, 1],
        [0, 2],
        [30, 60],
        [60, 120],
        [120, 240],
        [150, 300],
        [150, 300],
      ].map(([min = 0, max = 0]) => seconds(min, max)),
    ],
    [
      'identifies that bring no READY: up to five minutes, for each costs a start',
      NO_READY,
      [
        [0, 1],
        [0, 2],
        [0, 4],
        [4, 8],
        [8, 16],
        [16, 32],
        [32, 64],
        [64, 128],
        [128, 256],
        [150, 300],
      ].map(([min = 0, max = 0]) => seconds(min, max)),
    ],
    [
      'op 9 in answer to identifies: never less than a second',
      OP_9,
      [
        [1, 5],
        [1, 5],
        [1, 5],
        [4, 8],
        [8, 16],
      ].map(([min = 0, max = 0]) => seconds(min, max)),
    ],
    [
      'op 7 on a live connection: at once, unless it repeats',
      OP_7,
      [
        [0, 0],
        [0, 2],
        [2, 4],
        [4, 8],
      ].map(([min = 0, max = 0]) => seconds(min, max)),
    ],
  ];
  for (const [name, ending, expected] of table) {
    test(`of ${name}`, () => assert.deepEqual(pauses(times(expected.length, ending)), expected));
  }

  test('op 7 comes at once when something else has ended the connection before', () => {
    assert.deepEqual(pauses([KICKED, KICKED, OP_7]).at(-1), seconds(0, 0));
    assert.deepEqual(pauses([{ ...OP_7, phase: 'resuming' }]), [seconds(0, 0)]);
    assert.deepEqual(pauses([KICKED, { ...OP_7, phase: 'resuming' }]).at(-1), seconds(0, 2));
  });

  test('before a new session do not sum up what has cost no start', () => {
    const outage = times(20, DIAL_FAILED);
    const disturbed = [
      KICKED,
      { ...KICKED, code: 4001 },
      { ...KICKED, cause: 'zombie', code: null },
    ] as const;
    for (const endings of [outage, [...disturbed, ...disturbed, ...disturbed]]) {
      for (const phase of ['live', 'resuming'] as const) {
        assert.deepEqual(pauses([...endings, { ...OP_9, phase }]).at(-1), seconds(1, 5));
      }
      assert.deepEqual(pauses([...endings, { ...SESSION_ENDED, code: 4003 }]).at(-1), seconds(0, 1));
    }
  });

  test('before new sessions grow also where each had been resumed, and ends for another reason', () => {
    const turn = (code: number): Ending[] => [
      { ...KICKED, code },
      { ...OP_9, phase: 'resuming' },
    ];
    const all = pauses(Array.from({ length: 12 }, (_, index) => turn(4000 + (index % 2))).flat());
    const beforeIdentify = all.filter((_, index) => index % 2 === 1);
    assert.deepEqual(beforeIdentify.slice(0, 5), [
      seconds(1, 5),
      seconds(1, 5),
      seconds(1, 5),
      seconds(4, 8),
      seconds(8, 16),
    ]);
    assert.deepEqual(beforeIdentify.at(-1), seconds(150, 300));
  });

  test('are finite and in order, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(anyEnding(), { maxLength: 200 }), (endings) => {
        for (const pause of pauses(endings)) {
          if (pause === 'quarantine') return;
          assert.ok(pause.minMs >= 0 && pause.minMs <= pause.maxMs, JSON.stringify(pause));
          assert.ok(pause.maxMs <= TIMING.identifyBackoffCapMs);
        }
      }),
    );
  });
});

describe('a loop', () => {
  test('of a kept session is quarantined after 60 turns, of new sessions after 20', () => {
    assert.deepEqual(
      pauses(times(60, KICKED)).map((pause) => pause === 'quarantine'),
      [...times(59, KICKED).map(() => false), true],
    );
    assert.equal(pauses(times(19, SESSION_ENDED)).includes('quarantine'), false);
    assert.equal(pauses(times(20, SESSION_ENDED)).at(-1), 'quarantine');
  });

  test('lasts at least 27 and 38 minutes before that', () => {
    const leastMs = (endings: Ending[]): number =>
      pauses(endings).reduce((sum, pause) => sum + (pause === 'quarantine' ? 0 : pause.minMs), 0);
    assert.ok(leastMs(times(60, KICKED)) >= 27 * 60_000);
    assert.ok(leastMs(times(20, SESSION_ENDED)) >= 38 * 60_000);
  });

  test('counts the starts also where the close keeps a session that cannot be resumed afterwards', () => {
    const refused: Ending = { ...OP_9, phase: 'resuming' };
    const turn = [{ ...KICKED, started: true }, refused];
    const all = pauses(Array.from({ length: 20 }, () => turn).flat());
    assert.equal(all.indexOf('quarantine'), 38);
  });

  test('tells how often', () => {
    assert.deepEqual(
      rulings([KICKED, KICKED, DIAL_FAILED, KICKED, { ...KICKED, code: 4001 }]).map(
        (ruling) => ruling.type === 'wait' && ruling.times,
      ),
      [1, 2, 0, 3, 1],
    );
  });

  const innocent: readonly (readonly [name: string, endings: readonly Ending[]])[] = [
    ['hours of failed dials', times(5_000, DIAL_FAILED)],
    [
      'a network that breaks every connection',
      times(5_000, { ...KICKED, cause: 'connection-lost', code: null }),
    ],
    ['a server that never says READY', times(5_000, NO_READY)],
    ['op 9 in answer to every identify', times(5_000, OP_9)],
    ['a server that ends every resume', times(5_000, { ...KICKED, phase: 'resuming' })],
    [
      'ends that differ',
      Array.from({ length: 5_000 }, (_, index) => ({ ...KICKED, code: 4000 + (index % 2) })),
    ],
  ];
  for (const [name, endings] of innocent) {
    test(`is not ${name}`, () => assert.equal(pauses(endings).includes('quarantine'), false));
  }

  test('that costs starts spends at most 3 in any 30 s', () => {
    fc.assert(
      fc.property(fc.constantFrom(4003, 4009, 4006), (code) => {
        let atMs = 0;
        const startsAtMs = [0];
        for (const pause of pauses(times(19, { ...SESSION_ENDED, code }))) {
          if (pause === 'quarantine') break;
          atMs += pause.minMs;
          startsAtMs.push(atMs);
        }
        for (let index = 3; index < startsAtMs.length; index += 1) {
          assert.ok((startsAtMs[index] ?? 0) - (startsAtMs[index - 3] ?? 0) >= 30_000);
        }
      }),
    );
  });
});

function anyEnding(): fc.Arbitrary<Ending> {
  const causes: LossCause[] = [
    'dial-failed',
    'closed-by-server',
    'reconnect-requested',
    'invalid-session',
    'zombie',
  ];
  return fc.record({
    cause: fc.constantFrom(...causes),
    code: fc.constantFrom(null, 4000, 4009),
    phase: fc.constantFrom('before-identify', 'identifying', 'resuming', 'live'),
    started: fc.boolean(),
    next: fc.constantFrom('resume', 'identify'),
  });
}
