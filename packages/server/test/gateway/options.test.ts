import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GuildhallOptionError, type GuildhallOptions } from '../../src/index.ts';
import { resolveOptions } from '../../src/options.ts';

test('the defaults are what Discord has', () => {
  const { limits, host, port, store, rateLimits } = resolveOptions();
  assert.deepEqual([host, port, store, rateLimits], ['127.0.0.1', 0, 'memory', 'discord']);
  assert.deepEqual(limits, {
    maxPayloadBytes: 4_096,
    sendsPerWindow: 120,
    sendWindowMs: 60_000,
    heartbeatIntervalMs: 41_250,
    firstHeartbeatDeadlineMs: 82_500,
    heartbeatDeadlineMs: 66_875,
    reconnectGraceMs: 10_000,
    closeTimeoutMs: 5_000,
    identifyBucketMs: 5_000,
    maxConcurrency: 1,
    identifyRefusalDelayMs: 2_000,
    startsPerWindow: 1_000,
    startsWindowMs: 86_400_000,
    guildsPerShard: 2_500,
    sessionRetentionMs: 180_000,
    replayBytes: 16_777_216,
    maxSessions: 20_000,
    frameLogs: 250,
    maxConnections: 10_000,
    maxWritableBytes: 4_194_304,
    presencesPerWindow: 5,
    presenceWindowMs: 20_000,
    memberRequestIntervalMs: 30_000,
    lostReplay: 'op9',
    revokedResume: 'op9',
    missedHeartbeatCode: 4_000,
    revocationCode: 4_003,
    revokesDetached: true,
    unknownEncoding: 'close4002',
    unknownCompression: 'none',
    strictSeq: false,
    resumeFailure: 'op9',
  });
});

test('heartbeat deadlines follow the interval unless given', () => {
  const { limits } = resolveOptions({ limits: { heartbeatIntervalMs: 1_000, heartbeatDeadlineMs: 300 } });
  assert.deepEqual([limits.firstHeartbeatDeadlineMs, limits.heartbeatDeadlineMs], [2_000, 300]);
});

const REFUSED: readonly (readonly [option: string, options: unknown])[] = [
  ['port', { port: 70_000 }],
  ['port', { port: '80' }],
  ['host', { host: 'http://x' }],
  ['store', { store: 'disk' }],
  ['store', { store: { file: '' } }],
  ['ownerKey', { ownerKey: 'short' }],
  ['allowedHosts', { allowedHosts: ['http://x'] }],
  ['publicUrl', { publicUrl: 'https://example.test' }],
  ['log', { log: 'loud' }],
  ['prot', { prot: 1 }],
  ['limits.maxConnections', { limits: { maxConnections: 0 } }],
  ['limits.maxConections', { limits: { maxConections: 1 } }],
  ['limits.strictSeq', { limits: { strictSeq: 1 } }],
  ['limits.resumeFailure', { limits: { resumeFailure: 'op7' } }],
  ['limits.maxSessions', { limits: { maxSessions: 5 } }],
  ['limits.maxConcurrency', { host: '0.0.0.0', limits: { maxConcurrency: 16 } }],
];

describe('a bad option is refused by its name', () => {
  for (const [option, options] of REFUSED) {
    test(`${option} in ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => resolveOptions(options as GuildhallOptions),
        (error) =>
          error instanceof GuildhallOptionError &&
          error.option === option &&
          error.message.startsWith(option),
      );
    });
  }
});

test('a refused owner key is not repeated', () => {
  assert.throws(
    () => resolveOptions({ ownerKey: 'hunter2' }),
    (error) => error instanceof GuildhallOptionError && !error.message.includes('hunter2'),
  );
});
