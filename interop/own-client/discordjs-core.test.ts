/** `@discordjs/core` as published, with our client in the place of `@discordjs/ws`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, type Gateway, GatewayDispatchEvents } from '@discordjs/core';
import { REST } from '@discordjs/rest';
import { GatewayClient } from '@guildhall/client';
import { CoreGateway } from '@guildhall/client/discordjs-core';
import { BotLines } from '../bot-lines.ts';
import { type House, openHouse } from '../house.ts';

const DEADLINE = { timeout: 60_000 };
const EXAMPLE = fileURLToPath(new URL('../../examples/discordjs-core-bot.mjs', import.meta.url));

function clientOf({ hall, application, leaving }: House, shards = 1): GatewayClient {
  const client = new GatewayClient({
    token: application.token,
    apiBase: hall.apiBase,
    shards,
    intents: ['GUILDS', 'GUILD_MEMBERS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    identify: { bucketMs: 0 },
  });
  leaving.push(() => client.close());
  return client;
}

function coreOf({ hall, application }: House, gateway: Gateway): Client {
  return new Client({ gateway, rest: new REST({ api: hall.apiBase }).setToken(application.token) });
}

describe('@discordjs/core on our gateway', () => {
  test('hears events, answers by REST, and hears its own answer', DEADLINE, async () => {
    await using house = await openHouse();
    const { hall, userId, channelId } = house;
    const client = clientOf(house);
    const core = coreOf(house, new CoreGateway(client));
    const answered = new Promise<string>((resolve) => {
      core.on(GatewayDispatchEvents.MessageCreate, async ({ data, api, shardId }) => {
        if (data.author.bot === true) resolve(`${data.content} on shard ${shardId}`);
        else await api.channels.createMessage(data.channel_id, { content: `heard ${data.content}` });
      });
    });
    const ready = once(core, GatewayDispatchEvents.Ready);
    await client.open();
    const [{ data }] = await ready;
    assert.equal(data.user.id, house.application.botUserId);
    await hall.say(userId, channelId, 'hello');
    assert.equal(await answered, 'heard hello on shard 0');
  });

  test('sends commands through the shard of the guild, and gathers members', DEADLINE, async () => {
    await using house = await openHouse();
    const client = clientOf(house, 4);
    const core = coreOf(house, new CoreGateway(client));
    await client.open();
    assert.equal(client.shardCount, 4);
    const { members } = await core.requestGuildMembers({ guild_id: house.guildId, query: '', limit: 0 });
    const found = new Set(members.map(({ user }) => user.id));
    assert.ok(found.has(house.application.botUserId) && found.has(house.userId));
    await core.updatePresence(0, { status: 'idle' as never, activities: [], since: null, afk: false });
  });

  test('parses only the events that were asked for, and lets listeners go', DEADLINE, async () => {
    await using house = await openHouse();
    const client = clientOf(house);
    assert.throws(() => new CoreGateway(client, { events: ['NO_SUCH_EVENT'] }), { code: 'INVALID_OPTION' });
    const gateway = new CoreGateway(client, { events: ['READY', 'MESSAGE_CREATE'] });
    assert.throws(() => gateway.getShardCount(), { code: 'NOT_OPEN' });
    const heard: string[] = [];
    const first: string[] = [];
    const hear = ({ t }: { readonly t: string }): unknown => heard.push(t);
    gateway.on('dispatch', hear).once('dispatch', ({ t }) => first.push(t));
    const said = (): Promise<void> =>
      new Promise((resolve) => void client.once('MESSAGE_CREATE', () => resolve()));
    await client.open();
    let next = said();
    await house.hall.say(house.userId, house.channelId, 'one');
    await next;
    gateway.off('dispatch', hear);
    next = said();
    await house.hall.say(house.userId, house.channelId, 'two');
    await next;
    assert.deepEqual(heard, ['READY', 'MESSAGE_CREATE'], 'GUILD_CREATE was not handed over');
    assert.deepEqual(first, ['READY']);
  });

  test('the example answers !ping', DEADLINE, async () => {
    await using house = await openHouse();
    const { hall, application, userId, channelId } = house;
    const args = ['--conditions=guildhall-source', '--disable-warning=ExperimentalWarning', EXAMPLE];
    const bot = new BotLines(process.execPath, args, {
      GUILDHALL_API: hall.apiBase,
      DISCORD_TOKEN: application.token,
    });
    house.leaving.push(() => bot.stop());
    assert.match(await bot.line('ready as'), /on shard 0$/);
    await hall.say(userId, channelId, '!ping');
    await bot.line('answered ada');
  });
});
