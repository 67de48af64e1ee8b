import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { GatewayClient, type GatewayClientOptions, OptionError } from '@guildhall/client';
import { DEFAULT_SHARD_TIMING } from '@guildhall/protocol';
import { resolveOptions } from '../src/options.ts';
import { TOKEN } from './support/fixtures.ts';

const GOOD: GatewayClientOptions = { token: TOKEN, intents: ['GUILDS'] };

describe('options', () => {
  test('have the documented defaults', () => {
    const { logger, ...options } = resolveOptions(GOOD);
    assert.deepEqual(options, {
      token: TOKEN,
      tokenProvider: null,
      intents: 1,
      shards: 'auto',
      transport: 'zstd-stream',
      workers: { count: 0, handlers: null },
      apiBase: 'https://discord.com/api/v10',
      gatewayUrl: null,
      resumeUrlPolicy: 'same-site',
      presence: null,
      largeThreshold: null,
      timing: DEFAULT_SHARD_TIMING,
      identify: {
        bucketMs: 5_000,
        maxConcurrency: 1,
        gate: null,
        reserve: null,
        startLimit: { total: 1_000, remaining: 1_000, resetAfterMs: 0 },
      },
      limits: {
        maxMessageBytes: 67_108_864,
        maxSendBytes: 4_096,
        sendsPerWindow: 120,
        sendWindowMs: 60_000,
        maxQueuedSends: 500,
      },
      sessionStore: null,
      sessions: { maxAgeMs: 600_000, saveEveryMs: 10_000 },
      encoding: 'json',
      heartbeatIntervalMs: null,
      handling: {
        highWaterMark: 5_000,
        lowWaterMark: 2_500,
        shed: [],
        maxConcurrent: 256,
        resumeFrom: 'received',
      },
      proxy: null,
    });
    assert.doesNotThrow(() => logger.error({}, 'into the void'));
  });

  const resolved: readonly (readonly [change: Partial<GatewayClientOptions>, expected: object])[] = [
    [{ token: `Bot ${TOKEN}` }, { token: TOKEN }],
    [{ intents: 0 }, { intents: 0 }],
    [{ intents: ['GUILDS', 'MESSAGE_CONTENT'] }, { intents: 32_769 }],
    [{ shards: 2 }, { shards: { ids: [0, 1], count: 2 } }],
    [{ shards: { ids: [3], count: 8 } }, { shards: { ids: [3], count: 8 } }],
    [{ compression: 'none' }, { transport: 'none' }],
    [{ compression: 'zlib' }, { transport: 'zlib-stream' }],
    [{ compression: 'zstd' }, { transport: 'zstd-stream' }],
    [{ apiBase: 'http://127.0.0.1:8080/api' }, { apiBase: 'http://127.0.0.1:8080/api/v10' }],
    [{ apiBase: 'http://127.0.0.1:8080/api/' }, { apiBase: 'http://127.0.0.1:8080/api/v10' }],
    [{ apiBase: 'http://127.0.0.1:8080/api/v10/' }, { apiBase: 'http://127.0.0.1:8080/api/v10' }],
    [{ gatewayUrl: 'ws://127.0.0.1:8080' }, { gatewayUrl: 'ws://127.0.0.1:8080/' }],
    [{ timing: { stableMs: 1 } }, { timing: { ...DEFAULT_SHARD_TIMING, stableMs: 1 } }],
    [{ resumeUrlPolicy: 'any' }, { resumeUrlPolicy: 'any' }],
    [{ resumeUrlPolicy: ['*.example.com'] }, { resumeUrlPolicy: ['*.example.com'] }],
    [{ resumeUrlPolicy: [] }, { resumeUrlPolicy: [] }],
    [{ encoding: 'etf' }, { encoding: 'etf' }],
    [{ heartbeat: { intervalMs: 10_000 } }, { heartbeatIntervalMs: 10_000 }],
    [
      { handling: { highWaterMark: 7, shed: ['TYPING_START'], resumeFrom: 'handled' } },
      {
        handling: {
          highWaterMark: 7,
          lowWaterMark: 3,
          shed: ['TYPING_START'],
          maxConcurrent: 256,
          resumeFrom: 'handled',
        },
      },
    ],
  ];
  for (const [change, expected] of resolved) {
    test(`resolve ${JSON.stringify(change)}`, () => {
      const options: object = resolveOptions({ ...GOOD, ...change });
      for (const [name, value] of Object.entries(expected))
        assert.deepEqual(Reflect.get(options, name), value);
    });
  }

  const refused: readonly (readonly [option: string, change: object])[] = [
    ['token', { token: '' }],
    ['token', { token: undefined }],
    ['token', { token: 'two words' }],
    ['token', { token: `${TOKEN}\r\nx: y` }],
    ['intents', { intents: undefined }],
    ['intents', { intents: 'GUILDS' }],
    ['intents', { intents: -1 }],
    ['intents', { intents: 1 << 30 }],
    ['intents', { intents: ['GUILD'] }],
    ['intents', { intents: [1] }],
    ['shards', { shards: 0 }],
    ['shards', { shards: 1.5 }],
    ['shards', { shards: 'many' }],
    ['shards.count', { shards: { ids: [0], count: 0 } }],
    ['shards.ids', { shards: { ids: [], count: 1 } }],
    ['shards.ids', { shards: { ids: [1], count: 1 } }],
    ['shards.ids', { shards: { ids: [0, 0], count: 2 } }],
    ['compression', { compression: 'gzip' }],
    ['apiBase', { apiBase: 'discord.com/api' }],
    ['apiBase', { apiBase: 'ftp://discord.com/api' }],
    ['apiBase', { apiBase: 'https://discord.com/api/v9' }],
    ['apiBase', { apiBase: 'https://user:word@discord.com/api' }],
    ['gatewayUrl', { gatewayUrl: 'https://discord.com' }],
    ['gatewayUrl', { gatewayUrl: 'wss://discord.com/?v=9' }],
    ['presence', { presence: 'online' }],
    ['largeThreshold', { largeThreshold: 49 }],
    ['largeThreshold', { largeThreshold: 251 }],
    ['timing.connectDeadlineMs', { timing: { connectDeadlineMs: 0 } }],
    ['timing.upgradeDeadlineMs', { timing: { upgradeDeadlineMs: 1.5 } }],
    ['timing.quarantineKicks', { timing: { quarantineKicks: 0 } }],
    ['tokenProvider', { token: undefined, tokenProvider: 'token' }],
    ['token', { tokenProvider: () => TOKEN }],
    ['resumeUrlPolicy', { resumeUrlPolicy: 'same-host' }],
    ['resumeUrlPolicy', { resumeUrlPolicy: ['wss://example.com'] }],
    ['resumeUrlPolicy', { resumeUrlPolicy: ['*'] }],
    ['resumeUrlPolicy', { resumeUrlPolicy: [''] }],
    ['resumeUrlPolicy', { resumeUrlPolicy: ['Example.com'] }],
    ['timing.backoffCapMs', { timing: { backoffCapMs: 2 ** 31 } }],
    ['timing.silentResumes', { timing: { silentResumes: 0 } }],
    ['timing.backOffMs', { timing: { backOffMs: 1 } }],
    ['timing.invalidSessionMinMs', { timing: { invalidSessionMinMs: 6_000 } }],
    ['identify.bucketMs', { identify: { bucketMs: -1 } }],
    ['identify.maxConcurrency', { identify: { maxConcurrency: 0 } }],
    ['identify.gate', { identify: { gate: {} } }],
    ['identify.reserve', { identify: { reserve: -1 } }],
    ['identify.startLimit', { identify: { startLimit: 'all' } }],
    [
      'identify.startLimit.remaining',
      { identify: { startLimit: { total: 1, remaining: -1, resetAfterMs: 0 } } },
    ],
    [
      'identify.startLimit.resetAfterMs',
      { identify: { startLimit: { total: 1, remaining: 1, resetAfterMs: 1e12 } } },
    ],
    ['limits.maxMessageBytes', { limits: { maxMessageBytes: 1 } }],
    ['limits.maxSendBytes', { limits: { maxSendBytes: '4096' } }],
    ['limits.maxQueuedSends', { limits: { maxQueuedSends: Number.NaN } }],
    ['sessionStore', { sessionStore: { load: () => null } }],
    ['sessions.maxAgeMs', { sessions: { maxAgeMs: 0 } }],
    ['sessions.saveEveryMs', { sessions: { saveEveryMs: 1 } }],
    ['encoding', { encoding: 'erlpack' }],
    ['heartbeat', { heartbeat: 10_000 }],
    ['heartbeat.intervalMs', { heartbeat: { intervalMs: 999 } }],
    ['handling', { handling: 'fast' }],
    ['handling.highWaterMark', { handling: { highWaterMark: 0 } }],
    ['handling.lowWaterMark', { handling: { highWaterMark: 5, lowWaterMark: 5 } }],
    ['handling.shed', { handling: { shed: ['READY'] } }],
    ['handling.shed', { handling: { shed: 'TYPING_START' } }],
    ['handling.maxConcurrent', { handling: { maxConcurrent: 0 } }],
    ['handling.resumeFrom', { handling: { resumeFrom: 'start' } }],
    ['proxy', { proxy: 'proxy.example:3128' }],
    ['proxy', { proxy: 'socks5://proxy.example' }],
    ['proxy', { proxy: 'http://proxy.example/path' }],
    ['proxy', { proxy: `http://user:${TOKEN}%@proxy.example` }],
    ['logger', { logger: {} }],
    ['logger', { logger: null }],
  ];
  for (const [option, change] of refused) {
    test(`refuse ${option}: ${inspect(change, { breakLength: Number.POSITIVE_INFINITY })}`, () => {
      assert.throws(
        () => new GatewayClient({ ...GOOD, ...change } as GatewayClientOptions),
        (error) => {
          assert.ok(error instanceof OptionError);
          assert.equal(error.option, option);
          assert.equal(error.code, 'INVALID_OPTION');
          assert.ok(!inspect(error).includes(TOKEN), 'the token is not quoted');
          return true;
        },
      );
    });
  }
});
