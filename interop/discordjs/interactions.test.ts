/** discord.js 14, unmodified, answers commands, components and modals of simulated users in its ordinary ways. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type AutocompleteInteraction,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  ModalBuilder,
  type ModalSubmitInteraction,
  Partials,
  StringSelectMenuBuilder,
  type StringSelectMenuInteraction,
  TextInputBuilder,
  TextInputStyle,
  type UserContextMenuCommandInteraction,
  UserSelectMenuBuilder,
  type UserSelectMenuInteraction,
} from 'discord.js';
import { asOwner, type House, openHouse } from '../house.ts';
import { bot, login } from './conversation.ts';

const DEADLINE = { timeout: 60_000 };

/** The next interaction, as discord.js makes it. */
async function next<T extends Interaction>(client: Client): Promise<T> {
  const [interaction] = await once(client, Events.InteractionCreate);
  return interaction as T;
}

async function openBot(house: House, more: readonly GatewayIntentBits[] = []): Promise<Client<true>> {
  return login(bot(house, [GatewayIntentBits.Guilds, ...more]), house.application.token);
}

const actorOf = ({ userId, channelId }: House) => ({ userId, channelId });

test('commands are registered through discord.js, globally and in a guild', DEADLINE, async () => {
  await using house = await openHouse();
  const client = await openBot(house);
  const { application } = client;
  const set = await application.commands.set([
    {
      name: 'echo',
      description: 'Says it again',
      nameLocalizations: { de: 'echo' },
      options: [
        {
          name: 'text',
          description: 'What',
          type: ApplicationCommandOptionType.String,
          required: true,
          maxLength: 50,
        },
        {
          name: 'times',
          description: 'How often',
          type: ApplicationCommandOptionType.Integer,
          minValue: 1,
          maxValue: 3,
        },
      ],
    },
    { name: 'High Five', type: ApplicationCommandType.User },
  ]);
  assert.deepEqual(
    set.map(({ name }) => name),
    ['echo', 'High Five'],
  );
  const echo = set.find(({ name }) => name === 'echo');
  assert.ok(echo);
  const edited = await application.commands.edit(echo, { description: 'Says it once more' });
  assert.equal(edited.description, 'Says it once more');
  assert.equal(edited.options.length, 2);
  const fetched = await application.commands.fetch({ withLocalizations: true });
  assert.equal(fetched.get(echo.id)?.nameLocalizations?.de, 'echo');
  await application.commands.delete(echo);
  assert.deepEqual(
    (await application.commands.fetch()).map(({ name }) => name),
    ['High Five'],
  );

  const ofGuild = await application.commands.create({ name: 'local', description: 'Here' }, house.guildId);
  assert.equal(ofGuild.guildId, house.guildId);
  assert.equal((await application.commands.fetch({ guildId: house.guildId })).size, 1);
  const refused = await application.commands
    .create({ name: 'Not A Name', description: 'x' })
    .catch((error: unknown) => error);
  assert.ok(refused instanceof DiscordAPIError);
  assert.match(refused.message, /name\[APPLICATION_COMMAND_INVALID_NAME\]/);

  const token = house.hall.world.accessTokens.issue(
    application.id,
    house.hall.world.guilds.require(house.guildId).owner_id,
    ['applications.commands.permissions.update'],
  );
  await application.commands.permissions.set({
    guild: house.guildId,
    command: ofGuild.id,
    token,
    permissions: [{ id: house.userId, type: 2, permission: false }],
  });
  const permissions = await application.commands.permissions.fetch({
    guild: house.guildId,
    command: ofGuild.id,
  });
  assert.equal(permissions[0]?.permission, false);
  await assert.rejects(
    house.hall.clients.invokeCommand({ ...actorOf(house), command: 'local' }),
    /may not use local/,
  );
});

