import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, quickClient } from './support/fixtures.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const RECONNECTS_PER_LOOK = 200;
const WARM_UPS = 3;
const LOOKS = 5;
/** In bytes for each reconnect: a connection that is kept has some 2300. */
const MAX_GROWTH = 700;
const MAX_SOCKETS = 8;

async function heapBytes(): Promise<number> {
  // What is freed in one turn may let go of more in the next.
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

test('a thousand reconnects leave nothing behind', { timeout: 120_000 }, async () => {
  await using gateway = await FakeGateway.start();
  const never = 1_000_000;
  await using client = quickClient(gateway, {
    compression: 'zlib',
    timing: {
      backoffBaseMs: 1,
      backoffCapMs: 1,
      loopKicks: never,
      quarantineKicks: never,
      quarantineStarts: never,
    },
  });
  const resumed = collect(client, 'shardResumed');
  const opening = client.open();
  let peer = await gateway.accept();
  await peer.welcome();
  await opening;
  let seq = 1;
  const reconnect = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      // All ways of losing a connection that keep the session, in turns.
      if (turn % 3 === 0) peer.send(7, null);
      else if (turn % 3 === 1) peer.close(4000);
      else peer.cut();
      peer = await gateway.accept();
      seq += 1;
      await peer.welcomeBack(seq);
      await resumed.take();
    }
  };
  const look = async (): Promise<number> => {
    await reconnect(RECONNECTS_PER_LOOK);
    return heapBytes();
  };
  // The first looks let go of what the compiler had kept, which would hide a leak of the same size.
  for (let turn = 1; turn < WARM_UPS; turn += 1) await look();
  const before = await look();
  const resourcesBefore = process.getActiveResourcesInfo().length;
  let after = before;
  for (let turn = 0; turn < LOOKS; turn += 1) after = await look();
  const perReconnect = (after - before) / (LOOKS * RECONNECTS_PER_LOOK);
  assert.ok(perReconnect < MAX_GROWTH, `the heap has grown by ${Math.round(perReconnect)} bytes with each`);
  const resources = process.getActiveResourcesInfo().length - resourcesBefore;
  assert.ok(resources < MAX_SOCKETS, `${resources} more timers and sockets`);
  assert.ok(gateway.connections < MAX_SOCKETS, `${gateway.connections} sockets are open`);
  const [shard] = client.state.shards;
  assert.equal(shard?.counters.resumes, (WARM_UPS + LOOKS) * RECONNECTS_PER_LOOK);
  assert.equal(shard?.counters.identifies, 1);
});
