/** What a client promises holds with workers, too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AbortedError,
  GatewayClient,
  IdentifyGateError,
  OptionError,
  ResumeUrlError,
  SendError,
  TokenProviderError,
} from '@guildhall/client';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { FakeGateway } from '../support/fake-gateway.ts';
import { collect, goLive, quickClient, TOKEN } from '../support/fixtures.ts';
import { recorder } from '../support/recorder.ts';

const DEADLINE = { timeout: 60_000 };

describe('the option workers', () => {
  test('is a number of threads or "auto"', () => {
    for (const workers of [-1, 1.5, 65, '4', {}]) {
      assert.throws(
        () => new GatewayClient({ token: TOKEN, intents: 0, workers: workers as never }),
        (error) => error instanceof OptionError && error.option === 'workers',
        String(workers),
      );
    }
  });

  test('refuses a presence that cannot cross', () => {
    const presence = { status: 'idle', toString: () => 'mine' };
    const options = { token: TOKEN, intents: 0, presence: presence as never };
    assert.throws(
      () => new GatewayClient({ ...options, workers: 'auto' }),
      (error) => error instanceof OptionError && error.option === 'presence',
    );
    new GatewayClient(options);
  });
});

describe('commands', () => {
  const VOICE = {
    op: 4,
    d: { guild_id: '1', channel_id: null, self_mute: false, self_deaf: false },
  } as const;

  test('reach the shard that they are for', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    await live.client.send(0, VOICE);
    assert.equal((await live.peer.take(4)).guild_id, '1');
  });

  test('are refused with errors of the right class', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, {
      workers: 1,
      limits: { sendsPerWindow: 1, maxQueuedSends: 1 },
    });
    const { client } = live;
    await client.send(0, VOICE).catch(() => {});
    const controller = new AbortController();
    const waiting = client.send(0, VOICE, { signal: controller.signal });
    const aborted = assert.rejects(
      waiting,
      (error) => error instanceof AbortedError && error.cause === 'enough',
    );
    await assert.rejects(
      client.send(0, VOICE),
      (error) => error instanceof SendError && error.code === 'QUEUE_FULL',
    );
    controller.abort('enough');
    await aborted;
    await assert.rejects(client.send(0, VOICE, { signal: AbortSignal.abort() }), AbortedError);
    await assert.rejects(client.send(5, VOICE), { code: 'UNKNOWN_SHARD' });
    await assert.rejects(client.send(0, { op: 4, d: { guild_id: 'x'.repeat(5_000) } } as never), {
      code: 'TOO_LARGE',
    });
    const last = client.send(0, VOICE);
    const closed = assert.rejects(last, (error) => error instanceof SendError && error.code === 'CLOSED');
    await client.close();
    await closed;
  });

  test('gather members, though nobody had listened to their chunks', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, { workers: 1 });
    const { client, peer } = live;
    const request = client.requestGuildMembers({ guildId: '1', query: 'a' });
    const { nonce } = await peer.take(8);
    for (let index = 0; index < 2; index += 1) {
      const members = [{ user: { id: String(index) } }];
      peer.dispatch('GUILD_MEMBERS_CHUNK', 2 + index, {
        guild_id: '1',
        nonce,
        members,
        chunk_index: index,
        chunk_count: 2,
      });
    }
    assert.deepEqual(
      (await request).members.map(({ user }) => user.id),
      ['0', '1'],
    );
  });
});

describe('what stays in the main thread', () => {
  test('is the identify gate: one for all workers', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const log: string[] = [];
    const gate = {
      acquire: async (shardId: number) => {
        log.push(`+${shardId}`);
        return () => void log.push(`-${shardId}`);
      },
    };
    await using client = quickClient(gateway, { shards: 2, workers: 2, identify: { gate } });
    const opening = client.open();
    for (let shard = 0; shard < 2; shard += 1) await (await gateway.accept()).welcome();
    await opening;
    await client.close();
    assert.deepEqual([...log].sort(), ['+0', '+1', '-0', '-1']);
  });

  test('is the pause between identifies, which shards of different workers keep', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { shards: 2, workers: 2, identify: { bucketMs: 600_000 } });
    const opening = client.open();
    const peers = [await gateway.accept(), await gateway.accept()];
    for (const peer of peers) peer.hello();
    const first = await Promise.race(peers.map(async (peer) => ({ peer, identify: await peer.take(2) })));
    first.peer.ready();
    const ready = collect(client, 'shardReady');
    await ready.take();
    assert.equal(client.identifyBudget.remaining, 999, 'one start has been spent');
    const other = peers.find((peer) => peer !== first.peer);
    assert.deepEqual(other?.untaken, [], 'the other waits');
    const closed = assert.rejects(opening, { code: 'CLOSED' });
    await client.close();
    await closed;
  });

  test('is a gate that fails: an error of the right class', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    let calls = 0;
    const gate = {
      acquire: async () => {
        calls += 1;
        if (calls === 1) throw new RangeError('not now');
        return () => {};
      },
    };
    await using client = quickClient(gateway, { workers: 1, identify: { gate } });
    const errors = collect(client, 'error');
    const opening = client.open();
    (await gateway.accept()).hello();
    const error = await errors.take();
    assert.ok(error instanceof IdentifyGateError && error.cause instanceof Error);
    assert.equal(error.cause.message, 'not now');
    await (await gateway.accept()).welcome();
    await opening;
  });

  test('is the token provider, asked once when the shards of all workers are refused', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const asked: string[] = [];
    const client = new GatewayClient({
      intents: 0,
      gatewayUrl: gateway.url,
      compression: 'none',
      shards: 2,
      workers: 2,
      identify: { bucketMs: 0, maxConcurrency: 2 },
      timing: { backoffBaseMs: 2, backoffCapMs: 4, closeDeadlineMs: 150 },
      tokenProvider: () => {
        asked.push('asked');
        return `token-${asked.length}`;
      },
    });
    const opening = client.open();
    const refused = [await gateway.accept(), await gateway.accept()];
    for (const peer of refused) peer.hello();
    for (const peer of refused) assert.equal((await peer.take(2)).token, 'token-1');
    for (const peer of refused) peer.close(4004);
    for (let shard = 0; shard < 2; shard += 1) {
      assert.equal((await (await gateway.accept()).welcome()).token, 'token-2');
    }
    await opening;
    assert.equal(asked.length, 2);
    await client.close();
  });

  test('is a token provider that fails: an error of the right class', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    let calls = 0;
    const client = new GatewayClient({
      intents: 0,
      gatewayUrl: gateway.url,
      compression: 'none',
      workers: 1,
      tokenProvider: () => {
        calls += 1;
        if (calls > 1) throw new Error('no vault');
        return 'token-1';
      },
    });
    const errors = collect(client, 'error');
    const opening = assert.rejects(client.open(), { code: 'AUTHENTICATION_FAILED' });
    const peer = await gateway.accept();
    peer.hello();
    await peer.take(2);
    peer.close(4004);
    await opening;
    assert.ok((await errors.take()) instanceof TokenProviderError);
  });

  test('is the logger, without the token in any line', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const { logger, lines } = recorder();
    const { client } = await goLive(gateway, { workers: 1, logger });
    await client.close();
    assert.ok(lines.some(([, , message]) => message === 'dialling the gateway'));
    assert.ok(!JSON.stringify(lines).includes(TOKEN));
  });
});

describe('a proxy', () => {
  test('is used by workers, with its credentials', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using proxy = await ConnectProxy.start();
    const url = `http://ada:secret@127.0.0.1:${proxy.port}`;
    await using live = await goLive(gateway, { workers: 1, proxy: url });
    const [request] = proxy.requests;
    assert.equal(request?.headers['proxy-authorization'], `Basic ${btoa('ada:secret')}`);
    assert.equal(live.client.state.workers.length, 1);
  });
});

describe('what is known of shards in workers', () => {
  test('is told with each change of phase, and is in state and metrics', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { shards: 2, workers: 2, identify: { maxConcurrency: 2 } });
    const changes: string[] = [];
    client.on('stateChange', ({ shard, to, report }) => {
      assert.equal(report.phase, to);
      if (shard === 0) changes.push(to);
    });
    const opening = client.open();
    const peers = [await gateway.accept(), await gateway.accept()];
    for (const peer of peers) await peer.welcome();
    await opening;
    assert.deepEqual(changes, ['dialing', 'greeting', 'queued', 'identifying', 'live']);
    const { shards, workers } = client.state;
    assert.deepEqual(
      shards.map(({ phase, seq }) => [phase, seq]),
      [
        ['live', 1],
        ['live', 1],
      ],
    );
    assert.deepEqual(
      shards.map(({ counters }) => counters.identifies),
      [1, 1],
    );
    assert.ok(shards.every(({ lastFrameAgeMs }) => lastFrameAgeMs !== null));
    assert.equal(workers.length, 2);
    const live = client.metrics().find(({ name }) => name === 'guildhall_client_shard_live');
    assert.deepEqual(
      live?.samples.map(({ value }) => value),
      [1, 1],
    );
    await client.close();
  });

  test('is told as errors of the right class', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { workers: 1 });
    const errors = collect(client, 'error');
    const opening = client.open();
    await (await gateway.accept()).welcome({ resumeUrl: 'wss://elsewhere.example/' });
    await opening;
    const error = await errors.take();
    assert.ok(error instanceof ResumeUrlError);
    assert.equal(error.url, 'wss://elsewhere.example/');
  });
});

describe('sessions', () => {
  test('go from one number of workers to another, and back into one thread', DEADLINE, async () => {
    await using gateway = await FakeGateway.start();
    let snapshot: unknown = null;
    let seq = 1;
    for (const workers of [2, 1, 0, 3]) {
      const client = quickClient(gateway, { shards: 3, workers, identify: { maxConcurrency: 3 } });
      if (snapshot !== null) client.attach(JSON.parse(JSON.stringify(snapshot)));
      const opening = client.open();
      for (let shard = 0; shard < 3; shard += 1) {
        const peer = await gateway.accept();
        peer.hello();
        if (snapshot === null) {
          const [id] = (await peer.take(2)).shard as readonly number[];
          peer.ready({ sessionId: `session-${id}` });
        } else {
          assert.equal((await peer.take(6)).seq, seq);
          peer.dispatch('RESUMED', seq + 1);
        }
      }
      await opening;
      if (snapshot !== null) seq += 1;
      const record = await client.detach();
      assert.deepEqual(
        record.sessions.map((session) => [session.shard, session.id, session.seq]),
        [0, 1, 2].map((id) => [id, `session-${id}`, seq]),
      );
      snapshot = record;
    }
  });

  test(
    'begin behind the last event whose handlers have finished, where that is asked for',
    DEADLINE,
    async () => {
      await using gateway = await FakeGateway.start();
      const { client, peer } = await goLive(gateway, { workers: 1, handling: { resumeFrom: 'handled' } });
      const heard = collect(client, 'GUILD_CREATE');
      client.on('GUILD_CREATE', (_, { seq }) => (seq === 3 ? new Promise(() => {}) : undefined));
      for (let seq = 2; seq <= 4; seq += 1) peer.dispatch('GUILD_CREATE', seq);
      for (let seq = 2; seq <= 4; seq += 1) await heard.take();
      const record = await client.detach();
      assert.equal(record.sessions[0]?.seq, 2);
    },
  );
});
