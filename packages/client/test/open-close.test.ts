import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GatewayClient, IdentifyGate, ShardPhase } from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, quickClient } from './support/fixtures.ts';

const CLOSE_IN_PHASE = fileURLToPath(new URL('./support/close-in-phase.ts', import.meta.url));

/** Never grants; gives up when asked to. */
const shutGate: IdentifyGate = {
  acquire: (_shardId, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

async function inPhase(client: GatewayClient, phase: ShardPhase['name']): Promise<void> {
  const phases = collect(client, 'phase');
  for (;;) {
    if ((await phases.take()).phase === phase) return;
  }
}

/** Brings a gateway to let its clients get as far as the phase, and no further. */
const STALLS: readonly {
  readonly phase: ShardPhase['name'];
  readonly set: (gateway: FakeGateway) => void | Promise<void>;
}[] = [
  { phase: 'waiting', set: (gateway) => gateway.turnAway({ status: 503 }) },
  { phase: 'dialing', set: (gateway) => gateway.turnAway('hang') },
  { phase: 'greeting', set: () => {} },
  { phase: 'queued', set: async (gateway) => (await gateway.accept()).hello() },
  { phase: 'identifying', set: async (gateway) => (await gateway.accept()).hello() },
  {
    phase: 'resuming',
    set: async (gateway) => {
      const peer = await gateway.accept();
      await peer.welcome();
      peer.send(7, null);
      (await gateway.accept()).hello();
    },
  },
  { phase: 'live', set: async (gateway) => void (await (await gateway.accept()).welcome()) },
];

describe('open', () => {
  for (const { phase, set } of STALLS.filter(({ phase }) => phase !== 'live' && phase !== 'resuming')) {
    test(`rejects when its signal is aborted in phase ${phase}, and leaves no socket`, async () => {
      await using gateway = await FakeGateway.start();
      const client = quickClient(gateway, {
        timing: { backoffBaseMs: 60_000, backoffCapMs: 60_000 },
        ...(phase === 'queued' ? { identify: { gate: shutGate } } : {}),
      });
      const controller = new AbortController();
      const reached = inPhase(client, phase);
      const opening = client.open({ signal: controller.signal });
      const rejected = assert.rejects(opening, { code: 'ABORTED', cause: 'enough' });
      await set(gateway);
      await reached;
      controller.abort('enough');
      await rejected;
      assert.equal(client.shards.get(0)?.phase, 'idle');
      while (gateway.connections > 0) await new Promise(setImmediate);
    });
  }

  test('rejects at once with a signal that is aborted already', async () => {
    await using gateway = await FakeGateway.start();
    await assert.rejects(quickClient(gateway).open({ signal: AbortSignal.abort() }), { code: 'ABORTED' });
    assert.equal(gateway.dials, 0);
  });

  test('rejects after its deadline, names the shards that are missing, and keeps the sessions of the others', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, { shards: 2, identify: { bucketMs: 0, maxConcurrency: 2 } });
    const opening = client.open({ deadlineMs: 150 });
    const rejected = assert.rejects(opening, (error: Error & { code: string }) => {
      assert.equal(error.code, 'OPEN_DEADLINE');
      assert.match(error.message, /missing: 1$/);
      return true;
    });
    const peers = [await gateway.accept(), await gateway.accept()];
    for (const peer of peers) {
      peer.hello();
      const { shard } = (await peer.take(2)) as { shard: readonly number[] };
      if (shard[0] === 0) peer.ready();
    }
    await rejected;
    const again = client.open();
    const next = [await gateway.accept(), await gateway.accept()];
    for (const peer of next) peer.hello();
    const [resumed] = await Promise.allSettled(next.map((peer) => peer.take(6)));
    assert.equal(resumed?.status, 'fulfilled');
    await client.close();
    await assert.rejects(again, { code: 'CLOSED' });
  });

  test('is refused while the client is open', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway);
    const opening = client.open();
    await assert.rejects(client.open(), { code: 'ALREADY_OPEN' });
    await (await gateway.accept()).welcome();
    await opening;
    await assert.rejects(client.open(), { code: 'ALREADY_OPEN' });
  });

  test('rejects when close is called by a handler of the very event that would resolve it', async () => {
    await using gateway = await FakeGateway.start();
    for (const event of ['shardReady', 'READY'] as const) {
      const client = quickClient(gateway);
      let closed: Promise<void> | undefined;
      client.on(event, () => {
        closed = client.close();
      });
      const opening = client.open();
      const rejected = assert.rejects(opening, { code: 'CLOSED' });
      const peer = await gateway.accept();
      await peer.welcome();
      await rejected;
      await closed;
      assert.equal(await peer.closed, 1000);
      assert.equal(client.shards.get(0)?.phase, 'idle');
    }
  });
});

describe('close', () => {
  test('makes a waiting open reject, and may be called again at any time', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway);
    await client.close();
    const opening = client.open();
    const rejected = assert.rejects(opening, { code: 'CLOSED' });
    await gateway.accept();
    await Promise.all([client.close(), client.close()]);
    await rejected;
    await client.close();
    assert.equal(client.shards.get(0)?.phase, 'idle');
  });

  test('waits for a frozen server only as long as its deadline', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway, { timing: { closeDeadlineMs: 60_000 } });
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    peer.freeze();
    await client.close({ session: 'end', deadlineMs: 50 });
    assert.equal(client.shards.get(0)?.phase, 'idle');
  });

  test('refuses the commands that still wait', async () => {
    await using gateway = await FakeGateway.start();
    const client = quickClient(gateway);
    const opening = client.open();
    const rejectedOpen = assert.rejects(opening, { code: 'CLOSED' });
    const peer = await gateway.accept();
    const rejected = assert.rejects(client.send(0, { op: 8, d: { guild_id: '1', query: '', limit: 0 } }), {
      code: 'CLOSED',
    });
    peer.hello();
    await client.close();
    await rejected;
    await rejectedOpen;
  });

  for (const { phase, set } of STALLS) {
    for (const session of phase === 'live' ? (['end', 'keep'] as const) : (['end'] as const)) {
      test(`in phase ${phase} (${session}) lets the process end by itself`, async () => {
        await using gateway = await FakeGateway.start();
        const child = spawn(
          process.execPath,
          ['--conditions=guildhall-source', CLOSE_IN_PHASE, gateway.url, phase, session],
          { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 },
        );
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += String(chunk);
        });
        child.stderr.on('data', (chunk) => {
          output += String(chunk);
        });
        const exited = once(child, 'exit');
        await set(gateway);
        const [code, signal] = await exited;
        assert.equal(signal, null, `ended by itself: ${output}`);
        assert.equal(code, 0, output);
        assert.match(output, /^closed after \d+ ms, handles: \[\]$/m);
      });
    }
  }
});
