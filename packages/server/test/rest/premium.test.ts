/** What applications offer, and what users have of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DispatchEvent } from '../../src/world/events.ts';
import { putCommand } from '../support/interactions.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const DAY_MS = 86_400_000;

function told({ world }: TestServer): DispatchEvent[] {
  const events: DispatchEvent[] = [];
  world.bus.subscribe((event) => {
    if (event.kind === 'dispatch' && /^(ENTITLEMENT|SUBSCRIPTION)_/.test(event.name)) events.push(event);
  });
  return events;
}

async function offers({ owner, application }: TestServer) {
  const path = `/applications/${application.id}`;
  const make = async (body: object) => (await owner('POST', `${path}/skus`, body)).json().id as string;
  return {
    path,
    premium: await make({ name: 'Test Premium' }),
    forGuilds: await make({ name: 'Whole guild', forGuild: true }),
    coins: await make({ name: '100 coins', type: 3 }),
  };
}

test('SKUs are listed, a subscription with its group', async () => {
  await using server = await startTestServer();
  const { path } = await offers(server);
  const skus = (await server.bot('GET', `${path}/skus`)).json();
  assert.deepEqual(
    skus.map((sku: { type: number; slug: string; flags: number }) => [sku.type, sku.slug, sku.flags]),
    [
      [6, 'test-premium', 4 | 256],
      [5, 'test-premium', 4 | 256],
      [6, 'whole-guild', 4 | 128],
      [5, 'whole-guild', 4 | 128],
      [3, '100-coins', 4],
    ],
  );
  const other = server.world.applications.create({ name: 'other' }).application;
  assert.equal((await server.bot('GET', `/applications/${other.id}/skus`)).json().code, 20012);
});

test('a test entitlement comes, counts in interactions of its user or guild, and goes', async () => {
  await using server = await startTestServer();
  const { world, bot, alice, guild, channel, application } = server;
  const { path, premium, forGuilds } = await offers(server);
  const events = told(server);
  const mine = await bot('POST', `${path}/entitlements`, {
    sku_id: premium,
    owner_id: alice.id,
    owner_type: 2,
  });
  const { id, user_id, guild_id, starts_at } = mine.json();
  assert.deepEqual([mine.statusCode, user_id, guild_id, starts_at], [200, alice.id, undefined, null]);
  const ours = await bot('POST', `${path}/entitlements`, {
    sku_id: forGuilds,
    owner_id: guild.id,
    owner_type: 1,
  });
  assert.equal(ours.json().guild_id, guild.id);

  putCommand(server);
  const entitlementsIn = async (channelId: string, userId = alice.id): Promise<string[]> => {
    const begun = new Promise<DispatchEvent>((resolve) => {
      const stop = world.bus.subscribe((event) => {
        if (event.kind !== 'dispatch' || event.name !== 'INTERACTION_CREATE') return;
        stop();
        resolve(event);
      });
    });
    world.clientActions.invokeCommand({ userId, channelId, command: 'ping' });
    const { entitlements } = (await begun).d as { entitlements: { id: string }[] };
    return entitlements.map((entitlement) => entitlement.id);
  };
  const dm = world.channels.openDm(alice.id, application.botUserId);
  assert.deepEqual(await entitlementsIn(channel.id), [id, ours.json().id]);
  assert.deepEqual(await entitlementsIn(dm.id), [id]);
  assert.deepEqual(await entitlementsIn(channel.id, world.users.worldOwner().id), [ours.json().id]);

  assert.equal((await bot('DELETE', `${path}/entitlements/${id}`)).statusCode, 204);
  assert.equal((await bot('DELETE', `${path}/entitlements/${id}`)).json().code, 10029);
  assert.deepEqual(await entitlementsIn(dm.id), []);
  const list = async (query: string) => (await bot('GET', `${path}/entitlements?${query}`)).json().length;
  assert.equal(await list(''), 1);
  assert.equal(await list('exclude_deleted=false'), 2);
  assert.equal(await list(`exclude_deleted=false&sku_ids=${premium}&user_id=${alice.id}`), 1);
  assert.deepEqual(
    events.map(({ name, onlyUserIds, guildId }) => [name, onlyUserIds, guildId]),
    ['ENTITLEMENT_CREATE', 'ENTITLEMENT_CREATE', 'ENTITLEMENT_DELETE'].map((name) => [
      name,
      [application.botUserId],
      null,
    ]),
  );
});

test('who subscribes has it until the end that a cancellation sets; a refund takes it away', async () => {
  await using server = await startTestServer();
  const { owner, bot, alice, clock } = server;
  const { path, premium } = await offers(server);
  const events = told(server);
  const bought = await owner('POST', `${path}/entitlements`, { sku_id: premium, user_id: alice.id });
  const { id, type, subscription_id, ends_at } = bought.json();
  assert.deepEqual([bought.statusCode, type, ends_at], [201, 8, null]);
  const subscription = async () => {
    const all = (await bot('GET', `/skus/${premium}/subscriptions?user_id=${alice.id}`)).json();
    const one = (await bot('GET', `/skus/${premium}/subscriptions/${subscription_id}`)).json();
    assert.deepEqual(all, [one]);
    return one;
  };
  const first = await subscription();
  assert.deepEqual([first.status, first.entitlement_ids, first.renewal_sku_ids], [0, [id], [premium]]);
  clock.nowMs += 31 * DAY_MS;
  assert.equal((await subscription()).current_period_start, first.current_period_end);

  const end = new Date(clock.nowMs + DAY_MS).toISOString();
  assert.equal((await owner('PATCH', `${path}/entitlements/${id}`, { ends_at: end })).statusCode, 200);
  assert.deepEqual([(await subscription()).status, (await subscription()).renewal_sku_ids], [2, null]);
  clock.nowMs += DAY_MS;
  assert.equal((await subscription()).status, 1);
  assert.deepEqual((await bot('GET', `${path}/entitlements?exclude_ended=true`)).json(), []);
  const early = await owner('PATCH', `${path}/entitlements/${id}`, { ends_at: '2020-01-01T00:00:00Z' });
  assert.deepEqual(Object.keys(early.json().errors), ['ends_at']);
  // Only tests are the application's to delete.
  assert.equal((await bot('DELETE', `${path}/entitlements/${id}`)).json().code, 10029);
  assert.equal((await owner('DELETE', `${path}/entitlements/${id}`)).statusCode, 204);
  assert.deepEqual(
    events.map(({ name }) => name),
    [
      'SUBSCRIPTION_CREATE',
      'ENTITLEMENT_CREATE',
      'SUBSCRIPTION_UPDATE',
      'ENTITLEMENT_UPDATE',
      'SUBSCRIPTION_UPDATE',
      'ENTITLEMENT_DELETE',
    ],
  );
});

test('what is consumable is consumed once, and nothing else is', async () => {
  await using server = await startTestServer();
  const { owner, bot, alice } = server;
  const { path, premium, coins } = await offers(server);
  const events = told(server);
  const buy = async (sku_id: string) =>
    (await owner('POST', `${path}/entitlements`, { sku_id, user_id: alice.id })).json().id as string;
  const [bag, subscribed] = [await buy(coins), await buy(premium)];
  const consume = (id: string) => bot('POST', `${path}/entitlements/${id}/consume`);
  assert.equal((await consume(bag)).statusCode, 204);
  assert.equal((await consume(bag)).statusCode, 204);
  assert.equal((await bot('GET', `${path}/entitlements/${bag}`)).json().consumed, true);
  assert.deepEqual(Object.keys((await consume(subscribed)).json().errors), ['entitlement_id']);
  assert.equal(events.filter(({ name }) => name === 'ENTITLEMENT_UPDATE').length, 1);
});

test('wrong offers, owners and filters are refused by name', async () => {
  await using server = await startTestServer();
  const { owner, bot, alice, guild } = server;
  const { path, premium, forGuilds } = await offers(server);
  const test = (body: object) => bot('POST', `${path}/entitlements`, body);
  const base = { sku_id: premium, owner_id: alice.id, owner_type: 2 };
  assert.equal((await test({ ...base, sku_id: '1' })).json().code, 10027);
  assert.equal((await test({ ...base, owner_id: '1' })).json().code, 10013);
  assert.equal((await test({ ...base, owner_type: 1 })).json().code, 10004);
  assert.deepEqual(Object.keys((await test({ ...base, owner_type: 3 })).json().errors), ['owner_type']);
  const buy = (body: object) => owner('POST', `${path}/entitlements`, { user_id: alice.id, ...body });
  for (const body of [{ sku_id: forGuilds }, { sku_id: premium, guild_id: guild.id }]) {
    assert.deepEqual(Object.keys((await buy(body)).json().errors), ['guild_id']);
  }
  const filtered = await bot('GET', `${path}/entitlements?sku_ids=${premium},x`);
  assert.equal(filtered.json().errors.sku_ids[1]._errors[0].code, 'NUMBER_TYPE_COERCE');
  const unnamed = await bot('GET', `/skus/${premium}/subscriptions`);
  assert.deepEqual(Object.keys(unnamed.json().errors), ['user_id']);
  assert.equal((await bot('GET', '/skus/1/subscriptions?user_id=1')).json().code, 10027);
});
