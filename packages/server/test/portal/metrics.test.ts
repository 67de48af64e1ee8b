/** What the server measures of itself, how long it remembers, and how Prometheus is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guildhall } from '../../src/index.ts';
import type { Figures } from '../../src/portal/metrics/figures.ts';
import { MetricsSampler } from '../../src/portal/metrics/sampler.ts';
import { SeriesRing } from '../../src/portal/metrics/series-ring.ts';
import { openScene } from '../gateway/support/scene.ts';

const NOTHING: Figures = {
  atMs: 0,
  traffic: { worldEvents: 0, deliveries: 0, received: 0, sentBytes: 0, plainBytes: 0 },
  sessions: { all: 0, connected: 0 },
  requests: { succeeded: 0, refused: 0, limited: 0, failed: 0, all: 0 },
  cpuS: 0,
  rssBytes: 0,
  heapBytes: 0,
  budgets: [],
};

function budget(applicationId: string, remaining: number): Figures['budgets'][number] {
  return { applicationId, limit: { total: 1_000, remaining, reset_after: 0, max_concurrency: 1 } };
}

/** A sampler of figures that the test makes up. */
function sampled(): { readonly sampler: MetricsSampler; readonly next: (figures: Partial<Figures>) => void } {
  let figures = NOTHING;
  const sampler = new MetricsSampler(() => figures);
  return {
    sampler,
    next: (change) => {
      figures = { ...figures, atMs: figures.atMs + 2_000, ...change };
      sampler.take(1_800_000_000_000 + figures.atMs);
    },
  };
}

describe('a ring of series', () => {
  test('keeps the last values of each, oldest first', () => {
    const ring = new SeriesRing(['a', 'b'], 3);
    assert.deepEqual(ring.values('a'), []);
    for (const value of [1, 2]) ring.push({ a: value, b: -value });
    assert.deepEqual(
      [ring.values('a'), ring.values('b')],
      [
        [1, 2],
        [-1, -2],
      ],
    );
    for (const value of [3, 4, 5]) ring.push({ a: value, b: -value });
    assert.deepEqual(
      [ring.values('a'), ring.values('b')],
      [
        [3, 4, 5],
        [-3, -4, -5],
      ],
    );
  });
});

describe('the history', () => {
  test('holds what happened in each interval, a second, and what there was at its end', () => {
    const { sampler, next } = sampled();
    const told: unknown[] = [];
    sampler.watch(({ worldEvents, savedBytes }) => told.push([worldEvents, savedBytes]));
    const traffic = { worldEvents: 10, deliveries: 40, received: 6, sentBytes: 1_000, plainBytes: 5_000 };
    const requests = { succeeded: 5, refused: 1, limited: 2, failed: 0, all: 8 };
    next({ traffic, requests, cpuS: 0.5, rssBytes: 7, heapBytes: 3, sessions: { all: 5, connected: 4 } });
    next({ traffic: { ...traffic, worldEvents: 11 } });
    const { atMs, series } = sampler.history();
    assert.deepEqual(atMs, [1_800_000_002_000, 1_800_000_004_000]);
    assert.deepEqual(series, {
      worldEvents: [5, 0.5],
      deliveries: [20, 0],
      clientMessages: [3, 0],
      sentBytes: [500, 0],
      savedBytes: [2_000, 0],
      restRequests: [4, 0],
      restLimited: [1, 0],
      cpu: [0.25, 0],
      rssBytes: [7, 7],
      heapBytes: [3, 3],
      sessions: [4, 4],
    });
    assert.deepEqual(told, [
      [5, 2_000],
      [0.5, 0],
    ]);
  });

  test('reaches back an hour and no further', () => {
    const { sampler, next } = sampled();
    const { capacity, intervalMs } = sampler.history();
    assert.equal(capacity * intervalMs, 3_600_000);
    for (let index = 1; index <= capacity + 5; index += 1) next({ rssBytes: index });
    const { series, atMs } = sampler.history();
    assert.deepEqual(
      [series.rssBytes.length, series.rssBytes[0], series.rssBytes.at(-1)],
      [capacity, 6, capacity + 5],
    );
    assert.equal(Number(atMs.at(-1)) - Number(atMs[0]), 3_600_000 - intervalMs);
  });

  test('remembers the budgets of twenty applications, and none of one that is no more', () => {
    const { sampler, next } = sampled();
    next({ budgets: [budget('a', 999)] });
    next({ budgets: [budget('a', 998), budget('b', 1_000)] });
    assert.deepEqual(sampler.history().budgets, [
      { applicationId: 'a', total: 1_000, remaining: [999, 998] },
      { applicationId: 'b', total: 1_000, remaining: [1_000] },
    ]);
    next({ budgets: Array.from({ length: 50 }, (_, index) => budget(`many ${index}`, 1)) });
    const ids = sampler.history().budgets.map(({ applicationId }) => applicationId);
    assert.deepEqual([ids.length, ids[0]], [20, 'many 0']);
  });
});