test(
  'a slash command: options of every kind, reply, edit, follow-up, fetch and delete',
  DEADLINE,
  async () => {
    await using house = await openHouse();
    const { hall } = house;
    const client = await openBot(house);
    const types = ApplicationCommandOptionType;
    const option = (name: string, type: number) => ({ name, type, description: name });
    const role = hall.world.roles.create(house.guildId, { name: 'blue' });
    await client.application.commands.create({
      name: 'all',
      description: 'Everything',
      options: [
        {
          ...option('sub', types.Subcommand),
          type: types.Subcommand,
          options: [
            { name: 'text', description: 'x', type: types.String },
            { name: 'whole', description: 'x', type: types.Integer },
            { name: 'real', description: 'x', type: types.Number },
            { name: 'yes', description: 'x', type: types.Boolean },
            { name: 'who', description: 'x', type: types.User },
            { name: 'where', description: 'x', type: types.Channel },
            { name: 'what', description: 'x', type: types.Role },
            { name: 'any', description: 'x', type: types.Mentionable },
            { name: 'file', description: 'x', type: types.Attachment },
          ],
        },
      ],
    });
    const received = next<ChatInputCommandInteraction<'cached'>>(client);
    const begun = await hall.clients.invokeCommand({
      ...actorOf(house),
      command: '/all sub',
      options: {
        text: 'hello',
        whole: 3,
        real: 1.5,
        yes: true,
        who: house.userId,
        where: house.channelId,
        what: role.id,
        any: house.application.botUserId,
        file: { filename: 'a.txt', url: 'https://files.example/a.txt', size: 5, contentType: 'text/plain' },
      },
    });
    const interaction = await received;
    const { options } = interaction;
    assert.equal(interaction.id, begun.id);
    assert.equal(options.getSubcommand(), 'sub');
    assert.equal(options.getString('text'), 'hello');
    assert.equal(options.getInteger('whole'), 3);
    assert.equal(options.getNumber('real'), 1.5);
    assert.equal(options.getBoolean('yes'), true);
    assert.equal(options.getUser('who')?.username, 'ada');
    assert.equal(options.getMember('who')?.id, house.userId);
    assert.equal(options.getChannel('where')?.name, 'general');
    assert.equal(options.getRole('what')?.name, 'blue');
    assert.equal((options.getMentionable('any') as { id: string }).id, house.application.botUserId);
    assert.equal(options.getAttachment('file')?.name, 'a.txt');
    assert.equal(interaction.guild?.id, house.guildId);
    assert.equal(interaction.channel?.id, house.channelId);
    assert.equal(interaction.member.user.username, 'ada');
    assert.ok(interaction.memberPermissions.has('SendMessages'));
    assert.ok(interaction.appPermissions.has('SendMessages'));
    assert.equal(interaction.locale, 'en-US');
    assert.equal(interaction.context, 0);
    assert.equal(interaction.attachmentSizeLimit, 10 * 1_048_576);

    const created = hall.waitFor('MESSAGE_CREATE');
    const { resource } = await interaction.reply({ content: 'one', withResponse: true });
    assert.equal(resource?.message?.content, 'one');
    const told = await created;
    assert.equal(told.type, 20);
    assert.equal(told.interaction_metadata?.type, 2);
    assert.equal(told.interaction?.name, 'all sub');
    assert.equal(told.webhook_id, house.application.id);
    assert.equal((await interaction.fetchReply()).interactionMetadata?.user.id, house.userId);
    assert.equal((await interaction.editReply('two')).content, 'two');
    const followUp = await interaction.followUp('three');
    assert.equal(followUp.reference?.messageId, told.id);
    await interaction.webhook.editMessage(followUp, 'four');
    assert.equal(hall.world.messages.require(house.channelId, followUp.id).content, 'four');
    await interaction.deleteReply(followUp);
    await interaction.deleteReply();
    assert.equal(hall.world.messages.list(house.channelId, { limit: 10 }).length, 0);
    await assert.rejects(interaction.fetchReply(), { code: 10008 });
    assert.equal((await hall.clients.waitForResponse(begun.id)).response.kind, 'message');
  },
);

test('a deferred reply, an ephemeral one, and one that comes twice or too late', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall } = house;
  const client = await openBot(house, [GatewayIntentBits.DirectMessages]);
  await client.application.commands.create({ name: 'ping', description: 'x' });
  const invoke = async () => {
    const received = next<ChatInputCommandInteraction>(client);
    const { id } = await hall.clients.invokeCommand({ ...actorOf(house), command: 'ping' });
    return { id, interaction: await received };
  };

  const slow = await invoke();
  const deferred = await slow.interaction.deferReply({ withResponse: true });
  assert.equal(deferred.interaction.responseMessageLoading, true);
  assert.equal(hall.clients.interaction(slow.id).response.kind, 'deferred');
  assert.ok(hall.clients.responseMessage(slow.id)?.flags);
  await slow.interaction.editReply('done');
  assert.equal(hall.clients.interaction(slow.id).response.kind, 'message');
  const shown = hall.clients.responseMessage(slow.id);
  assert.deepEqual([shown?.content, shown?.flags, shown?.edited_timestamp], ['done', 0, null]);
  await assert.rejects(
    client.rest.post(`/interactions/${slow.id}/${slow.interaction.token}/callback`, {
      body: { type: 5 },
      auth: false,
    }),
    { code: 40060 },
  );

  const secret = await invoke();
  const told = once(client, Events.MessageCreate);
  await secret.interaction.reply({ content: 'psst', flags: MessageFlags.Ephemeral });
  assert.equal((await told)[0].content, 'psst');
  const own = await secret.interaction.fetchReply();
  assert.ok(own.flags.has(MessageFlags.Ephemeral));
  assert.equal(hall.clients.responseMessage(secret.id)?.content, 'psst');
  assert.deepEqual(
    hall.world.messages.list(house.channelId, { limit: 10 }).map(({ content }) => content),
    ['done'],
  );
  await secret.interaction.editReply('psst!');
  const open = await secret.interaction.followUp('open');
  assert.ok(!open.flags.has(MessageFlags.Ephemeral));
  await secret.interaction.deleteReply();
  assert.equal(hall.clients.responseMessage(secret.id), undefined);
});

