/** What one does with a bot in the chat: commands, buttons, selects and forms, with a discord.js bot that knows nothing of it. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  type ChatInputCommandInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
} from 'discord.js';
import type { Browser, Page } from 'playwright-core';
import { violations } from './support/axe.ts';
import { type Hall, openHall } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();

const COMMANDS = [
  {
    name: 'feedback',
    description: 'Say what you think',
    options: [
      {
        type: 3,
        name: 'topic',
        description: 'What it is about',
        required: true,
        choices: [
          { name: 'The food', value: 'food' },
          { name: 'The house', value: 'house' },
        ],
      },
    ],
  },
  {
    name: 'find',
    description: 'Find a book',
    options: [
      { type: 3, name: 'book', description: 'Its title', required: true, autocomplete: true },
      { type: 6, name: 'reader', description: 'Who has it' },
      { type: 11, name: 'cover', description: 'A picture of it' },
    ],
  },
  {
    name: 'list',
    description: 'Lists',
    options: [
      { type: 1, name: 'show', description: 'Show the list', options: [] },
      { type: 1, name: 'clear', description: 'Empty the list', options: [] },
    ],
  },
  { name: 'slow', description: 'Takes its time' },
  { name: 'silent', description: 'Never answers' },
  { name: 'panel', description: 'Things to press' },
  { type: 2, name: 'Greet' },
  { type: 3, name: 'Count letters' },
] as const;
const BOOKS = ['Emma', 'Middlemarch', 'Moby-Dick'];

/** Answers as bots do. Of what is slow it waits for the test to say that it is time. */
function librarian(client: Client, release: Promise<void>): void {
  client.once(Events.ClientReady, async (ready) => {
    await ready.application.commands.set(COMMANDS as never);
  });
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction, release).catch(() => {}));
}

async function answer(interaction: Interaction, release: Promise<void>): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused().toLowerCase();
    const titles = BOOKS.filter((title) => title.toLowerCase().startsWith(typed));
    await interaction.respond(titles.map((title) => ({ name: title, value: `book:${title}` })));
  } else if (interaction.isChatInputCommand()) await answerCommand(interaction, release);
  else if (interaction.isUserContextMenuCommand()) {
    await interaction.reply(`Hello, ${interaction.targetUser.username}`);
  } else if (interaction.isMessageContextMenuCommand()) {
    await interaction.reply(`${interaction.targetMessage.content.length} letters`);
  } else if (interaction.isModalSubmit()) {
    const { fields } = interaction;
    const mood = fields.getStringSelectValues('mood').join('+');
    const read = fields.getCheckbox('read');
    await interaction.reply(
      `${interaction.customId}: ${fields.getTextInputValue('text')} (${mood}, ${read})`,
    );
  } else if (interaction.isButton() && interaction.customId === 'more') {
    await interaction.update({ content: 'Pressed' });
  } else if (interaction.isStringSelectMenu() || interaction.isUserSelectMenu()) {
    await interaction.reply({
      content: `Chosen: ${interaction.values.join(', ')}`,
      flags: MessageFlags.Ephemeral,
    });
  }
}

async function answerCommand(command: ChatInputCommandInteraction, release: Promise<void>): Promise<void> {
  switch (command.commandName) {
    case 'feedback':
      await command.showModal({
        custom_id: command.options.getString('topic', true),
        title: 'Your feedback',
        components: [
          { type: 10, content: 'Be **kind**.' },
          {
            type: 18,
            label: 'In your words',
            component: { type: 4, custom_id: 'text', style: 2, min_length: 5 },
          },
          {
            type: 18,
            label: 'Your mood',
            component: {
              type: 3,
              custom_id: 'mood',
              max_values: 2,
              options: [
                { label: 'Glad', value: 'glad' },
                { label: 'Calm', value: 'calm' },
                { label: 'Tired', value: 'tired' },
              ],
            },
          },
          { type: 18, label: 'I have read the rules', component: { type: 23, custom_id: 'read' } },
        ],
      } as never);
      return;
    case 'find': {
      const cover = command.options.getAttachment('cover');
      const reader = command.options.getUser('reader');
      const told = [command.options.getString('book'), reader?.username, cover?.name]
        .filter(Boolean)
        .join(' ');
      await command.reply({ content: told, flags: MessageFlags.Ephemeral });
      return;
    }
    case 'list':
      await command.reply(`The list: ${command.options.getSubcommand()}`);
      return;
    case 'slow':
      await command.deferReply();
      await release;
      await command.editReply('Here it is');
      return;
    case 'panel':
      await command.reply({
        flags: MessageFlags.IsComponentsV2,
        components: [
          {
            type: 17,
            accent_color: 0x0b6b62,
            components: [
              { type: 10, content: '## The panel' },
              { type: 14 },
              {
                type: 1,
                components: [
                  { type: 3, custom_id: 'one', placeholder: 'One book', options: BOOKS.map(option) },
                ],
              },
              {
                type: 1,
                components: [{ type: 5, custom_id: 'who', placeholder: 'Who reads', max_values: 2 }],
              },
              {
                type: 1,
                components: [
                  { type: 2, style: 1, custom_id: 'dead', label: 'Nothing' },
                  { type: 2, style: 2, custom_id: 'off', label: 'Off', disabled: true },
                  { type: 2, style: 5, url: 'https://example.com/', label: 'Elsewhere' },
                ],
              },
            ],
          },
        ],
      } as never);
      return;
    default:
  }
}

