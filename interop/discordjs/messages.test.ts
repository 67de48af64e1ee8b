/** discord.js 14, unmodified: files, components, polls, pins, forwards, threads, webhooks, each by its ordinary methods. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  type Client,
  ContainerBuilder,
  EmbedBuilder,
  Events,
  type ForumChannel,
  GatewayIntentBits,
  type Message,
  MessageFlags,
  type PollAnswer,
  StringSelectMenuBuilder,
  type TextChannel,
  TextDisplayBuilder,
  ThreadAutoArchiveDuration,
  type ThreadChannel,
  WebhookClient,
} from 'discord.js';
import { type House, openHouse } from '../house.ts';
import { bot, login, ORDINARY } from './conversation.ts';

const DEADLINE = { timeout: 60_000 };
/** A test that waits for nothing must leave time to put its client away. */
const PATIENCE_MS = 10_000;
const INTENTS = [...ORDINARY, GatewayIntentBits.GuildMessagePolls, GatewayIntentBits.GuildWebhooks];
const ADMINISTRATOR = 8n;

async function openTalk() {
  const house = await openHouse();
  const { world } = house.hall;
  const role = world.roles.create(house.guildId, { name: 'admin', permissions: ADMINISTRATOR });
  world.members.addRole(house.guildId, house.application.botUserId, role.id);
  await world.committed();
  const client = await login(bot(house, INTENTS), house.application.token);
  const channel = client.channels.cache.get(house.channelId) as TextChannel;
  return { house, client, channel };
}

async function heard<T>(client: Client, event: Events, act: () => Promise<unknown>): Promise<T> {
  const told = once(client, event as Events.MessageCreate, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await act();
  return (await told)[0] as T;
}

test('discord.js sends files, and reads them back', DEADLINE, async () => {
  const { house, client, channel } = await openTalk();
  await using _: House = house;
  const png = Buffer.from('89504e470d0a1a0a0000000d494844520000000a00000014080600000000000000', 'hex');
  const files = [
    new AttachmentBuilder(png, { name: 'picture.png', description: 'a picture' }),
    new AttachmentBuilder(Buffer.from('hello'), { name: 'notes.txt' }),
  ];
  const embeds = [new EmbedBuilder().setTitle('with a picture').setImage('attachment://picture.png')];
  const message = await heard<Message>(client, Events.MessageCreate, () => channel.send({ embeds, files }));
  assert.equal(message.attachments.size, 1);
  const [notes] = message.attachments.values();
  assert.equal(await (await fetch(notes?.url ?? '')).text(), 'hello');
  const picture = await fetch(message.embeds[0]?.image?.url ?? '');
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), png);

  const edited = await message.edit({ attachments: [], files: [files[1] ?? ''] });
  assert.deepEqual(
    edited.attachments.map(({ name }) => name),
    ['notes.txt'],
  );
});

test('discord.js builds components of both kinds', DEADLINE, async () => {
  const { house, channel } = await openTalk();
  await using _: House = house;
  const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('yes').setLabel('Yes').setStyle(ButtonStyle.Success).setEmoji('👍'),
    new ButtonBuilder().setURL('https://example.test').setLabel('More').setStyle(ButtonStyle.Link),
  );
  const menu = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder().setCustomId('menu').addOptions({ label: 'one', value: '1' }),
  );
  const message = await channel.send({ content: 'choose', components: [buttons, menu] });
  assert.equal(message.components.length, 2);
  const container = new ContainerBuilder().addTextDisplayComponents(
    new TextDisplayBuilder().setContent('hi'),
  );
  const second = await channel.send({ components: [container], flags: MessageFlags.IsComponentsV2 });
  assert.ok(second.flags.has(MessageFlags.IsComponentsV2));
  assert.equal(second.components.length, 1);
});

