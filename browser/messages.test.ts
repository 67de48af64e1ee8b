/** What messages bring with them, in a real browser: files, polls, threads, pins, forwards. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import type { Browser, Page } from 'playwright-core';
import { openHall, until } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC',
  'base64',
);

const MANY = 10_000;
const NEAR_START = 100;
/** However many there are. */
const MAX_ROWS = 120;
const MIN_ROW_PX = 20;
const PATIENCE_MS = 60_000;

describe('messages', { skip: browser === null && NO_BROWSER, timeout: 120_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  const message = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
  const choose = async (page: Page, text: string, entry: string) => {
    await message(page, text).first().hover();
    await message(page, text)
      .first()
      .getByRole('button', { name: /^More of the message/ })
      .click();
    await page.getByRole('menu', { name: 'With the message' }).getByRole('menuitem', { name: entry }).click();
  };

  test('bring files: pictures are shown, others are cards', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/chat');
    await page.getByLabel('Files to attach').setInputFiles([
      { name: 'plan.png', mimeType: 'image/png', buffer: PNG },
      { name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(2_048) },
      { name: 'secret.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
    ]);
    await page.getByRole('button', { name: 'Do not send secret.txt' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const picture = page.getByRole('img', { name: 'plan.png' });
    await picture.waitFor();
    const width = await picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth);
    assert.equal(width, 10);
    const card = page.getByRole('link', { name: /notes\.pdf.*2\.0 KiB/ });
    await card.waitFor();
    assert.equal(await page.getByText('secret.txt').count(), 0);
  });

  test('are voted on, and the votes counted as they come', async () => {
    await using scene = await openHall();
    const { world } = scene.hall;
    const page = await scene.open(chromium, '#/chat');
    await page.getByLabel('Write as').selectOption('Ada');
    const { id } = world.messages.create({
      channelId: scene.channelId,
      authorId: scene.bot.botUserId,
      poll: {
        question: 'When?',
        answers: [{ text: 'Monday' }, { text: 'Tuesday' }],
        durationHours: 1,
        allowMultiselect: false,
      },
    });
    const poll = page.getByRole('group', { name: 'Poll: When?' });
    await poll.getByRole('button', { name: 'Tuesday, 0 votes' }).click();
    await poll.getByRole('button', { name: 'Tuesday, 1 vote' }).waitFor();
    const grace = world.users.list().find(({ username }) => username === 'grace');
    assert.ok(grace);
    world.polls.vote(scene.channelId, id, grace.id, 1);
    await poll.getByRole('button', { name: 'Monday, 1 vote' }).waitFor();
    await poll.getByRole('button', { name: 'Tuesday, 1 vote' }).click();
    await poll.getByRole('button', { name: 'Tuesday, 0 votes' }).waitFor();
  });

  test('are pinned, found again far above, and unpinned', async () => {
    await using scene = await openHall();
    const { hall, adaId, channelId } = scene;
    const { id } = await hall.say(adaId, channelId, 'the first word');
    hall.world.pins.pin(channelId, id, adaId);
    for (let index = 0; index < 250; index += 1) {
      hall.world.messages.create({ channelId, authorId: adaId, content: `line ${index}` });
    }
    await hall.world.committed();
    const page = await scene.open(chromium, '#/chat');
    await message(page, 'line 249').waitFor();
    assert.equal(await message(page, 'the first word').count(), 0);
    await page.getByRole('button', { name: 'Pinned messages' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pinned messages' });
    await dialog.getByText('the first word').waitFor();
    await dialog.getByRole('button', { name: 'Jump' }).click();
    await message(page, 'the first word').waitFor();
    await choose(page, 'the first word', 'Unpin');
    await until(() => hall.world.pins.list(channelId).length === 0, 'no pin');
  });

  test('show stickers, and name those that are no pictures', async () => {
    await using scene = await openHall();
    const { hall, bot, guild, channelId } = scene;
    const client = await scene.connect();
    hall.world.roles.update(guild.id, { permissions: Permission.ADMINISTRATOR });
    await hall.world.committed();
    const kept = await client.guilds.cache
      .get(guild.id)
      ?.stickers.create({ file: PNG, name: 'wave', tags: 'wave' });
    const lottie = hall.world.stickers.create(guild.id, {
      name: 'dance',
      description: null,
      tags: 'dance',
      formatType: 3,
      creatorId: bot.botUserId,
    });
    const page = await scene.open(chromium, '#/chat');
    const stickerIds = [kept?.id ?? '', lottie.id];
    hall.world.messages.create({ channelId, authorId: bot.botUserId, stickerIds });
    const picture = page.getByRole('img', { name: 'Sticker wave' });
    await picture.waitFor();
    await until(
      async () => (await picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth)) === 10,
      'the picture',
    );
    await page.getByText('Sticker dance').waitFor();
  });

  test('do not slow the page when there are ten thousand', async () => {
    await using scene = await openHall();
    const { hall, adaId, channelId } = scene;
    const { messages, pins } = hall.world;
    for (let index = 0; index < MANY; index += 1) {
      const { id } = messages.create({ channelId, authorId: adaId, content: `line ${index}.` });
      if (index === NEAR_START || index === MANY / 2) pins.pin(channelId, id, adaId);
    }
    await hall.world.committed();
    const page = await scene.open(chromium, '#/chat');
    const list = page.getByRole('list', { name: 'Messages in general' });
    const isBounded = async () => {
      const count = await list.getByRole('listitem').count();
      assert.ok(count > 5 && count < MAX_ROWS, `${count} rows`);
    };
    await message(page, `line ${MANY - 1}.`).waitFor();
    await isBounded();
    // All of them are read, one half after the other.
    for (const [at, line] of [`line ${MANY / 2}.`, `line ${NEAR_START}.`].entries()) {
      await page.getByRole('button', { name: 'Pinned messages' }).click();
      const dialog = page.getByRole('dialog', { name: 'Pinned messages' });
      await dialog.getByRole('button', { name: 'Jump' }).nth(at).click();
      await message(page, line).waitFor({ timeout: PATIENCE_MS });
      await isBounded();
    }
    const height = await list.evaluate((element: { scrollHeight: number }) => element.scrollHeight);
    assert.ok(height > MANY * MIN_ROW_PX, `${height} px`);

    const field = page.getByRole('textbox', { name: 'Message #general' });
    await field.pressSequentially('typed among many');
    await field.press('Enter');
    await until(
      () => messages.list(channelId, { limit: 1 })[0]?.content === 'typed among many',
      'the message',
    );
    await list.evaluate((element: { scrollTop: number; scrollHeight: number }) => {
      element.scrollTop = element.scrollHeight;
    });
    await message(page, 'typed among many').waitFor();
    await isBounded();
  });

  test('begin threads, in which one writes, and are forwarded', async () => {
    await using scene = await openHall();
    const { hall, adaId, channelId } = scene;
    await hall.say(adaId, channelId, 'a long story');
    const page = await scene.open(chromium, '#/chat');
    await page.getByLabel('Write as').selectOption('Ada');
    await choose(page, 'a long story', 'Start a thread…');
    await page.getByRole('dialog', { name: 'Start a thread' }).getByLabel('Name').fill('The story');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'The story', exact: true }).waitFor();
    const field = page.getByRole('textbox', { name: 'Message #The story' });
    await field.fill('it began so');
    await field.press('Enter');
    await message(page, 'it began so').waitFor();

    await page.getByRole('link', { name: 'general', exact: true }).click();
    await message(page, 'a long story')
      .first()
      .getByRole('link', { name: /The story/ })
      .waitFor();
    await choose(page, 'a long story', 'Forward…');
    await page.getByRole('dialog').getByLabel('To').selectOption('bots');
    await page.getByRole('button', { name: 'Forward', exact: true }).click();
    await page.getByRole('link', { name: 'bots', exact: true }).click();
    await message(page, 'Forwarded').getByText('a long story').waitFor();
  });
});