test('autocomplete: what is typed arrives, suggestions come back', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall } = house;
  const client = await openBot(house);
  await client.application.commands.create({
    name: 'fruit',
    description: 'x',
    options: [
      {
        name: 'kind',
        description: 'x',
        type: ApplicationCommandOptionType.String,
        autocomplete: true,
        required: true,
      },
      { name: 'count', description: 'x', type: ApplicationCommandOptionType.Integer },
    ],
  });
  const received = next<AutocompleteInteraction>(client);
  const { id } = await hall.clients.autocomplete({
    ...actorOf(house),
    command: 'fruit',
    focused: 'kind',
    options: { kind: 'ap', count: 2 },
  });
  const interaction = await received;
  assert.ok(interaction.isAutocomplete());
  assert.deepEqual(
    [
      interaction.options.getFocused(true).name,
      interaction.options.getFocused(),
      interaction.options.getInteger('count'),
    ],
    ['kind', 'ap', 2],
  );
  await interaction.respond([{ name: 'Apple', value: 'apple' }]);
  const { response } = await hall.clients.waitForResponse(id);
  assert.ok(response.kind === 'choices');
  assert.deepEqual(response.choices, [{ name: 'Apple', name_localizations: null, value: 'apple' }]);
});

test('buttons: update, deferUpdate, and a reply; selects bring what was chosen', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall } = house;
  const client = await openBot(house, [GatewayIntentBits.GuildMessages]);
  await client.application.commands.create({ name: 'menu', description: 'x' });
  const invoked = next<ChatInputCommandInteraction>(client);
  await hall.clients.invokeCommand({ ...actorOf(house), command: 'menu' });
  const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('off').setLabel('Off').setStyle(ButtonStyle.Danger).setDisabled(true),
  );
  const texts = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder()
      .setCustomId('colors')
      .setMaxValues(2)
      .addOptions({ label: 'Red', value: 'r' }, { label: 'Green', value: 'g' }),
  );
  const users = new ActionRowBuilder<UserSelectMenuBuilder>().addComponents(
    new UserSelectMenuBuilder().setCustomId('people'),
  );
  const { resource } = await (await invoked).reply({
    content: 'menu',
    components: [buttons, texts, users],
    withResponse: true,
  });
  const messageId = resource?.message?.id ?? '';
  const actor = { ...actorOf(house), messageId };

  const clicked = next<ButtonInteraction>(client);
  await hall.clients.click({ ...actor, button: 'more' });
  const click = await clicked;
  assert.equal(click.customId, 'more');
  assert.equal(click.message.id, messageId);
  await click.update({ content: 'more menu' });
  assert.equal(hall.world.messages.require(house.channelId, messageId).content, 'more menu');
  assert.equal((await click.fetchReply()).id, messageId);

  const clickedAgain = next<ButtonInteraction>(client);
  const { id } = await hall.clients.click({ ...actor, button: 'More' });
  const again = await clickedAgain;
  await again.deferUpdate();
  assert.equal(hall.clients.interaction(id).response.kind, 'deferred-update');
  await again.editReply('even more');
  assert.equal(hall.clients.interaction(id).response.kind, 'update');
  const followUp = await again.followUp({ content: 'for you', flags: MessageFlags.Ephemeral });
  assert.equal(hall.world.interactions.ephemeral(followUp.id)?.content, 'for you');

  const selected = next<StringSelectMenuInteraction>(client);
  await hall.clients.select({ ...actor, select: 'colors', values: ['r', 'Green'] });
  const select = await selected;
  assert.deepEqual(select.values, ['r', 'g']);
  await select.reply('chosen');
  const picked = next<UserSelectMenuInteraction>(client);
  await hall.clients.select({ ...actor, select: 'people', values: [house.userId] });
  const people = await picked;
  assert.equal(people.users.first()?.username, 'ada');
  await people.deferUpdate();

  await assert.rejects(hall.clients.click({ ...actor, button: 'off' }), /off is disabled/);
  await assert.rejects(hall.clients.click({ ...actor, button: 'none' }), /no button none; it has more, off/);
  await assert.rejects(hall.clients.select({ ...actor, select: 'colors', values: ['b'] }), /no option "b"/);
  await assert.rejects(
    hall.clients.select({ ...actor, select: 'colors', values: [] }),
    /takes 1 to 2 values/,
  );
});

