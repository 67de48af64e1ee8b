/** The world is ahead of its events while a store commits; a session that identifies in between must fit both. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { pino } from 'pino';
import { Gateway } from '../../src/gateway/gateway.ts';
import { gatewayLimits } from '../../src/gateway/limits.ts';
import { TimerWheel } from '../../src/gateway/timer-wheel.ts';
import { MemoryStore } from '../../src/world/store/memory-store.ts';
import { World } from '../../src/world/world.ts';
import { TestClient } from './support/test-client.ts';

/** Commits when it is told to. */
class HeldStore extends MemoryStore {
  #gate: Promise<void> = Promise.resolve();

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  override async commit(): Promise<void> {
    await this.#gate;
  }
}

async function openGateway() {
  const log = pino({ level: 'silent' });
  const store = new HeldStore();
  const world = await World.open({ store, log });
  const wheel = new TimerWheel({ onError: assert.ifError });
  const limits = gatewayLimits({ identifyBucketMs: 0 });
  const gateway = new Gateway({ world, limits, wheel, log, gatewayUrl: () => 'ws://127.0.0.1/' });
  const server = createServer();
  gateway.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    await gateway.close();
    server.close();
    await world.close();
  };
  return { store, world, url: `ws://127.0.0.1:${port}/`, [Symbol.asyncDispose]: close };
}

test('a session that identifies between a join and its event is told of the guild once', async () => {
  await using scene = await openGateway();
  const { store, world, url } = scene;
  const { application, token } = world.applications.create({ name: 'Bot' });
  await world.committed();
  const release = store.hold();
  const guild = world.guilds.create({ name: 'New', ownerId: world.users.worldOwner().id });
  world.members.add({ guildId: guild.id, userId: application.botUserId });
  const client = await TestClient.ready(url, token);
  assert.equal(client.ready.d.guilds[0]?.id, guild.id);
  await client.event('GUILD_CREATE');
  release();
  await world.committed();
  await client.settle();
  assert.equal(client.all('GUILD_CREATE').length, 1);
});

test('sessions end only after the change that ends them has been committed', async () => {
  await using scene = await openGateway();
  const { store, world, url } = scene;
  const { application, token } = world.applications.create({
    name: 'Bot',
    privilegedIntents: ['GUILD_MEMBERS'],
  });
  await world.committed();
  const client = await TestClient.ready(url, token);
  await world.committed();
  const release = store.hold();
  world.applications.resetToken(application.id);
  await client.settle();
  const late = await TestClient.open(url);
  late.identify(token);
  assert.equal((await late.closed).code, 4004);
  release();
  assert.equal((await client.closed).code, 4003);
});
