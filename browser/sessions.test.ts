/** The view Sessions in a real browser: every action of a row, and what becomes of the session. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { GatewayClient } from '@guildhall/client';
import type { Browser, Page } from 'playwright-core';
import { type Hall, openHall, until } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();

/** A session that is open in a hall of its own, and the page that shows it. */
interface Scene {
  readonly scene: Hall;
  readonly page: Page;
  readonly sessionId: string;
  /** Kinds of what has happened to it since. */
  readonly happened: readonly string[];
}

type Outcome = (scene: Scene) => Promise<void>;

/** What the client did: it resumed the session that it had, or has another one now. */
const resumes: Outcome = ({ scene, sessionId, happened }) =>
  until(() => happened.includes('session-resumed') && isLive(scene, sessionId), 'a resume');
const identifies: Outcome = async ({ scene, sessionId }) => {
  const others = () => scene.hall.gateway.sessions(scene.bot.id).filter(({ id }) => id !== sessionId);
  await until(() => others().length === 1 && !isLive(scene, sessionId), 'another session');
};
const meets =
  (fault: object): Outcome =>
  async ({ scene, sessionId }) => {
    const { faults } = scene.hall.gateway;
    await until(() => faults.records.length === 1, 'the fault');
    assert.deepEqual([faults.records[0]?.fault, faults.records[0]?.sessionId], [fault, sessionId]);
  };

function isLive({ hall }: Hall, sessionId: string): boolean {
  return hall.gateway.session(sessionId)?.state === 'live';
}

const ACTIONS: readonly (readonly [label: string, outcome: Outcome])[] = [
  ['Ask to reconnect', resumes],
  ['Invalidate, resumable', resumes],
  ['Invalidate, for good', identifies],
  ['End the session', identifies],
  ['Freeze the connection', meets({ kind: 'freeze' })],
  ['Drop heartbeat acks', meets({ kind: 'drop-acks' })],
  ['Reset the connection', meets({ kind: 'reset' })],
  ['Lose the next event', meets({ kind: 'lose-event' })],
  ['Repeat the next event', meets({ kind: 'repeat-event' })],
  ['Forget it when it disconnects', meets({ kind: 'expire-session' })],
  ['Forget what was kept', meets({ kind: 'lose-replay' })],
];

