/** The view Applications in a real browser, with a real bot. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openHall, until } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();

describe('applications', { skip: browser === null && NO_BROWSER, timeout: 120_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  test('are behind a door that the link opens, and its ticket stays nowhere', async () => {
    await using scene = await openHall();
    const context = await chromium.newContext();
    const page = await context.newPage();
    const { origin } = new URL(scene.hall.apiBase);
    await page.goto(origin);
    await page.getByRole('heading', { name: 'This hall has a key' }).waitFor();
    await page.goto(String(scene.hall.portalUrl));
    await page.reload();
    await page.getByRole('heading', { name: 'Applications' }).waitFor();
    assert.equal(await page.evaluate('location.href'), `${origin}/`);
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
    assert.equal(await page.evaluate('document.cookie'), '');
    await context.close();
  });

  test('are made, renamed and deleted; what is refused is said at its field in the API’s words', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium);
    await page.getByRole('button', { name: 'New' }).first().click();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Must be between 1 and 32 in length.').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid'), 'true');
    await page.getByRole('textbox', { name: 'Name' }).fill('Herald');
    await page.getByRole('button', { name: 'Create' }).click();
    const token = String(await page.getByTestId('token').textContent());
    const application = scene.hall.world.applications.authenticate(token);
    assert.equal(application?.name, 'Herald');
    await page.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('heading', { name: 'Herald' }).waitFor();
    await page.getByRole('button', { name: 'Change Herald' }).click();
    await page.getByRole('menuitem', { name: 'Name and description…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Crier');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Crier' }).waitFor();

    await page.getByRole('button', { name: 'Change Crier' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete application' }).click();
    await page.getByRole('heading', { name: 'Steward' }).waitFor();
    assert.deepEqual(
      scene.hall.world.applications.list().map(({ name }) => name),
      ['Steward'],
    );
  });

  test('show 4003 from the switch to what the bot did next', async () => {
    await using scene = await openHall();
    await scene.connect();
    const page = await scene.open(chromium);
    const content = page.getByRole('switch', { name: 'Message Content Intent' });
    assert.equal(await content.getAttribute('aria-checked'), 'true');
    await content.click();
    const dialog = page.getByRole('dialog', { name: 'Switch off the Message Content Intent?' });
    await dialog.getByText('1 session').waitFor();
    await dialog.getByText('live, uses it: 4014 if it comes again unchanged').waitFor();
    await dialog.getByRole('button', { name: 'Switch off' }).click();

    const timeline = page.getByRole('list', { name: 'What its clients did, newest first' });
    await timeline.getByText('Identify refused with 4014').waitFor();
    const told = (await timeline.locator('.event-what').allTextContents()).reverse();
    assert.deepEqual(
      told.filter((what) => !/^Resume refused/.test(what)),
      ['MESSAGE_CONTENT switched off', 'Closed 4003 by the server', 'Identify refused with 4014'],
    );
    assert.equal(await content.getAttribute('aria-checked'), 'false');
    await page.getByText('No sessions').waitFor();
  });

  test('reset a token: it says what that costs, shows the new one once, and the old one is void', async () => {
    await using scene = await openHall();
    await scene.connect();
    const page = await scene.open(chromium);
    await page.getByRole('button', { name: 'Reset token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reset the token?' });
    assert.match(String(await dialog.textContent()), /1 session will be closed with 4003/);
    await dialog.getByRole('button', { name: 'Reset token' }).click();
    const token = String(await page.getByTestId('token').textContent());
    const { applications } = scene.hall.world;
    assert.equal(applications.authenticate(token)?.id, scene.bot.id);
    assert.equal(applications.authenticate(scene.bot.token), undefined);
    await page.getByRole('button', { name: 'Done' }).click();
    assert.equal(await page.getByTestId('token').count(), 0);
    const timeline = page.getByRole('list', { name: 'What its clients did, newest first' });
    await timeline.getByText('Closed 4003 by the server').waitFor();
    await timeline.getByText('Identify refused with 4004').waitFor();
  });

  test('bring their bot into a guild and out again', async () => {
    await using scene = await openHall();
    const other = await scene.hall.createGuild({ name: 'Market' });
    const page = await scene.open(chromium);
    await page.getByRole('button', { name: 'Invite to a guild' }).click();
    await page.getByLabel('Guild', { exact: true }).selectOption('Market');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('button', { name: 'Market: what to do' }).click();
    const isMember = () => scene.hall.world.members.get(other.id, scene.bot.botUserId) !== undefined;
    assert.equal(isMember(), true);
    await page.getByRole('menuitem', { name: 'Remove the bot' }).click();
    await page.getByText('Steward has left Market.').waitFor();
    assert.equal(isMember(), false);
  });

  test('give the bot a picture, a description and permissions in a guild', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, `#/applications/${scene.bot.id}`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'bot.png',
      mimeType: 'image/png',
      buffer: PNG,
    });
    const picture = page.getByRole('region', { name: 'Picture of the bot' }).locator('img');
    await picture.waitFor();
    await until(() => scene.hall.world.users.require(scene.bot.botUserId).avatar !== null, 'a picture');
    await page.getByRole('button', { name: 'Take it away' }).click();
    await picture.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: /^Change Steward/ }).click();
    await page.getByRole('menuitem', { name: 'Name and description…' }).click();
    await page.getByLabel('Description').fill('Keeps the hall in order');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Keeps the hall in order').waitFor();

    await page.getByRole('button', { name: 'Workshop: what to do' }).click();
    await page.getByRole('menuitem', { name: 'Permissions…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Steward in Workshop' });
    await dialog.getByRole('checkbox', { name: 'Ban members' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { members, roles } = scene.hall.world;
    const own = members.require(scene.guild.id, scene.bot.botUserId).roles.map((id) => roles.require(id));
    assert.deepEqual(
      own.map(({ managed, permissions }) => [managed, permissions]),
      [[true, '4']],
    );
  });
});

/** A picture of ten pixels in the square. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC',
  'base64',
);
