import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  Client,
  Events,
  GatewayIntentBits,
  type GuildTextBasedChannel,
  type Message,
  Partials,
} from 'discord.js';
import type { House } from '../house.ts';

export const ORDINARY = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
];
export const WITH_MEMBERS = [...ORDINARY, GatewayIntentBits.GuildMembers];

/** discord.js as published, pointed at the house by its own `rest.api` option. */
export function bot(house: House, intents: readonly GatewayIntentBits[], shards = 1): Client {
  const client = new Client({
    intents: [...intents],
    partials: [Partials.Message],
    shardCount: shards,
    rest: { api: house.hall.apiBase },
  });
  house.leaving.push(() => client.destroy());
  return client;
}

/** Logs in and waits until discord.js says that it is ready. */
export async function login(client: Client, token: string): Promise<Client<true>> {
  const ready = once(client, Events.ClientReady);
  await client.login(token);
  await ready;
  if (!client.isReady()) throw new Error('discord.js is not ready after its ready event');
  return client;
}

/** The whole ordinary life of a bot: see a member write and edit; reply, edit, react, delete; see its own events. */
export async function converse(house: House, client: Client<true>): Promise<void> {
  const { hall, channelId, guildId, userId } = house;
  const guild = client.guilds.cache.get(guildId);
  assert.equal(guild?.name, 'Interop');
  assert.equal(guild.channels.cache.get(channelId)?.name, 'general');

  const created = next<Message>(client, Events.MessageCreate);
  const said = await hall.say(userId, channelId, 'hello from a member');
  const message = await created;
  assert.equal(message.content, 'hello from a member');
  assert.equal(message.author.username, 'ada');
  assert.equal(message.author.bot, false);

  const edited = once(client, Events.MessageUpdate);
  await hall.edit(channelId, said.id, 'hello again');
  const [before, after]: Message[] = await edited;
  assert.equal(before?.content, 'hello from a member');
  assert.equal(after?.content, 'hello again');
  assert.ok(after?.editedTimestamp);

  const own = next<Message>(client, Events.MessageCreate);
  const reply = await message.reply('pong');
  assert.equal((await own).id, reply.id);
  assert.equal(reply.reference?.messageId, message.id);

  const ownEdit = once(client, Events.MessageUpdate);
  await reply.edit('pong, edited');
  assert.equal((await ownEdit)[1].content, 'pong, edited');

  const reacted = once(client, Events.MessageReactionAdd);
  await message.react('👍');
  const [reaction, by] = await reacted;
  assert.equal(reaction.emoji.name, '👍');
  assert.equal(by.id, client.user.id);

  const deleted = next<Message>(client, Events.MessageDelete);
  await reply.delete();
  assert.equal((await deleted).id, reply.id);
  const channel = (await client.channels.fetch(channelId)) as GuildTextBasedChannel;
  const page = await channel.messages.fetch({ limit: 10 });
  assert.deepEqual([...page.keys()], [said.id]);
}

async function next<T>(client: Client, event: string): Promise<T> {
  const [value] = await once(client, event);
  return value;
}
