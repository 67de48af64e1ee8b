import type { Client, GatewayIntentBits, Guild } from 'discord.js';
import { type House, openHouse } from '../house.ts';
import { bot, login } from './conversation.ts';

export interface AdministratorScene extends AsyncDisposable {
  readonly house: House;
  readonly client: Client<true>;
  readonly guild: Guild;
}

/** discord.js logged in with a bot that is an administrator; its role stands above all others. */
export async function openAdministratorScene(
  intents: readonly GatewayIntentBits[],
): Promise<AdministratorScene> {
  const house = await openHouse();
  const { world } = house.hall;
  const role = world.roles.create(house.guildId, { name: 'boss', permissions: 8n, position: 50 });
  world.members.addRole(house.guildId, house.application.botUserId, role.id);
  await world.committed();
  const client = await login(bot(house, intents), house.application.token);
  const guild = client.guilds.cache.get(house.guildId);
  if (guild === undefined) throw new Error('discord.js does not know the guild');
  return { house, client, guild, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}