describe('sessions', { skip: browser === null && NO_BROWSER, timeout: 180_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  const onASession = async (run: (scene: Scene) => Promise<void>): Promise<void> => {
    await using scene = await openHall();
    const client = new GatewayClient({
      apiBase: scene.hall.apiBase,
      token: scene.bot.token,
      intents: ['GUILDS', 'GUILD_MESSAGES'],
    });
    client.on('error', () => {});
    await client.open();
    const [session] = scene.hall.gateway.sessions(scene.bot.id);
    assert.ok(session);
    const page = await scene.open(chromium, '#/sessions');
    await page.getByText('shard 0 / 1').waitFor();
    const happened: string[] = [];
    scene.hall.gateway.watch((event) => {
      if ('session' in event && event.session.id === session.id) happened.push(event.kind);
    });
    try {
      await run({ scene, page, sessionId: session.id, happened });
    } finally {
      await client.close();
    }
  };
  const openMenu = async (page: Page, item: string) => {
    await page.getByRole('button', { name: /^What to do with Steward/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  for (const [label, outcome] of ACTIONS) {
    test(`the row’s "${label}" does it`, () =>
      onASession(async (scene) => {
        await openMenu(scene.page, label);
        await outcome(scene);
      }));
  }

  test('are closed with a code, and their details tell of it afterwards', () =>
    onASession(async (scene) => {
      const { page } = scene;
      await openMenu(page, 'Close with a code…');
      await page.getByLabel('Close code').fill('1005');
      await page.getByRole('button', { name: 'Close connection' }).click();
      await page.getByText('No close frame of a server can carry this code').waitFor();
      await page.getByLabel('Close code').fill('4000');
      await page.getByLabel('Reason').fill('for the test');
      await page.getByRole('button', { name: 'Close connection' }).click();
      await resumes(scene);
      await page.getByRole('button', { name: /details$/ }).click();
      const details = page.getByRole('complementary', { name: 'Steward, shard 0' });
      await details.getByText('Closed 4000 by the server').waitFor();
      await details.getByText(scene.sessionId).waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await details.count(), 0);
    }));

  test('show their last frames: decoded, filtered, paused, and without the token', () =>
    onASession(async ({ scene, page }) => {
      await page.getByRole('button', { name: /details$/ }).click();
      const frames = page.getByRole('region', { name: 'Frames' });
      const frame = (name: string) => frames.getByRole('article', { name, exact: true });
      await frame('Identify from the client')
        .getByRole('button', { name: /^from the client Identify/ })
        .click();
      const identify = frame('Identify from the client').locator('pre');
      await identify.getByText('"[redacted]"').waitFor();
      assert.equal((await identify.textContent())?.includes(scene.bot.token), false);
      await frame('READY from the server').waitFor();

      await scene.hall.say(scene.adaId, scene.channelId, 'a word');
      await frame('MESSAGE_CREATE from the server').waitFor();
      await frames.getByRole('searchbox', { name: 'Filter by event' }).fill('guild');
      await frame('GUILD_CREATE from the server').waitFor();
      assert.equal(await frame('MESSAGE_CREATE from the server').count(), 0);
      await frames.getByRole('searchbox', { name: 'Filter by event' }).fill('');
      await frames.getByLabel('Direction').selectOption('From the client');
      await frame('MESSAGE_CREATE from the server').waitFor({ state: 'detached' });
      await frames.getByLabel('Direction').selectOption('Both ways');

      await frames.getByRole('button', { name: 'Pause' }).click();
      await scene.hall.say(scene.adaId, scene.channelId, 'unheard');
      await frames.getByRole('button', { name: 'Go on' }).waitFor();
      assert.equal(await frame('MESSAGE_CREATE from the server').count(), 1);
      await frames.getByRole('button', { name: 'Go on' }).click();
      await frame('MESSAGE_CREATE from the server').nth(1).waitFor();

      const details = page.getByRole('complementary', { name: 'Steward, shard 0' });
      await details.getByRole('button', { name: 'Measure' }).click();
      await details.getByText(/^\d+\.\d ms$/).waitFor();
    }));

  test('have faults that wait for them, which are listed and taken back', () =>
    onASession(async ({ scene, page, sessionId }) => {
      const { faults } = scene.hall.gateway;
      faults.add({ fault: { kind: 'close', code: 4000 }, sessionId, afterEvents: 500 });
      faults.add({ fault: { kind: 'rest-delay', ms: 5 }, method: 'POST', times: 3 });
      faults.add({ fault: { kind: 'no-hello' } });
      await page.getByRole('button', { name: 'Faults that wait' }).click();
      const dialog = page.getByRole('dialog', { name: 'Faults that wait' });
      await dialog.getByText('POST; 3 more times').waitFor();
      const waiting = () => faults.list().map(({ fault }) => fault.kind);
      const before = waiting().length;
      await dialog
        .getByRole('button', { name: /^Remove (?!all)/ })
        .last()
        .click();
      await until(() => waiting().length === before - 1, 'one plan less');
      await dialog.getByRole('button', { name: 'Remove all' }).click();
      await dialog.getByText('None: what was planned').waitFor();
      assert.deepEqual(waiting(), []);
    }));

  test('meet any other fault by a form, which says what the API says of a bad value', () =>
    onASession(async (scene) => {
      const { page } = scene;
      await openMenu(page, 'Another fault…');
      const dialog = page.getByRole('dialog', { name: 'Break shard 0' });
      await dialog.getByLabel('What breaks').selectOption('Let bytes drip');
      await dialog.getByLabel('Bytes a second').fill('0');
      await dialog.getByRole('button', { name: 'Plan the fault' }).click();
      await dialog.getByText(/fault\.bytesPerSecond must be/).waitFor();
      await dialog.getByLabel('Bytes a second').fill('5000');
      await dialog.getByRole('button', { name: 'Plan the fault' }).click();
      await meets({ kind: 'drip', bytesPerSecond: 5000 })(scene);
    }));

  test('are many, and only those in sight are rows of the page', async () => {
    await using scene = await openHall({ maxConcurrency: 60 });
    const page = await scene.open(chromium, '#/sessions');
    const client = new GatewayClient({
      apiBase: scene.hall.apiBase,
      token: scene.bot.token,
      intents: ['GUILDS'],
      shards: 60,
    });
    await client.open();
    await page.getByText('60 sessions').waitFor();
    const rows = await page.getByRole('row').count();
    assert.ok(rows < 40, `${rows} rows`);
    await page.getByRole('searchbox').fill('shard 59');
    await page.getByText('shard 59 / 60').waitFor();
    await client.close();
  });
});
