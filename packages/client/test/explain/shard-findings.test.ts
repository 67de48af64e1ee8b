import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientReport, CloseRecord, EventReport, ShardReport } from '@guildhall/client';
import { shardFindings } from '../../src/explain/shard-findings.ts';
import { ShardCount } from '../../src/shard-counters.ts';
import { LatencyWindow } from '../../src/watching/latency-window.ts';

const LIVE: ShardReport = {
  id: 0,
  phase: 'live',
  phaseAgeMs: 1_000,
  attempts: 0,
  retryInMs: null,
  lastClose: null,
  sessionAgeMs: 1_000,
  seq: 3,
  heartbeatIntervalMs: 41_250,
  unackedHeartbeats: 0,
  latency: new LatencyWindow().report,
  lastFrameAgeMs: 10,
  lastHeartbeatAgeMs: null,
  lastHeartbeatAckAgeMs: null,
  lastDispatchAgeMs: 10,
  traffic: { receivedBytes: 1, sentBytes: 1, eventBytes: 1, heard: 1, skipped: 0 },
  compressionRatio: 1,
  queuedSends: 0,
  counters: new ShardCount().counters,
};

const CLOSE: CloseRecord = {
  by: 'gateway',
  cause: 'closed-by-server',
  code: 4014,
  reason: 'Disallowed',
  atMs: 5,
};
const EVENT: EventReport = {
  name: 'TYPING_START',
  parsed: 1,
  raw: 0,
  skipped: 0,
  shed: 0,
  timed: 1,
  timedMs: 1,
  slowestMs: 1,
};

function report(change: Partial<ClientReport>): ClientReport {
  return {
    name: 'open',
    atMs: 0,
    shardCount: 1,
    shards: [LIVE],
    events: [],
    handlerFailures: 0,
    backlog: { state: 'clear', queued: 0, peak: 0, pauses: 0, pausedMs: 0, shed: {} },
    identifyBudget: { total: 1000, remaining: 1000, resetAfterMs: 0, reserve: 50, refused: false },
    loopLag: { lastMs: 0, maxMs: 0 },
    workers: [],
    ...change,
  };
}

const CASES: readonly (readonly [
  what: string,
  change: Partial<ClientReport>,
  found: readonly (readonly [codeAndSeverity: string, seen: RegExp])[],
])[] = [
  ['all is well', {}, [['ok SHARDS_LIVE', /Shard\(s\) 0 are live/]]],
  ['never opened', { name: 'idle', shards: [] }, [['error NOT_OPEN', /not open/]]],
  ['being closed', { name: 'closing' }, [['error NOT_OPEN', /being closed/]]],
  [
    'refused for good',
    { name: 'stopped', shards: [{ ...LIVE, phase: 'stopped', lastClose: CLOSE }] },
    [['error STOPPED', /closed-by-server with code 4014 \(Disallowed\), ended by the gateway/]],
  ],
  [
    'one shard in quarantine, one on its way',
    {
      shardCount: 3,
      shards: [
        LIVE,
        { ...LIVE, id: 1, phase: 'stopped', lastClose: CLOSE },
        { ...LIVE, id: 2, phase: 'dialing' },
      ],
    },
    [
      ['error QUARANTINED', /Shard\(s\) 1 were left alone/],
      ['warning SHARDS_AWAY', /Shard\(s\) 2 have no live session \(dialing\).*no connection has ended yet/],
      ['ok SHARDS_LIVE', /0 are live/],
    ],
  ],
  [
    'part of the shards',
    { shardCount: 4 },
    [
      ['ok SHARDS_LIVE', /0/],
      ['info SHARDS_ELSEWHERE', /1 of 4 shards run here \(0\)/],
    ],
  ],
  [
    'nothing has come for longer than a heartbeat',
    { shards: [{ ...LIVE, lastFrameAgeMs: 70_000 }] },
    [
      ['ok SHARDS_LIVE', /0/],
      ['warning SHARD_SILENT', /for 70 s/],
    ],
  ],
  [
    'a quiet bot on a connection that lives',
    { shards: [{ ...LIVE, lastFrameAgeMs: 20_000, lastDispatchAgeMs: 400_000 }] },
    [
      ['ok SHARDS_LIVE', /0/],
      ['info SHARD_QUIET', /last bytes 20 s ago\), but the last event came 400 s ago/],
    ],
  ],
  [
    'a blocked event loop, slow and failing handlers',
    {
      loopLag: { lastMs: 3, maxMs: 900.4 },
      handlerFailures: 2,
      events: [{ ...EVENT, slowestMs: 1_200 }],
    },
    [
      ['ok SHARDS_LIVE', /0/],
      ['warning LOOP_LAG', /up to 900 ms, last by 3 ms/],
      ['warning HANDLERS_SLOW', /TYPING_START \(1200 ms\)/],
      ['warning HANDLERS_FAIL', /2 time/],
    ],
  ],
  [
    'events that nobody hears, the most frequent first',
    {
      events: [
        { ...EVENT, skipped: 2 },
        { ...EVENT, name: '', skipped: 9 },
        { ...EVENT, name: 'READY' },
      ],
    },
    [
      ['ok SHARDS_LIVE', /0/],
      ['info EVENTS_SKIPPED', /11 event\(s\).*undocumented names \(9\), TYPING_START \(2\)/],
    ],
  ],
];

describe('findings on a running client', () => {
  for (const [what, change, wanted] of CASES) {
    test(what, () => {
      const found = shardFindings(report(change));
      assert.deepEqual(
        found.map(({ severity, code }) => `${severity} ${code}`),
        wanted.map(([code]) => code),
      );
      for (const [index, [, seen]] of wanted.entries()) assert.match(found[index]?.seen ?? '', seen);
      for (const { severity, cure } of found) assert.equal(cure === null, severity === 'ok');
    });
  }
});