test('discord.js asks, forwards and pins', DEADLINE, async () => {
  const { house, client, channel } = await openTalk();
  await using _: House = house;
  const { hall, userId, channelId } = house;
  const answers = [{ text: 'tea' }, { text: 'coffee', emoji: '☕' }];
  const asked = await channel.send({
    poll: { question: { text: 'What?' }, answers, duration: 1, allowMultiselect: false },
  });
  const answer = await heard<PollAnswer>(client, Events.MessagePollVoteAdd, async () => {
    hall.world.polls.vote(channelId, asked.id, userId, 2);
    await hall.world.committed();
  });
  assert.equal(answer.text, 'coffee');
  const voters = await asked.poll?.answers.get(2)?.voters.fetch();
  assert.equal(voters?.first()?.id, userId);
  const ended = await asked.poll?.end();
  assert.equal(ended?.poll?.resultsFinalized, true);

  const said = await channel.send('pass it on');
  const forwarded = await said.forward(channel);
  assert.equal(forwarded.messageSnapshots.first()?.content, 'pass it on');
  await heard(client, Events.ChannelPinsUpdate, () => said.pin());
  const { items } = await channel.messages.fetchPins();
  assert.equal(items[0]?.message.id, said.id);
  await heard(client, Events.ChannelPinsUpdate, () => said.unpin());
});

test('discord.js starts threads, and lives in them', DEADLINE, async () => {
  const { house, client, channel } = await openTalk();
  await using _: House = house;
  const { hall, userId, guildId } = house;
  const message = await channel.send('let us talk about this');
  const thread = await heard<ThreadChannel>(client, Events.ThreadCreate, () =>
    message.startThread({ name: 'talk', autoArchiveDuration: ThreadAutoArchiveDuration.OneHour }),
  );
  assert.equal(thread.id, message.id);
  assert.equal(thread.joined, true);
  assert.equal((await thread.send('first')).channelId, thread.id);
  await thread.members.add(userId);
  assert.equal((await thread.members.fetch()).size, 2);
  await thread.setName('renamed');
  await thread.setArchived(true);
  const { threads } = await channel.threads.fetchArchived();
  assert.equal(threads.first()?.name, 'renamed');
  await thread.setArchived(false);
  await heard(client, Events.ThreadMembersUpdate, () => thread.leave());
  assert.equal(thread.joined, false);

  const secret = await channel.threads.create({ name: 'secret', type: ChannelType.PrivateThread });
  assert.equal(secret.type, ChannelType.PrivateThread);
  assert.equal((await channel.guild.channels.fetchActiveThreads()).threads.size, 2);
  await secret.delete();
  assert.equal(hall.world.threads.get(secret.id), undefined);

  const tags = [{ name: 'question' }];
  const { id } = hall.world.channels.create(guildId, { name: 'forum', type: 15, availableTags: tags });
  await hall.world.committed();
  const forum = (await client.channels.fetch(id)) as ForumChannel;
  const [tag] = forum.availableTags;
  const post = await forum.threads.create({
    name: 'how?',
    message: { content: 'like this', files: [new AttachmentBuilder(Buffer.from('x'), { name: 'x.txt' })] },
    appliedTags: [tag?.id ?? ''],
  });
  assert.deepEqual(post.appliedTags, [tag?.id]);
  assert.equal((await post.fetchStarterMessage())?.attachments.size, 1);
});

test('discord.js makes webhooks, speaks through them, publishes and follows', DEADLINE, async () => {
  const { house, client, channel } = await openTalk();
  await using _: House = house;
  const { hall, guildId } = house;
  const webhook = await channel.createWebhook({ name: 'builds' });
  const message = await heard<Message>(client, Events.MessageCreate, () =>
    webhook.send({ content: 'done', username: 'CI' }),
  );
  assert.deepEqual([message.webhookId, message.author.username, message.member], [webhook.id, 'CI', null]);
  const alone = new WebhookClient(
    { id: webhook.id, token: webhook.token ?? '' },
    { rest: { api: hall.apiBase } },
  );
  const said = await alone.send({ content: 'from elsewhere', files: [Buffer.from('x')] });
  assert.equal((await alone.editMessage(said.id, 'edited')).content, 'edited');
  await alone.deleteMessage(said.id);
  assert.equal((await channel.fetchWebhooks()).size, 1);

  const news = hall.world.channels.create(guildId, { name: 'news', type: 5 });
  await hall.world.committed();
  const source = await client.channels.fetch(news.id);
  assert.ok(source?.type === ChannelType.GuildAnnouncement);
  await source.addFollower(channel);
  const announced = await source.send('news');
  const copied = Promise.withResolvers<Message>();
  client.on(Events.MessageCreate, (heardOf) => {
    if (heardOf.flags.has(MessageFlags.IsCrosspost)) copied.resolve(heardOf);
  });
  await announced.crosspost();
  assert.equal((await copied.promise).content, 'news');
  await webhook.delete();
});
