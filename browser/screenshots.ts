/** `npm run screenshots`: what README and the docs show of the page, into docs/images. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayClient } from '@guildhall/client';
import { Permission } from '@guildhall/protocol';
import { ensureSample, type Guildhall } from '@guildhall/server';
import {
  type APIModalInteractionResponseCallbackData,
  type ApplicationCommandData,
  ApplicationCommandOptionType,
  type Client,
  ComponentType,
  Events,
  TextInputStyle,
} from 'discord.js';
import type { Browser, Page } from 'playwright-core';
import { openHall } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');
const SETTLE_MS = 1_000;
/** Long enough for the bars of the sessions. */
const TRAFFIC_MS = 20_000;
const MESSAGES_PER_MINUTE = 240;
const VOICE = 2;
const CATEGORY = 4;
const FORUM = 15;

const COMMANDS: readonly ApplicationCommandData[] = [
  {
    name: 'feedback',
    description: 'Tell the house what you think',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'topic',
        description: 'What it is about',
        required: true,
        choices: [
          { name: 'The kitchen', value: 'kitchen' },
          { name: 'The rooms', value: 'rooms' },
          { name: 'The bots', value: 'bots' },
        ],
      },
      { type: ApplicationCommandOptionType.User, name: 'to', description: 'Who shall read it first' },
      { type: ApplicationCommandOptionType.Attachment, name: 'picture', description: 'What it looks like' },
    ],
  },
];
const FEEDBACK: APIModalInteractionResponseCallbackData = {
  custom_id: 'feedback',
  title: 'Your feedback',
  components: [
    {
      type: ComponentType.Label,
      label: 'In your words',
      description: 'Everybody in the house will read it.',
      component: { type: ComponentType.TextInput, custom_id: 'text', style: TextInputStyle.Paragraph },
    },
    {
      type: ComponentType.Label,
      label: 'How was it?',
      component: {
        type: ComponentType.StringSelect,
        custom_id: 'mood',
        options: ['Good', 'Fair', 'Poor'].map((label) => ({ label, value: label.toLowerCase() })),
      },
    },
  ],
};

const browser = await launchBrowser();
if (browser === null) {
  process.stderr.write(`No screenshots: ${NO_BROWSER}.\n`);
  process.exitCode = 1;
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const scheme of ['light', 'dark'] as const) await takeAll(browser, scheme);
  await browser.close();
}

async function takeAll(chromium: Browser, scheme: 'light' | 'dark'): Promise<void> {
  await using scene = await openHall({ maxConcurrency: 16 });
  const { hall, bot } = scene;
  const { guild } = ensureSample(hall.world);
  await hall.joinGuild(guild.id, bot.botUserId);
  await scene.connect(['Guilds', 'GuildMessages', 'GuildMembers', 'MessageContent'], steward);
  const herald = await hall.createApplication({ name: 'Herald' });
  await hall.joinGuild(guild.id, herald.botUserId);
  const fleet = new GatewayClient({
    apiBase: hall.apiBase,
    token: herald.token,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'GUILD_MESSAGE_REACTIONS'],
    shards: 6,
  });
  await fleet.open();

  const page = await scene.open(chromium, `#/chat/${guild.id}`, { colorScheme: scheme });
  const take = async (name: string) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${scheme}.png`) });
  };
  await talk(page);
  await take('chat');
  await fillInCommand(page);
  await take('command');
  await page.getByRole('option', { name: 'The rooms' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('dialog', { name: 'Your feedback' }).waitFor();
  await take('modal');
  await page.keyboard.press('Escape');

  await page.evaluate("location.hash = '#/sessions'");
  hall.world.chatters.set(guild.id, { isOn: true, perMinute: MESSAGES_PER_MINUTE });
  await page.waitForTimeout(TRAFFIC_MS);
  await take('sessions');
  await page
    .getByRole('button', { name: /^Steward.*details$/ })
    .first()
    .click();
  const drawer = page.getByRole('complementary', { name: /^Steward/ });
  // What is looked at stays where it is.
  await drawer.getByRole('button', { name: 'Pause' }).click();
  const frame = drawer.getByRole('button', { name: /MESSAGE_CREATE/ }).last();
  await frame.click();
  await frame.evaluate((element: { scrollIntoView(): void }) => element.scrollIntoView());
  await take('frames');

  await page.evaluate("location.hash = '#/metrics'");
  await page.getByRole('radio', { name: '5 min', exact: true }).check();
  await take('metrics');
  hall.world.chatters.set(guild.id, { isOn: false });

  await page.evaluate(`location.hash = '#/world/${guild.id}/channels/${closeChannel(hall, guild.id)}'`);
  await page.getByText('denies it').first().waitFor();
  await page.locator('.viewers').evaluate((element: { scrollIntoView(): void }) => element.scrollIntoView());
  await take('world');

  await page.evaluate(`location.hash = '#/applications/${bot.id}'`);
  await page.getByRole('switch', { name: 'Message Content Intent' }).click();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('Identify refused with 4014').waitFor();
  await take('applications');
  await fleet.close();
}

/** The first channel is for those who work here. */
function closeChannel({ world }: Guildhall, guildId: string): string {
  const [id = ''] = world.channels.ofGuild(guildId).keys();
  const rooms = world.channels.create(guildId, { name: 'Rooms', type: CATEGORY });
  world.channels.create(guildId, { name: 'lounge', type: VOICE, parentId: rooms.id });
  world.channels.create(guildId, { name: 'help', type: FORUM, parentId: rooms.id });
  const view = String(Permission.VIEW_CHANNEL);
  world.channels.setOverwrite(id, { id: guildId, type: 0, allow: '0', deny: view });
  for (const role of world.roles.ofGuild(guildId).values()) {
    if (role.name === 'Moderator' || role.managed) {
      world.channels.setOverwrite(id, { id: role.id, type: 0, allow: view, deny: '0' });
    }
  }
  return id;
}

/** A bot that says how it is when it is asked, and asks how others are. */
function steward(client: Client): void {
  client.once(Events.ClientReady, (ready) => void ready.application.commands.set(COMMANDS));
  client.on(Events.InteractionCreate, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(FEEDBACK);
  });
  client.on(Events.MessageCreate, async (message) => {
    if (message.content !== '!status') return;
    await message.react('👀');
    await message.reply({
      content: `All is **well**, <@${message.author.id}>.`,
      embeds: [
        {
          title: 'Steward',
          description: 'Keeps the hall in order.',
          color: 0x0b6b62,
          fields: [
            { name: 'Guilds', value: String(client.guilds.cache.size), inline: true },
            { name: 'Shard', value: '`0 / 1`', inline: true },
            { name: 'Library', value: 'discord.js 14', inline: true },
          ],
        },
      ],
    });
  });
}

/** What is offered there, until a choice is to be made. */
async function fillInCommand(page: Page): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message #general' });
  await field.fill('/feed');
  await page.getByRole('option', { name: '/feedback' }).click();
  await page.getByRole('option', { name: 'The rooms' }).waitFor();
}

async function talk(page: Page): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message #general' });
  const lines = [
    ['Mara', 'Morning! Does the new build answer yet?'],
    ['Sam', 'It does here. Try `!status`, it is **fast** now'],
    ['Mara', '!status'],
  ] as const;
  for (const [who, text] of lines) {
    await page.getByLabel('Write as').selectOption(who);
    await field.fill(text);
    await field.press('Enter');
    const shown = text.replaceAll(/[`*]/g, '');
    await page.getByRole('article').filter({ hasText: shown }).first().waitFor();
  }
  await page.getByText('Keeps the hall in order.').waitFor();
}