describe('a server that runs', () => {
  const read = async (hall: Guildhall, path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, hall.apiBase), { headers: { authorization: `Bearer ${hall.ownerKey}`, ...headers } });

  /** By name with labels. */
  const scrape = async (hall: Guildhall) => {
    const response = await read(hall, '/metrics');
    assert.equal(response.status, 200);
    assert.match(
      String(response.headers.get('content-type')),
      /^application\/openmetrics-text; version=1\.0\.0/,
    );
    const text = await response.text();
    assert.ok(text.endsWith('# EOF\n'));
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))] as const;
      }),
    );
  };

  test('tells Prometheus what went through it', async () => {
    await using scene = await openScene({ startsPerWindow: 10 });
    const { guildhall: hall, bot } = scene;
    const client = await scene.ready({}, { query: 'v=10&encoding=json&compress=zlib-stream' });
    await client.event('GUILD_CREATE');
    const before = await scrape(hall);
    for (let count = 0; count < 3; count += 1) await scene.say('x'.repeat(500));
    for (let count = 0; count < 3; count += 1) await client.event('MESSAGE_CREATE');
    for (const authorization of [`Bot ${bot.token}`, 'Bot wrong']) {
      await (await fetch(`${hall.apiBase}/v10/users/@me`, { headers: { authorization } })).text();
    }
    const after = await scrape(hall);
    const rise = (name: string) => Number(after.get(name)) - Number(before.get(name));
    assert.deepEqual([rise('guildhall_world_events_total'), rise('guildhall_deliveries_total')], [3, 3]);
    assert.ok(rise('guildhall_uncompressed_bytes_total') > 1_500);
    assert.ok(rise('guildhall_sent_bytes_total') < rise('guildhall_uncompressed_bytes_total'));
    assert.equal(rise('guildhall_rest_requests_total{outcome="succeeded"}'), 1);
    assert.equal(rise('guildhall_rest_requests_total{outcome="refused"}'), 1);
    assert.equal(after.get('guildhall_sessions{state="connected"}'), 1);
    assert.equal(after.get(`guildhall_identifies_remaining{application="${bot.id}"}`), 9);
    assert.ok(Number(after.get('guildhall_client_messages_total')) >= 1);
    assert.ok(Number(after.get('process_resident_memory_bytes')) > 1_000_000);
    assert.ok(Number(after.get('process_cpu_seconds_total')) > 0);
  });

  test('counts a 429 by itself', async () => {
    await using scene = await openScene();
    const { guildhall: hall, bot, channelId } = scene;
    const ask = () =>
      fetch(`${hall.apiBase}/v10/channels/${channelId}/typing`, {
        method: 'POST',
        headers: { authorization: `Bot ${bot.token}` },
      });
    let limited = 0;
    for (let count = 0; count < 20; count += 1) if ((await ask()).status === 429) limited += 1;
    assert.ok(limited > 0);
    assert.equal((await scrape(hall)).get('guildhall_rest_requests_total{outcome="limited"}'), limited);
  });

  test('is measured by nobody but its owner', async () => {
    await using scene = await openScene();
    const { guildhall: hall } = scene;
    for (const path of ['/metrics', '/owner/v1/metrics']) {
      assert.equal((await read(hall, path, { authorization: 'Bearer wrong' })).status, 401);
      assert.equal((await read(hall, path, { origin: 'https://evil.test' })).status, 403);
    }
  });
});