test('a modal: shown, filled in, awaited and answered', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall } = house;
  const client = await openBot(house);
  await client.application.commands.create({ name: 'form', description: 'x' });
  const received = next<ChatInputCommandInteraction>(client);
  const { id } = await hall.clients.invokeCommand({ ...actorOf(house), command: 'form' });
  const interaction = await received;
  await interaction.showModal(
    new ModalBuilder()
      .setCustomId('feedback')
      .setTitle('Feedback')
      .addLabelComponents(
        new LabelBuilder()
          .setLabel('Your name')
          .setTextInputComponent(
            new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short).setMaxLength(10),
          ),
        new LabelBuilder()
          .setLabel('Color')
          .setStringSelectMenuComponent(
            new StringSelectMenuBuilder().setCustomId('color').addOptions({ label: 'Red', value: 'r' }),
          ),
      ),
  );
  const shown = await hall.clients.waitForResponse(id);
  assert.equal(shown.response.kind, 'modal');
  await assert.rejects(
    hall.clients.submitModal({ interactionId: id, values: { name: '' } }),
    /field name is required/,
  );
  await assert.rejects(
    hall.clients.submitModal({ interactionId: id, values: { nane: '' } }),
    /no field nane; it has name, color/,
  );
  const awaited = interaction.awaitModalSubmit({ time: 5_000 });
  const { id: submitId } = await hall.clients.submitModal({
    interactionId: id,
    values: { name: 'Ada', color: ['r'] },
  });
  const submit: ModalSubmitInteraction = await awaited;
  assert.equal(submit.customId, 'feedback');
  assert.equal(submit.fields.getTextInputValue('name'), 'Ada');
  assert.deepEqual(submit.fields.getStringSelectValues('color'), ['r']);
  await submit.reply('thanks');
  const message = hall.clients.responseMessage(submitId);
  assert.equal(message?.content, 'thanks');
  assert.equal(message?.interaction?.triggering?.id, id);
});

test('context menus, and commands in a direct message', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall } = house;
  const client = await login(bot(house, [GatewayIntentBits.Guilds]), house.application.token);
  client.options.partials = [Partials.Channel];
  await client.application.commands.set([
    { name: 'High Five', type: ApplicationCommandType.User },
    { name: 'Bookmark', type: ApplicationCommandType.Message },
    { name: 'ping', description: 'x' },
  ]);
  const said = await hall.say(house.userId, house.channelId, 'remember this');
  const onUser = next<UserContextMenuCommandInteraction>(client);
  await hall.clients.useOnUser({
    ...actorOf(house),
    command: 'High Five',
    targetUserId: house.application.botUserId,
  });
  const five = await onUser;
  assert.equal(five.targetUser.id, house.application.botUserId);
  await five.reply('five');
  const onMessage = next<MessageContextMenuCommandInteraction>(client);
  await hall.clients.useOnMessage({ ...actorOf(house), command: 'Bookmark', targetMessageId: said.id });
  const bookmark = await onMessage;
  assert.equal(bookmark.targetMessage.content, 'remember this');
  const { resource } = await bookmark.reply({ content: 'kept', withResponse: true });
  assert.equal(resource?.message?.reference?.messageId, said.id);
  assert.equal(resource?.message?.type, 23);

  const dm = hall.world.channels.openDm(house.userId, house.application.botUserId);
  const inDm = next<ChatInputCommandInteraction>(client);
  await hall.clients.invokeCommand({ userId: house.userId, channelId: dm.id, command: 'ping' });
  const ping = await inDm;
  assert.equal(ping.guildId, null);
  assert.equal(ping.user.username, 'ada');
  assert.equal(ping.context, 1);
  await ping.reply('pong');
  assert.equal(hall.world.messages.list(dm.id, { limit: 1 })[0]?.content, 'pong');
});

test('the owner runs a command over HTTP, and sees what the bot made of it', DEADLINE, async () => {
  await using house = await openHouse();
  const client = await openBot(house);
  await client.application.commands.create({ name: 'ping', description: 'x' });
  client.once(Events.InteractionCreate, async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({ content: 'pong', flags: MessageFlags.Ephemeral });
  });
  const { status, body } = await asOwner(house, 'POST', `/channels/${house.channelId}/commands`, {
    user_id: house.userId,
    command: 'ping',
  });
  assert.equal(status, 201);
  await house.hall.clients.waitForResponse(String(body.id));
  const seen = await asOwner(house, 'GET', `/interactions/${body.id}`);
  assert.equal(seen.body.state, 'message');
  assert.equal((seen.body.message as { readonly content: string }).content, 'pong');
});
