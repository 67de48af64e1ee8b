/** The view World in a real browser, with a real bot. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import { Events } from 'discord.js';
import type { Browser, Page } from 'playwright-core';
import { type Hall, openHall, until } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();
const CROWD = 10_000;

describe('the world', { skip: browser === null && NO_BROWSER, timeout: 180_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  const choose = async (page: Page, menu: string, entry: string) => {
    await page.getByRole('button', { name: menu }).click();
    await page.getByRole('menuitem', { name: entry }).click();
  };
  const save = (page: Page, form: string) =>
    page.getByRole('form', { name: form }).getByRole('button', { name: 'Save' }).click();
  const channelOf = ({ hall, guild }: Hall, name: string) =>
    [...hall.world.channels.ofGuild(guild.id).values()].find((channel) => channel.name === name);
  const roleOf = ({ hall, guild }: Hall, name: string) =>
    [...hall.world.roles.ofGuild(guild.id).values()].find((role) => role.name === name);

  test('has guilds, which are made, changed and deleted; what is refused is said at its field', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium);
    await page.keyboard.type('gw');
    await page.getByRole('heading', { name: 'World' }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Must be between 1 and 100 in length.').waitFor();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Market');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Market' }).waitFor();
    await page.getByRole('heading', { name: 'general' }).waitFor();

    await choose(page, 'Change Market', 'Change…');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Fair');
    await dialog.getByRole('textbox', { name: 'Description' }).fill('Once a year');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Fair' }).waitFor();
    const fair = scene.hall.world.guilds.list().find(({ name }) => name === 'Fair');
    assert.equal(fair?.description, 'Once a year');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('workshop guild');
    await page.getByRole('option', { name: 'Workshop guild' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Workshop' }).waitFor();
    await page
      .getByRole('navigation', { name: 'Choose a guild' })
      .getByRole('link', { name: /Fair/ })
      .click();
    await choose(page, 'Change Fair', 'Delete…');
    await page.getByRole('button', { name: 'Delete guild' }).click();
    await page.getByRole('heading', { name: 'Workshop' }).waitFor();
    assert.equal(scene.hall.world.guilds.list().length, 1);
  });

  test('lets a guild fall into an outage and come back, and bots hear it', async () => {
    await using scene = await openHall();
    const bot = await scene.connect();
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/life`);
    const isOut = page.getByRole('switch', { name: 'The guild is unavailable' });
    const gone = new Promise((resolve) => bot.once(Events.GuildUnavailable, resolve));
    await isOut.click();
    await gone;
    await page.getByText('Outage', { exact: true }).first().waitFor();
    await page.getByText('In an outage').waitFor();
    const back = new Promise((resolve) => bot.once(Events.GuildAvailable, resolve));
    await isOut.click();
    await back;
    await page.getByText('In an outage').waitFor({ state: 'detached' });
  });

  test('has channels, which are made, set, put in order by keys and deleted', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, `#/world/${scene.guild.id}`);
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Must be between 1 and 100 in length.').waitFor();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Rooms');
    await dialog.getByLabel('Type').selectOption('Category');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Rooms' }).waitFor();

    const list = page.getByRole('navigation', { name: 'Choose a channel' });
    await list.getByRole('link', { name: 'bots' }).click();
    const settings = page.getByRole('form', { name: 'Settings' });
    await settings.getByLabel('Topic').fill('x'.repeat(1_025));
    await save(page, 'Settings');
    await settings.getByText('Must be 1024 or fewer in length.').waitFor();
    await settings.getByLabel('Topic').fill('Try it here');
    await settings.getByLabel('Slowmode').selectOption('30 s');
    await settings.getByLabel('Category').selectOption('Rooms');
    await settings.getByRole('switch', { name: 'Age-restricted' }).click();
    await settings.getByText('Not saved yet').waitFor();
    await save(page, 'Settings');
    await settings.getByText('Not saved yet').waitFor({ state: 'detached' });
    const { topic, rate_limit_per_user, nsfw, parent_id } = channelOf(scene, 'bots') ?? {};
    assert.deepEqual(
      [topic, rate_limit_per_user, nsfw, parent_id],
      ['Try it here', 30, true, channelOf(scene, 'Rooms')?.id],
    );

    scene.hall.world.channels.create(scene.guild.id, { name: 'garden' });
    const garden = list.getByRole('link', { name: 'garden' });
    await garden.focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.getByText('garden is now 1 of 2.').waitFor({ state: 'attached' });
    await list.getByRole('link', { name: 'Rooms' }).waitFor();
    await until(async () => {
      const names = await list.getByRole('link').allTextContents();
      return names.indexOf('garden') < names.indexOf('general');
    }, 'the order');
    assert.equal(
      await garden.evaluate((element: Focusable) => element === element.ownerDocument.activeElement),
      true,
    );

    await garden.press('Enter');
    await choose(page, 'Change garden', 'Delete the channel…');
    await page.getByRole('button', { name: 'Delete channel' }).click();
    await garden.waitFor({ state: 'detached' });
    assert.equal(channelOf(scene, 'garden'), undefined);
  });

  test('has overwrites with three states, and shows who sees the channel and why', async () => {
    await using scene = await openHall();
    const mods = scene.hall.world.roles.create(scene.guild.id, { name: 'mods', permissions: 0n });
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/channels/${scene.channelId}`);
    const members = page.getByRole('list', { name: 'Members, and whether they see it' });
    const ada = members.getByRole('listitem').filter({ hasText: 'Ada' });
    await ada.getByText('@everyone has View channels').waitFor();
    const form = page.getByRole('form', { name: 'Overwrites' });
    const add = async (query: string, name: string) => {
      await form.getByRole('button', { name: 'Add a role or member' }).click();
      await page.getByLabel('Find', { exact: true }).fill(query);
      await page
        .getByLabel('Role or member')
        .locator('option', { hasText: name })
        .waitFor({ state: 'attached' });
      await page.getByLabel('Role or member').selectOption(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    };
    const set = (permission: string, state: string) =>
      form.getByRole('group', { name: permission, exact: true }).getByRole('radio', { name: state }).check();
    await add('', '@everyone');
    await set('View channels', 'Deny');
    await add('mod', '@mods');
    await set('View channels', 'Allow');
    await set('Send messages and create posts', 'Deny');
    await save(page, 'Overwrites');
    await ada.getByText('the overwrite of @everyone denies it').waitFor();
    await ada.getByText('Does not see it').waitFor({ state: 'attached' });
    const view = String(Permission.VIEW_CHANNEL);
    assert.deepEqual(
      new Map(
        channelOf(scene, 'general')?.permission_overwrites.map(({ id, allow, deny }) => [id, [allow, deny]]),
      ),
      new Map([
        [scene.guild.id, ['0', view]],
        [mods.id, [view, String(Permission.SEND_MESSAGES)]],
      ]),
    );
    const withRole = page.getByRole('list', { name: 'Somebody with one role' });
    await withRole
      .getByRole('listitem')
      .filter({ hasText: '@mods' })
      .getByText('the overwrite of @mods allows it')
      .waitFor();

    // Who gets the role meanwhile sees it, and the page says so by itself.
    scene.hall.world.members.addRole(scene.guild.id, scene.adaId, mods.id);
    await ada.getByText('the overwrite of @mods allows it').waitFor();
    await add('gra', 'Grace');
    await set('View channels', 'Allow');
    await save(page, 'Overwrites');
    const grace = members.getByRole('listitem').filter({ hasText: 'Grace' });
    await grace.getByText('the overwrite of the member allows it').waitFor();
    await form.getByRole('button', { name: 'Take away the overwrite of Grace' }).click();
    await save(page, 'Overwrites');
    await grace.getByText('the overwrite of @everyone denies it').waitFor();
  });

  test('has roles with Discord’s permissions, a colour and an order that is changed by keys', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/roles`);
    await page.getByRole('button', { name: 'New role' }).click();
    await page.getByRole('heading', { name: '@new role' }).waitFor();
    const form = page.getByRole('form', { name: 'Settings' });
    await form.getByRole('textbox', { name: 'Name' }).fill('');
    await save(page, 'Settings');
    await form.getByText('Must be between 1 and 100 in length.').waitFor();
    await form.getByRole('textbox', { name: 'Name' }).fill('Wardens');
    await form.getByLabel('Colour').fill('#3498db');
    await form.getByRole('switch', { name: 'Shown apart' }).click();
    const permissions = form.getByRole('region', { name: 'Permissions' });
    const bits = await permissions
      .locator('label.permission')
      .evaluateAll((labels: PermissionLabel[]) =>
        labels.map((label) => [label.querySelector('code').textContent, label.querySelector('input').value]),
      );
    assert.deepEqual(
      Object.fromEntries(bits),
      Object.fromEntries(Object.entries(Permission).map(([name, bit]) => [name, String(bit)])),
    );
    const checked = permissions.getByRole('checkbox', { checked: true });
    while ((await checked.count()) > 0) await checked.first().uncheck();
    await permissions.getByRole('checkbox', { name: 'Kick members' }).check();
    await permissions.getByRole('checkbox', { name: 'Manage server' }).check();
    await save(page, 'Settings');
    await page.getByRole('heading', { name: '@Wardens' }).waitFor();
    const { color, hoist, permissions: saved } = roleOf(scene, 'Wardens') ?? {};
    assert.deepEqual(
      [color, hoist, saved],
      [0x34_98_db, true, String(Permission.KICK_MEMBERS | Permission.MANAGE_GUILD)],
    );

    scene.hall.world.roles.create(scene.guild.id, { name: 'Guests' });
    const guests = page.getByRole('link', { name: '@Guests' });
    await guests.focus();
    await page.keyboard.press('Alt+ArrowUp');
    await until(
      () => Number(roleOf(scene, 'Guests')?.position) > Number(roleOf(scene, 'Wardens')?.position),
      'the order',
    );
    await page.getByRole('button', { name: 'Move the role up' }).click();
    await until(
      () => Number(roleOf(scene, 'Guests')?.position) < Number(roleOf(scene, 'Wardens')?.position),
      'the order back',
    );
    await choose(page, 'Change Wardens', 'Delete the role…');
    await page.getByRole('button', { name: 'Delete role' }).click();
    await page.getByRole('link', { name: '@Wardens' }).waitFor({ state: 'detached' });
    assert.equal(roleOf(scene, 'Wardens'), undefined);
  });

  test('has members, who get a nickname and roles, come and are kicked', async () => {
    await using scene = await openHall();
    const mods = scene.hall.world.roles.create(scene.guild.id, { name: 'mods' });
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/members`);
    const list = page.getByRole('list', { name: 'Members of Workshop' });
    await choose(page, 'What to do with Ada', 'Nickname and roles…');
    await page.getByRole('textbox', { name: 'Nickname' }).fill('x'.repeat(33));
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Must be 32 or fewer in length.').waitFor();
    await page.getByRole('textbox', { name: 'Nickname' }).fill('Countess');
    await page.getByRole('checkbox', { name: '@mods' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const countess = list.getByRole('listitem').filter({ hasText: 'Countess' });
    await countess.getByText('@mods').waitFor();
    assert.deepEqual(scene.hall.world.members.require(scene.guild.id, scene.adaId).roles, [mods.id]);

    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByRole('textbox', { name: 'Username' }).fill('linus');
    await page.keyboard.press('Enter');
    await list.getByRole('listitem').filter({ hasText: 'linus' }).waitFor();
    await page.getByText('5 members').last().waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('count');
    await page.getByText('1 found').waitFor();
    await choose(page, 'What to do with Countess', 'Kick');
    await page.getByText('Nobody is called so').waitFor();
    assert.equal(scene.hall.world.members.get(scene.guild.id, scene.adaId), undefined);
  });

  test('takes in a crowd of ten thousand, and the list shows those in sight', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/life`);
    const count = page.getByRole('textbox', { name: 'How many' });
    await count.fill('many');
    await page.getByRole('button', { name: 'Add members' }).click();
    await page.getByText('Value "many" is not int.').waitFor();
    await count.fill(String(CROWD));
    await page.getByRole('button', { name: 'Add members' }).click();
    await page.getByText('10,000 members joined Workshop.').waitFor({ timeout: 60_000 });

    await page.getByRole('link', { name: 'Members', exact: true }).click();
    await page.getByText('10,004 members').last().waitFor();
    const list = page.getByRole('list', { name: 'Members of Workshop' });
    await list.getByRole('listitem').first().waitFor();
    const [reads, rows] = [[] as string[], () => list.getByRole('listitem').count()];
    page.on('request', (request) => {
      if (request.url().includes('/members?')) reads.push(request.url());
    });
    const height = () => list.evaluate((element: { scrollHeight: number }) => element.scrollHeight);
    const before = await height();
    await list.evaluate((element: { scrollTop: number; scrollHeight: number }) => {
      element.scrollTop = element.scrollHeight;
    });
    await until(async () => (await height()) > before + 5_000, 'the next page');
    // It is read again when the list has changed, but no more of it than is looked at.
    assert.ok(
      reads.some((url) => /limit=200&after=\d+/.test(url)),
      reads.join(),
    );
    assert.ok(
      reads.every((url) => /limit=[24]00\b/.test(url)),
      reads.join(),
    );
    assert.ok((await rows()) < 120, String(await rows()));
    await page.keyboard.press('/');
    await page.keyboard.type('zola');
    await page.getByText(/^\d+ found$/).waitFor();
    assert.ok((await rows()) < 120);
    await list
      .getByText(/^Zola /)
      .first()
      .waitFor();
  });

  test('has members talk, at the rate and in the mix that one sets while they do', async () => {
    await using scene = await openHall();
    const { chatters } = scene.hall.world;
    const settings = () => chatters.of(scene.guild.id);
    const page = await scene.open(chromium, `#/world/${scene.guild.id}/life`);
    const talks = page.getByRole('switch', { name: 'Members talk' });
    const said = scene.hall.waitFor('MESSAGE_CREATE', () => true, { timeoutMs: 30_000 });
    await talks.click();
    await said;
    assert.equal(settings().isOn, true);
    const rate = page.getByRole('slider', { name: 'Rate' });
    await rate.focus();
    await page.keyboard.press('End');
    await page.getByText('6,000 acts a minute').waitFor();
    await until(() => settings().perMinute === 6_000, 'the rate');
    await page.getByRole('slider', { name: 'Reactions' }).focus();
    await page.keyboard.press('End');
    await until(() => settings().mix.react === 1, 'the mix');
    await page.getByText('0 %').first().waitFor();

    // Somebody else steers it, too.
    chatters.set(scene.guild.id, { isOn: false, perMinute: 30 });
    await page.getByText('30 acts a minute').waitFor();
    assert.equal(await talks.getAttribute('aria-checked'), 'false');
  });
});

interface Focusable {
  readonly ownerDocument: { readonly activeElement: unknown };
}

interface PermissionLabel {
  querySelector(selector: 'code'): { readonly textContent: string };
  querySelector(selector: 'input'): { readonly value: string };
}
