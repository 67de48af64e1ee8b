/** The view Chat in a real browser, with a real bot. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Events } from 'discord.js';
import type { Browser, Page } from 'playwright-core';
import { openHall } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();

describe('the chat', { skip: browser === null && NO_BROWSER, timeout: 120_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  const write = async (page: Page, text: string) => {
    const field = page.getByRole('textbox', { name: /^Message / });
    await field.fill(text);
    await field.press('Enter');
  };
  const message = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

  test('lets one write as a user, and the bot’s answer appears with all that is in it', async () => {
    await using scene = await openHall();
    await scene.connect(['Guilds', 'GuildMessages', 'MessageContent'], (client) => {
      client.on(Events.MessageCreate, async (asked) => {
        if (asked.content !== '!ping') return;
        await asked.channel.sendTyping();
        await asked.reply({
          content: `**Pong** <@${asked.author.id}>`,
          embeds: [{ title: 'Latency', description: 'low' }],
        });
      });
    });
    const page = await scene.open(chromium, '#/chat');
    await page.getByRole('heading', { name: 'general', exact: true }).waitFor();
    const as = page.getByLabel('Write as');
    await as.selectOption('Grace');
    await write(page, '!ping');
    const answer = message(page, 'Pong');
    await answer.waitFor();
    assert.equal(await answer.locator('strong', { hasText: 'Pong' }).count(), 1);
    await answer.getByText('BOT').waitFor();
    await answer.getByText('@Grace').waitFor();
    await answer.getByText('Latency').waitFor();
    await answer.locator('.reply-line', { hasText: '!ping' }).waitFor();
  });

  test('sends mentions of the names that one writes', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/chat');
    const said = scene.hall.waitFor('MESSAGE_CREATE');
    await write(page, 'hello @Ada, see #bots');
    assert.equal((await said).content, `hello <@${scene.adaId}>, see <#${scene.guild.channels[1]?.id}>`);
    await page.locator('.mention', { hasText: '@Ada' }).waitFor();
    await page.locator('.mention', { hasText: '#bots' }).waitFor();
  });

  test('edits, deletes, answers and reacts', async () => {
    await using scene = await openHall();
    await scene.hall.say(scene.adaId, scene.channelId, 'first draft');
    const page = await scene.open(chromium, '#/chat');
    const draft = message(page, 'first draft');
    await draft.hover();
    await draft.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Edit the message' }).fill('second draft');
    await page.keyboard.press('Enter');
    const edited = message(page, 'second draft');
    await edited.getByText('(edited)').waitFor();

    await edited.hover();
    await edited.getByRole('button', { name: 'React' }).click();
    await edited.getByRole('button', { name: 'party' }).click();
    await edited.getByRole('button', { name: '🎉, 1' }).click();
    await edited.getByRole('button', { name: '🎉, 1' }).waitFor({ state: 'detached' });

    await edited.hover();
    await edited.getByRole('button', { name: /^Reply to/ }).click();
    const said = scene.hall.waitFor('MESSAGE_CREATE');
    await write(page, 'I agree');
    assert.equal((await said).referenced_message?.content, 'second draft');
    await message(page, 'I agree').locator('.reply-line').waitFor();

    await edited.first().hover();
    await edited.first().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await message(page, 'I agree').getByText('The message is gone').waitFor();
  });

  test('shows what others do as it happens: words, typing, deletions', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/chat');
    await page.getByText('Nothing has been said in #general').waitFor();
    const grace = scene.hall.world.users.list().find(({ username }) => username === 'grace');
    assert.ok(grace);
    await page.getByLabel('Write as').selectOption('Ada');
    scene.hall.world.typing.start(scene.channelId, grace.id);
    await page.getByText('Grace is typing…').waitFor();
    const { id } = await scene.hall.say(grace.id, scene.channelId, 'here I am');
    await message(page, 'here I am').waitFor();
    await page.getByText('Grace is typing…').waitFor({ state: 'detached' });
    await scene.hall.deleteMessage(scene.channelId, id);
    await page.getByText('Nothing has been said in #general').waitFor();
  });

  test('shows names and messages as text, whatever is in them', async () => {
    await using scene = await openHall();
    const evil = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
    const mallory = await scene.hall.createUser({ username: 'mallory', globalName: '<b>Mallory</b>' });
    await scene.hall.joinGuild(scene.guild.id, mallory.id);
    await scene.hall.say(mallory.id, scene.channelId, `${evil} [click](javascript:alert(1)) **fine**`);
    const page = await scene.open(chromium, '#/chat');
    const shown = message(page, 'fine');
    await shown.waitFor();
    assert.ok(String(await shown.textContent()).includes(evil));
    assert.equal(await shown.locator('img, script, a, b').count(), 0);
    assert.equal(await page.title(), 'Guildhall');
  });

  test('is opened between a user and a bot', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/chat');
    await page.getByRole('link', { name: 'Steward' }).click();
    await page.getByRole('heading', { name: 'Steward', exact: true }).waitFor();
    const said = scene.hall.waitFor('MESSAGE_CREATE');
    await write(page, 'psst');
    const { guild_id, content } = await said;
    assert.deepEqual([guild_id, content], [undefined, 'psst']);
    await message(page, 'psst').waitFor();
  });

  test('holds thousands of messages, reads older ones on the way up, and shows those in sight', async () => {
    await using scene = await openHall();
    const COUNT = 1_500;
    for (let index = 1; index <= COUNT; index += 1) {
      scene.hall.world.messages.create({
        channelId: scene.channelId,
        authorId: scene.adaId,
        content: `message ${index}`,
      });
    }
    await scene.hall.world.committed();
    const page = await scene.open(chromium, '#/chat');
    await page.getByText(`message ${COUNT}`, { exact: true }).waitFor();
    const rows = () => page.getByRole('listitem').count();
    const list = page.getByRole('list', { name: 'Messages in general' });
    // As often as it takes: older pages come when the server has them.
    const PATIENCE_MS = 60_000;
    const deadlineMs = performance.now() + PATIENCE_MS;
    while ((await page.getByText('message 1', { exact: true }).count()) === 0) {
      assert.ok(performance.now() < deadlineMs, 'the oldest message did not come');
      await list.evaluate((element: { scrollTop: number }) => {
        element.scrollTop = 0;
      });
      assert.ok((await rows()) < 120);
      await page.waitForTimeout(60);
    }
    await page.getByText('message 1', { exact: true }).waitFor();
    // Whoever reads old messages is not taken away from them by a new one.
    await scene.hall.say(scene.adaId, scene.channelId, 'and one more');
    await page.waitForTimeout(300);
    assert.equal(await page.getByText('message 1', { exact: true }).isVisible(), true);
  });
});
