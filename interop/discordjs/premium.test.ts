/** discord.js 14 and what applications sell: its managers make, read and delete, its events tell. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type ChatInputCommandInteraction, type Entitlement, Events, GatewayIntentBits } from 'discord.js';
import { openHouse } from '../house.ts';
import { bot, login } from './conversation.ts';

test('discord.js gives, sees, consumes and takes away entitlements', { timeout: 60_000 }, async () => {
  await using house = await openHouse();
  const { hall, application, userId, guildId, channelId } = house;
  const applicationId = application.id;
  const client = await login(bot(house, [GatewayIntentBits.Guilds]), application.token);
  const premium = hall.world.skus.create(applicationId, { name: 'Premium' });
  const coins = hall.world.skus.create(applicationId, { name: 'Coins', type: 3 });
  const skus = await client.application.fetchSKUs();
  assert.deepEqual([...skus.keys()].slice(-2), [premium.id, coins.id]);

  const next = async (name: string): Promise<Entitlement[]> => once(client, name);
  const { entitlements } = client.application;
  const created = next(Events.EntitlementCreate);
  const made = await entitlements.createTest({ sku: premium.id, user: userId });
  assert.deepEqual([(await created)[0]?.id, made.isActive(), made.isTest()], [made.id, true, true]);
  await entitlements.createTest({ sku: premium.id, guild: guildId });

  await client.application.commands.create({ name: 'spend', description: 'what one has' });
  const invoked = once(client, Events.InteractionCreate) as Promise<[ChatInputCommandInteraction]>;
  await hall.clients.invokeCommand({ userId, channelId, command: 'spend' });
  const [interaction] = await invoked;
  assert.deepEqual(
    [...interaction.entitlements.values()].map(({ skuId }) => skuId),
    [premium.id, premium.id],
  );

  const bought = next(Events.EntitlementCreate);
  hall.world.entitlements.purchase(applicationId, { skuId: coins.id, userId });
  const [bag] = await bought;
  const updated = next(Events.EntitlementUpdate);
  await bag?.consume();
  assert.equal((await updated)[1]?.consumed, true);

  const deleted = next(Events.EntitlementDelete);
  await entitlements.deleteTest(made);
  assert.equal((await deleted)[0]?.id, made.id);
  assert.equal((await entitlements.fetch({ user: userId })).has(made.id), false);

  hall.world.entitlements.purchase(applicationId, { skuId: premium.id, userId });
  const subscriptions = await client.application.subscriptions.fetch({ sku: premium.id, user: userId });
  assert.deepEqual(
    [...subscriptions.values()].map(({ skuIds }) => skuIds),
    [[premium.id]],
  );
});
