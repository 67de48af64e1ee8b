import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, goLive, plainLoss, quickClient } from './support/fixtures.ts';

describe('heartbeats', () => {
  test('come within the interval of HELLO, carry the last seq, and tell the latency', async () => {
    const intervalMs = 40;
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(intervalMs);
    await peer.take(2);
    peer.ready({ seq: 7 });
    await opening;
    const pulse = collect(client, 'TYPING_START');
    while (peer.heartbeats.length < 4) {
      peer.dispatch('TYPING_START', 8);
      await new Promise((resolve) => setTimeout(resolve, intervalMs / 4));
    }
    await pulse.take();
    assert.equal(peer.heartbeats.at(-1), 8);
    const [, second = 0, third = 0] = peer.heartbeatTimesMs;
    assert.ok(third - second > intervalMs / 4, `beats ${third - second} ms apart`);
    const view = client.shards.get(0);
    assert.ok(view !== undefined && view.latencyMs !== null && view.latencyMs >= 0 && view.latencyMs < 1_000);
    assert.ok((view.lastHeartbeatAckAtMs ?? 0) >= (view.lastHeartbeatAtMs ?? 0) - intervalMs * 2);
  });

  test('are sent at once when the server asks for one, also before READY', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    const peer = await gateway.accept();
    peer.acknowledges = false;
    peer.hello();
    await peer.take(2);
    peer.send(1, null);
    peer.ready({ seq: 3 });
    await opening;
    peer.send(1, null);
    const marker = collect(client, 'TYPING_START');
    peer.dispatch('TYPING_START', 4);
    await marker.take();
    // Both went out before the client read the event; the way back takes a moment.
    while (peer.heartbeats.length < 2) await new Promise(setImmediate);
    assert.deepEqual(peer.heartbeats, [null, 3]);
  });
});

