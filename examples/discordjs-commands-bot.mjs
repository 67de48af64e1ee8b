/**
 * A bot of slash commands, buttons, autocomplete and a modal, in discord.js. Nothing in it knows of Guildhall but
 * `rest.api`; examples/test/discordjs-commands-bot.test.ts is its test suite.
 *
 * GUILDHALL_API        root of the REST API, such as http://127.0.0.1:4400/api; Discord's own without it
 * GUILDHALL_TOKEN_FILE file with the bot token, or
 * DISCORD_TOKEN        the token itself
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';

const FRUITS = ['apple', 'apricot', 'banana', 'cherry'];

const COMMANDS = [
  new SlashCommandBuilder().setName('counter').setDescription('A counter with a button'),
  new SlashCommandBuilder().setName('feedback').setDescription('Tell us what you think'),
  new SlashCommandBuilder()
    .setName('order')
    .setDescription('Orders fruit')
    .addStringOption((option) =>
      option.setName('fruit').setDescription('Which').setRequired(true).setAutocomplete(true),
    )
    .addIntegerOption((option) =>
      option.setName('count').setDescription('How many').setMinValue(1).setMaxValue(10),
    ),
];

/**
 * Logs in and registers the commands.
 * @param {{ token: string, api?: string }} options
 * @returns {Promise<Client<true>>}
 */
export async function startBot({ token, api }) {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // discord.js puts the version behind it.
    ...(api ? { rest: { api } } : {}),
  });
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error) => console.error(`commands bot: ${error.message}`));
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  await ready;
  await client.application.commands.set(COMMANDS);
  return client;
}

async function answer(interaction) {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const found = FRUITS.filter((fruit) => fruit.startsWith(typed));
    return interaction.respond(found.map((fruit) => ({ name: fruit, value: fruit })));
  }
  if (interaction.isModalSubmit()) {
    const opinion = interaction.fields.getTextInputValue('opinion');
    return interaction.reply({ content: `You said: ${opinion}`, flags: MessageFlags.Ephemeral });
  }
  if (interaction.isButton()) {
    const count = Number(/\d+/.exec(interaction.message.content)?.[0]) + 1;
    return interaction.update({ content: `Clicked ${count} times`, components: [counterRow(count)] });
  }
  if (!interaction.isChatInputCommand()) return undefined;
  switch (interaction.commandName) {
    case 'counter':
      return interaction.reply({ content: 'Clicked 0 times', components: [counterRow(0)] });
    case 'feedback':
      return interaction.showModal(feedbackForm());
    case 'order': {
      await interaction.deferReply();
      const count = interaction.options.getInteger('count') ?? 1;
      await interaction.editReply(`${count} × ${interaction.options.getString('fruit', true)}`);
      return interaction.followUp({ content: 'Thank you!', flags: MessageFlags.Ephemeral });
    }
    default:
      return undefined;
  }
}

function counterRow(count) {
  return new ActionRowBuilder().addComponents(
    new ButtonBuilder()
      .setCustomId('more')
      .setLabel('More')
      .setStyle(ButtonStyle.Primary)
      .setDisabled(count >= 3),
  );
}

function feedbackForm() {
  return new ModalBuilder()
    .setCustomId('feedback')
    .setTitle('Feedback')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Your opinion')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('opinion').setStyle(TextInputStyle.Paragraph).setMinLength(3),
        ),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { DISCORD_TOKEN, GUILDHALL_API, GUILDHALL_TOKEN_FILE } = process.env;
  const token = DISCORD_TOKEN || (GUILDHALL_TOKEN_FILE && readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim());
  if (!token) {
    console.error('commands bot: set GUILDHALL_TOKEN_FILE or DISCORD_TOKEN');
    process.exit(1);
  }
  const client = await startBot({ token, ...(GUILDHALL_API ? { api: GUILDHALL_API } : {}) });
  console.log(`commands bot: ready as ${client.user.username}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void client.destroy());
}
