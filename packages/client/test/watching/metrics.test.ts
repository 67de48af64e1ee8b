import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OPEN_METRICS_CONTENT_TYPE, openMetricsText } from '@guildhall/client';
import { FakeGateway } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient } from '../support/fixtures.ts';

const LABELS = /\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\}/;
const SAMPLE = new RegExp(`^([a-z_]+)(?:${LABELS.source})? -?[0-9.e+-]+$`);

describe('the metrics of a client', () => {
  test('are its state in seconds and bytes', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    const last = collect(client, 'GUILD_CREATE');
    peer.dispatch('TYPING_START', 2);
    peer.dispatch('GUILD_CREATE', 3);
    await last.take();
    const before = Date.now() / 1_000;
    const values = new Map<string, number>();
    for (const { name, samples } of client.metrics()) {
      for (const { suffix, labels, value } of samples) {
        values.set(
          [name.replace('guildhall_client_', '') + suffix, ...Object.values(labels)].join(' '),
          value,
        );
      }
    }
    const [shard] = client.state.shards;
    assert.equal(values.get('shard_live 0'), 1);
    assert.equal(values.get('shards live'), 1);
    assert.equal(values.get('state_info open'), 1);
    assert.equal(values.get('shard_dials_total 0'), 1);
    assert.equal(values.get('shard_identifies_total 0'), 1);
    assert.equal(values.get('identifies_remaining'), 999);
    assert.equal(values.get('events_total GUILD_CREATE parsed'), 1);
    assert.equal(values.get('events_total TYPING_START skipped'), 1);
    assert.equal(values.get('shard_events_total 0 heard'), 1);
    assert.equal(values.get('shard_received_bytes_total 0'), shard?.traffic.receivedBytes);
    const dispatchAt = values.get('shard_last_dispatch_timestamp_seconds 0') ?? Number.NaN;
    assert.ok(Math.abs(dispatchAt - before) < 5);
  });

  test('have the names of Prometheus: units and totals at the end, one type and help each', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const names = new Set<string>();
    for (const { name, type, unit, help, samples } of live.client.metrics()) {
      assert.ok(!names.has(name), name);
      names.add(name);
      assert.match(name, /^guildhall_client_[a-z_]+$/);
      assert.ok(!name.endsWith('_total'), name);
      if (unit !== null) assert.ok(name.endsWith(`_${unit}`), name);
      assert.match(help, /^[A-Z0-9].*\.$/, name);
      for (const { suffix } of samples) {
        const allowed = {
          counter: ['_total'],
          gauge: [''],
          info: ['_info'],
          summary: ['', '_sum', '_count'],
        };
        assert.ok(allowed[type].includes(suffix), name + suffix);
      }
    }
  });

  test('as text have one line each and an end, also before open', async () => {
    await using gateway = await FakeGateway.start();
    const unopened = quickClient(gateway);
    await using live = await goLive(gateway);
    for (const text of [unopened.openMetrics(), live.client.openMetrics()]) {
      const lines = text.split('\n');
      assert.deepEqual(lines.slice(-2), ['# EOF', '']);
      for (const line of lines.slice(0, -2)) {
        if (!line.startsWith('# ')) assert.match(line, SAMPLE);
        else assert.match(line, /^# (TYPE|UNIT|HELP) guildhall_client_[a-z_]+ \S/);
      }
    }
    assert.match(OPEN_METRICS_CONTENT_TYPE, /^application\/openmetrics-text; version=1\.0\.0/);
  });

  test('escape what would end a label or a line', () => {
    const text = openMetricsText([
      {
        name: 'a',
        type: 'gauge',
        unit: null,
        help: 'one\ntwo "quoted" \\',
        samples: [
          { suffix: '', labels: { x: 'a"b\\c\nd' }, value: Number.POSITIVE_INFINITY },
          { suffix: '', labels: {}, value: 1e21 },
        ],
      },
    ]);
    assert.equal(
      text,
      [
        '# TYPE a gauge',
        '# HELP a one\\ntwo \\"quoted\\" \\\\',
        'a{x="a\\"b\\\\c\\nd"} +Inf',
        'a 1e+21',
        '# EOF',
        '',
      ].join('\n'),
    );
  });
});