describe('a lost connection', () => {
  test('that is silent past a heartbeat is replaced without waiting for its closing handshake', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { timing: { closeDeadlineMs: 5_000 } });
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(30);
    await peer.take(2);
    peer.ready();
    await opening;
    peer.freeze();
    assert.deepEqual(plainLoss(await lost.take()), {
      shard: 0,
      cause: 'zombie',
      code: null,
      reason: null,
      next: 'resume',
      times: 0,
    });
    const next = await gateway.accept();
    assert.equal((await next.welcomeBack(2)).session_id, 'session-1');
    peer.cut();
  });

  test('leaves a socket behind for no longer than the close deadline', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway);
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello(30);
    await peer.take(2);
    peer.ready();
    await opening;
    peer.freeze();
    await lost.take();
    await (await gateway.accept()).welcomeBack(2);
    const startedAtMs = performance.now();
    // Waits for the frozen socket too.
    await client.close();
    assert.ok(performance.now() - startedAtMs < 2_000);
  });

  test('after op 7 is resumed at once, on the resume host, with a code that keeps the session', async () => {
    await using gateway = await FakeGateway.start();
    await using resumeHost = await FakeGateway.start();
    // Any backoff would fail the test: the first answer to op 7 must not wait.
    const timing = { backoffBaseMs: 100_000, backoffCapMs: 100_000 };
    await using live = await goLive(gateway, { timing }, { resumeUrl: resumeHost.url });
    live.peer.dispatch('GUILD_CREATE', 2);
    live.peer.send(7, null);
    assert.equal(await live.peer.closed, 4900);
    const next = await resumeHost.accept();
    assert.deepEqual(Object.fromEntries(next.query), { v: '10', encoding: 'json' });
    const resumed = collect(live.client, 'shardResumed');
    assert.equal((await next.welcomeBack(3)).seq, 2);
    await resumed.take();
    assert.equal(gateway.dials, 1);
  });

  test('is resumed through the base URL with the same session when the resume host is dead', async () => {
    await using gateway = await FakeGateway.start();
    await using resumeHost = await FakeGateway.start();
    resumeHost.turnAway({ status: 503 });
    await using live = await goLive(gateway, {}, { resumeUrl: resumeHost.url });
    const lost = collect(live.client, 'shardDisconnected');
    live.peer.cut();
    assert.equal((await lost.take()).cause, 'connection-lost');
    const refused = await lost.take();
    assert.equal(refused.cause, 'dial-failed');
    assert.match(refused.reason ?? '', /503/);
    const next = await gateway.accept();
    assert.deepEqual((await next.welcomeBack(2)).session_id, 'session-1');
    assert.equal(resumeHost.dials, 2);
  });

  test('does not lead from wss to ws: an unusable resume address is left aside', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, {}, { resumeUrl: 'http://127.0.0.1:1/' });
    live.peer.send(7, null);
    assert.equal((await (await gateway.accept()).welcomeBack(2)).session_id, 'session-1');
  });

  test('is not resumed on a host that the policy does not name: the token is not sent there', async () => {
    await using gateway = await FakeGateway.start();
    const problems: unknown[] = [];
    const resumeUrl = 'wss://gateway.discord.gg.example.com/';
    await using client = quickClient(gateway);
    client.on('error', ({ code, message }) => problems.push([code, message.includes(resumeUrl)]));
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome({ resumeUrl });
    await opening;
    assert.deepEqual(problems, [['RESUME_URL_REFUSED', true]]);
    peer.send(7, null);
    await (await gateway.accept()).welcomeBack(2);
  });

  test('is replayed: events already seen are skipped, the others marked', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const seen: unknown[] = [];
    live.client.on('*', (name, _data, { seq, replayed }) => seen.push([name, seq, replayed]));
    const resumed = collect(live.client, 'shardResumed');
    live.peer.dispatch('GUILD_CREATE', 2);
    live.peer.send(7, null);
    const next = await gateway.accept();
    next.hello();
    await next.take(6);
    for (const seq of [1, 2, 3, 4, 3]) next.dispatch('GUILD_UPDATE', seq);
    next.dispatch('RESUMED', 5);
    await resumed.take();
    const last = collect(live.client, 'GUILD_DELETE');
    next.dispatch('GUILD_DELETE', 6);
    await last.take();
    assert.deepEqual(seen, [
      ['GUILD_CREATE', 2, false],
      ['GUILD_UPDATE', 3, true],
      ['GUILD_UPDATE', 4, true],
      ['RESUMED', 5, false],
      ['GUILD_DELETE', 6, false],
    ]);
  });

  test('after op 9 true is resumed', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    live.peer.send(9, true);
    assert.equal(await live.peer.closed, 4900);
    await (await gateway.accept()).welcomeBack(2);
  });

  test('after op 9 false begins anew on the base URL', async () => {
    await using gateway = await FakeGateway.start();
    await using resumeHost = await FakeGateway.start();
    await using live = await goLive(gateway, {}, { resumeUrl: resumeHost.url });
    const sessionLost = collect(live.client, 'sessionLost');
    live.peer.send(9, false);
    assert.equal(await live.peer.closed, 4900, '1000 is for the user to send');
    await sessionLost.take();
    const ready = collect(live.client, 'shardReady');
    await (await gateway.accept()).welcome({ sessionId: 'session-2' });
    await ready.take();
    assert.equal(resumeHost.dials, 0);
  });

  const codes: readonly (readonly [code: number, next: 'resume' | 'identify'])[] = [
    [1000, 'resume'],
    [1001, 'resume'],
    [4000, 'resume'],
    [4001, 'resume'],
    [4002, 'resume'],
    [4003, 'identify'],
    [4005, 'resume'],
    [4006, 'identify'],
    [4007, 'identify'],
    [4008, 'resume'],
    [4009, 'identify'],
    [4321, 'resume'],
  ];
  for (const [code, next] of codes) {
    test(`with close code ${code} is followed by ${next}`, async () => {
      await using gateway = await FakeGateway.start();
      await using live = await goLive(gateway);
      const lost = collect(live.client, 'shardDisconnected');
      const revoked = collect(live.client, 'sessionRevoked');
      live.peer.close(code, 'so it is');
      const loss = await lost.take();
      assert.deepEqual(plainLoss(loss), {
        shard: 0,
        cause: 'closed-by-server',
        code,
        reason: 'so it is',
        next,
        times: 1,
      });
      assert.equal(loss.error.code, 'CLOSED_BY_SERVER');
      assert.equal(loss.error.message.includes(`with ${code} (so it is)`), true);
      assert.equal(revoked.waiting.length, code === 4003 ? 1 : 0);
      const peer = await gateway.accept();
      if (next === 'resume') await peer.welcomeBack(2);
      else await peer.welcome();
    });
  }

  test('before HELLO, in Identify and in Resume leads to another attempt', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    (await gateway.accept()).cut();
    const second = await gateway.accept();
    second.hello();
    await second.take(2);
    second.cut();
    const third = await gateway.accept();
    await third.welcome();
    await opening;
    third.cut();
    const fourth = await gateway.accept();
    fourth.hello();
    await fourth.take(6);
    fourth.cut();
    await (await gateway.accept()).welcomeBack(2);
  });

  test('that never came to be is dialled anew after its deadline', async () => {
    await using gateway = await FakeGateway.start();
    gateway.turnAway('hang');
    const timing = { connectDeadlineMs: 50, upgradeDeadlineMs: 50 };
    await using client = quickClient(gateway, { timing });
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    assert.match((await lost.take()).cause, /^(connect|upgrade)-deadline$/);
    gateway.turnAway('accept');
    await (await gateway.accept()).welcome();
    await opening;
  });

  test('without HELLO, READY or RESUMED in time leads to another attempt', async () => {
    await using gateway = await FakeGateway.start();
    const timing = { helloDeadlineMs: 50, readyDeadlineMs: 50, resumedDeadlineMs: 50 };
    await using client = quickClient(gateway, { timing });
    const lost = collect(client, 'shardDisconnected');
    const opening = client.open();
    await gateway.accept();
    assert.equal((await lost.take()).cause, 'hello-deadline');
    const second = await gateway.accept();
    second.hello();
    assert.equal((await lost.take()).cause, 'ready-deadline');
    const third = await gateway.accept();
    await third.welcome();
    await opening;
    third.send(7, null);
    assert.equal((await lost.take()).cause, 'reconnect-requested');
    const fourth = await gateway.accept();
    fourth.hello();
    assert.equal((await lost.take()).cause, 'resumed-deadline');
    await (await gateway.accept()).welcomeBack(2);
  });
});