const option = (title: string) => ({ label: title, value: title });

describe('a bot in the chat', { skip: browser === null && NO_BROWSER, timeout: 180_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  const openScene = async (options?: Parameters<Hall['open']>[2]) => {
    const scene = await openHall();
    const { promise, resolve } = Promise.withResolvers<void>();
    await scene.connect(['Guilds', 'GuildMessages', 'MessageContent'], (client) =>
      librarian(client, promise),
    );
    const page = await scene.open(chromium, '#/chat', options);
    await page.getByLabel('Write as').selectOption('Ada');
    return { scene, page, release: resolve, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() };
  };
  const composer = (page: Page) => page.getByRole('textbox', { name: /^Message / });
  const message = (page: Page, text: string | RegExp) => page.getByRole('article').filter({ hasText: text });
  const field = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
  /** In a list of the page, not in a select of the browser. */
  const choice = (page: Page, name: string | RegExp) =>
    page.locator('.listbox').getByRole('option', { name });
  /** As soon as the bot has registered it. */
  const chooseCommand = async (page: Page, typed: string, whole: string) => {
    await composer(page).fill(typed);
    await choice(page, new RegExp(`^/${whole} `)).waitFor();
    await page.keyboard.press('Enter');
  };

  test('runs a slash command that opens a form, by keys alone', async () => {
    await using opened = await openScene();
    const { page } = opened;
    await composer(page).focus();
    await page.keyboard.type('/feed');
    await choice(page, /^\/feedback Say what you think/).waitFor();
    await page.keyboard.press('Enter');
    await field(page, 'topic').waitFor();
    await page.keyboard.type('hou');
    await choice(page, 'The house').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');

    const form = page.getByRole('dialog', { name: 'Your feedback' });
    await form.getByText('kind').waitFor();
    await form.getByLabel('In your words').fill('ok');
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.getByText(/field text takes 5 to 4000 characters, not 2/).waitFor();
    await form.getByLabel('In your words').fill('Fine house');
    await form.getByRole('combobox', { name: 'Your mood' }).press('ArrowDown');
    await choice(page, 'Glad').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await form.getByLabel('I have read the rules').check();
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'detached' });
    const answered = message(page, 'house: Fine house (glad+calm, true)');
    await answered.getByText('used').waitFor();
    await answered.locator('.command-used', { hasText: '/feedback' }).waitFor();
  });

  test('asks the bot what fits while one types, and takes a user and a file', async () => {
    await using opened = await openScene();
    const { page } = opened;
    await chooseCommand(page, '/find', 'find');
    await page.keyboard.type('mo');
    const found = choice(page, 'Moby-Dick');
    await found.waitFor();
    assert.equal(await choice(page, '').count(), 1);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '+ reader' }).click();
    await page.keyboard.type('gr');
    await choice(page, /Grace/).click();
    await page.getByRole('button', { name: '+ cover' }).click();
    await page.getByLabel('File for cover').setInputFiles({
      name: 'cover.png',
      mimeType: 'image/png',
      buffer: Buffer.from('not much of a picture'),
    });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const answered = message(page, 'book:Moby-Dick grace cover.png');
    await answered.getByText('Only Ada sees this').waitFor();

    await page.getByLabel('Write as').selectOption('Grace');
    await answered.waitFor({ state: 'detached' });
    await page.getByLabel('Write as').selectOption('Ada');
    await answered.getByRole('button', { name: 'Dismiss message' }).click();
    await answered.waitFor({ state: 'detached' });
  });

  test('says which option is missing, and lets one leave', async () => {
    await using opened = await openScene();
    const { page } = opened;
    await chooseCommand(page, '/find', 'find');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'book is required' }).waitFor();
    assert.equal(await field(page, 'book').getAttribute('aria-invalid'), 'true');
    await page.keyboard.press('Escape');
    await composer(page).waitFor();
    assert.equal(
      await composer(page).evaluate((element) => element === element.ownerDocument.activeElement),
      true,
    );
  });

  test('runs subcommands, shows that the bot thinks, and that it never answered', async () => {
    await using opened = await openScene();
    const { page, release } = opened;
    await chooseCommand(page, '/list cl', 'list clear');
    await page.getByRole('button', { name: 'Send', exact: true }).press('Enter');
    await message(page, 'The list: clear').waitFor();

    await chooseCommand(page, '/slow', 'slow');
    await page.keyboard.press('Enter');
    await message(page, 'Steward is thinking…').waitFor();
    release();
    await message(page, 'Here it is').waitFor();
    assert.equal(await message(page, 'is thinking').count(), 0);

    await chooseCommand(page, '/silent', 'silent');
    await page.keyboard.press('Enter');
    const failed = message(page, 'The application did not respond');
    await failed.waitFor();
    await failed.getByRole('button', { name: 'Dismiss' }).click();
    await failed.waitFor({ state: 'detached' });
  });

  test('presses buttons, chooses in selects, and says when nothing comes of it', async () => {
    await using opened = await openScene();
    const { scene, page } = opened;
    await chooseCommand(page, '/panel', 'panel');
    await page.keyboard.press('Enter');
    const panel = message(page, 'The panel');
    await panel.getByRole('combobox', { name: 'One book' }).click();
    await choice(page, 'Emma').click();
    await message(page, 'Chosen: Emma').getByText('Only Ada sees this').waitFor();

    await panel.getByRole('combobox', { name: 'Who reads' }).click();
    await choice(page, /Ada/).click();
    await page.keyboard.press('Escape');
    await message(page, `Chosen: ${scene.adaId}`).waitFor();

    assert.equal(await panel.getByRole('button', { name: 'Off' }).isDisabled(), true);
    assert.equal(
      await panel.getByRole('link', { name: /Elsewhere/ }).getAttribute('href'),
      'https://example.com/',
    );
    await panel.getByRole('button', { name: 'Nothing' }).click();
    await panel.getByText('This interaction failed').waitFor();

    scene.hall.world.messages.create({
      channelId: scene.channelId,
      authorId: scene.bot.botUserId,
      content: 'Press it',
      components: [
        { id: 1, type: 1, components: [{ id: 2, type: 2, style: 1, custom_id: 'more', label: 'More' }] },
      ],
    });
    await message(page, 'Press it').getByRole('button', { name: 'More', exact: true }).click();
    await message(page, 'Pressed').waitFor();
  });

  test('uses the commands of a message and of its author', async () => {
    await using opened = await openScene();
    const { scene, page } = opened;
    await scene.hall.say(scene.adaId, scene.channelId, 'twelve signs');
    const said = message(page, 'twelve signs').first();
    await said.waitFor();
    const menu = page.getByRole('menu', { name: 'With the message' });
    // The bot registers its commands by itself: the menu has them when it has done so.
    await composer(page).fill('/');
    await choice(page, /^\/panel/).waitFor();
    await composer(page).fill('');
    await said.click({ button: 'right', position: { x: 5, y: 5 } });
    await menu.getByRole('menuitem', { name: /Count letters/ }).click();
    await message(page, '12 letters').waitFor();
    await said.hover();
    await said.getByRole('button', { name: /^More of the message/ }).click();
    await menu.getByRole('menuitem', { name: /Greet/ }).click();
    await message(page, 'Hello, ada').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`shows nothing that axe finds, ${colorScheme}`, async () => {
      await using opened = await openScene({ colorScheme, reducedMotion: 'reduce' });
      const { page } = opened;
      const found: string[] = [];
      const check = async (place: string) => {
        found.push(...(await violations(page)).map((violation) => `${place}: ${violation}`));
      };
      await composer(page).fill('/');
      await choice(page, /^\/panel/).waitFor();
      await check('the list of commands');
      await chooseCommand(page, '/panel', 'panel');
      await page.keyboard.press('Enter');
      const panel = message(page, 'The panel');
      await panel.getByRole('combobox', { name: 'Who reads' }).click();
      await check('a picker');
      await choice(page, /Ada/).click();
      await page.keyboard.press('Escape');
      await message(page, 'Only Ada sees this').waitFor();
      await check('components and an answer for one user');
      await chooseCommand(page, '/feedback', 'feedback');
      await choice(page, 'The house').waitFor();
      await check('a command');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Your feedback' }).waitFor();
      await check('a form');
      assert.deepEqual(found, []);
    });
  }
});
