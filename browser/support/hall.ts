/** A server with an application, a guild and people, the page of its portal, and bots that connect. */
import assert from 'node:assert/strict';
import { type Guildhall, type NewApplication, type NewGuild, startGuildhall } from '@guildhall/server';
import { Client, type ClientOptions, Events } from 'discord.js';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Hall extends AsyncDisposable {
  readonly hall: Guildhall;
  readonly bot: NewApplication;
  readonly guild: NewGuild;
  readonly channelId: string;
  readonly adaId: string;
  /** The page as its link opens it. What it writes to the console as an error fails the test. */
  open(browser: Browser, hash?: string, options?: BrowserContextOptions): Promise<Page>;
  /** A discord.js bot that is ready. */
  connect(intents?: ClientOptions['intents'], prepare?: (client: Client) => void): Promise<Client<true>>;
}

const PATIENCE_MS = 8_000;
const KEY = 'key-of-the-browser-tests';

export async function openHall({ port = 0, maxConcurrency = 1, ownerKey = KEY } = {}): Promise<Hall> {
  const hall = await startGuildhall({
    log: 'silent',
    port,
    ownerKey,
    limits: { maxConcurrency, identifyBucketMs: 0, identifyRefusalDelayMs: 0 },
  });
  const bot = await hall.createApplication({
    name: 'Steward',
    privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const ada = await hall.createUser({ username: 'ada', globalName: 'Ada' });
  const grace = await hall.createUser({ username: 'grace', globalName: 'Grace' });
  const guild = await hall.createGuild({
    name: 'Workshop',
    bots: [bot.botUserId],
    channels: ['general', 'bots'],
  });
  for (const { id } of [ada, grace]) await hall.joinGuild(guild.id, id);
  const clients: Client[] = [];
  const pages: Page[] = [];
  const errors: string[] = [];
  return {
    hall,
    bot,
    guild,
    channelId: guild.channels[0]?.id ?? '',
    adaId: ada.id,
    open: async (browser, hash = '', options = {}) => {
      assert.ok(hall.portalUrl, 'the page has not been built');
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      pages.push(page);
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !isRefusal(message.text())) errors.push(message.text());
      });
      await page.goto(hall.portalUrl);
      await page.locator('.stream-live').waitFor();
      if (hash !== '') await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      return page;
    },
    connect: async (intents = ['Guilds', 'GuildMessages', 'MessageContent'], prepare = () => {}) => {
      const client = new Client({ intents, rest: { api: hall.apiBase } });
      clients.push(client);
      client.on(Events.Error, () => {});
      prepare(client);
      const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
      await client.login(bot.token);
      return ready;
    },
    [Symbol.asyncDispose]: async () => {
      for (const page of pages) await page.context().close();
      for (const client of clients) await client.destroy();
      await hall.close();
      assert.deepEqual(errors, []);
    },
  };
}

/** Chromium writes of each answer that is no success; the page shows those itself. */
function isRefusal(text: string): boolean {
  return text.startsWith('Failed to load resource');
}

/** Waits for what no event tells of. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(performance.now() < deadlineMs, `${what} did not come true`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
