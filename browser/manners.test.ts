/** What holds of every view: who gets in, how it is used, what it weighs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { violations } from './support/axe.ts';
import { openHall } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const PAGE_FOLDER = join(import.meta.dirname, '../packages/server/page');
const MAX_FIRST_LOAD_BYTES = 200_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const browser = await launchBrowser();

describe('the page', { skip: browser === null && NO_BROWSER, timeout: 180_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has nothing that axe finds, ${colorScheme}`, async () => {
      await using scene = await openHall();
      await scene.connect();
      const page = await scene.open(chromium, '', { colorScheme, reducedMotion: 'reduce' });
      scene.hall.gateway.requestReconnect(scene.hall.gateway.sessions(scene.bot.id)[0]?.id ?? '');
      await page.getByText('Resumed').waitFor();
      const found: string[] = [];
      const check = async (place: string) => {
        found.push(...(await violations(page)).map((violation) => `${place}: ${violation}`));
      };
      await check('applications');
      await page.getByRole('button', { name: 'Reset token' }).click();
      await check('a dialog');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await check('shortcuts');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await check('palette');
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Workshop: what to do' }).click();
      await page.getByRole('menuitem', { name: 'Permissions…' }).click();
      await page.getByRole('checkbox', { name: 'Ban members' }).waitFor();
      await check('permissions');
      await page.keyboard.press('Escape');

      await page.evaluate("location.hash = '#/sessions'");
      await page.getByText('shard 0 / 1').waitFor();
      await check('sessions');
      await page.getByRole('button', { name: /^What to do with/ }).click();
      await check('menu');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /details$/ }).click();
      await page.getByRole('button', { name: /Identify/ }).click();
      await check('details');
      await page.getByRole('button', { name: 'Close the details' }).click();
      await page.getByRole('button', { name: 'Break something' }).click();
      await check('fault');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Faults that wait' }).click();
      await check('standing faults');
      await page.keyboard.press('Escape');

      const { id } = await scene.hall.say(
        scene.adaId,
        scene.channelId,
        `# Title\n- **a** ~~b~~ \`c\` ||d|| <@${scene.adaId}> https://example.com\n> quoted\n\`\`\`js\n1\n\`\`\``,
      );
      await scene.hall.react(scene.adaId, scene.channelId, id, '👍');
      await page.evaluate("location.hash = '#/chat'");
      await page.getByText('quoted').waitFor();
      await check('chat');

      scene.hall.world.channels.setOverwrite(scene.channelId, {
        id: scene.guild.id,
        type: 0,
        allow: '0',
        deny: '1024',
      });
      await page.evaluate("location.hash = '#/world'");
      await page.getByText('the overwrite of @everyone denies it').first().waitFor();
      await check('a channel');
      await page.getByRole('button', { name: 'Add a role or member' }).click();
      await check('adding an overwrite');
      await page.keyboard.press('Escape');
      for (const [tab, sign] of [
        ['Roles', 'Kick members'],
        ['Members', 'Grace'],
        ['Life', 'Members talk'],
      ] as const) {
        await page.getByRole('link', { name: tab, exact: true }).click();
        await page.getByText(sign).first().waitFor();
        await check(tab);
      }
      await page.evaluate("location.hash = '#/metrics'");
      await page.locator('.chart canvas').nth(6).waitFor();
      await check('metrics');
      assert.deepEqual(found, []);
    });
  }

  test('is used by keys: shortcuts, the palette, and back to where one was', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('gs');
    await page.getByRole('heading', { name: 'Sessions', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gc');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'gc');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('bots');
    await page.getByRole('option', { name: /bots/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'bots', exact: true }).waitFor();
    await page.keyboard.type('ga');
    await page.getByRole('heading', { name: 'Applications', exact: true }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'New application' }).waitFor();
    await page.keyboard.type('Typed');
    assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'Typed');
    await page.keyboard.press('Escape');

    const menu = page.getByRole('button', { name: 'Change Steward' });
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getByRole('menuitem', { name: 'Delete…' }).evaluate(isFocused), true);
    await page.keyboard.press('Escape');
    assert.equal(await menu.evaluate(isFocused), true);
  });

  test('says when it is not up to date, and comes back by itself to another run of the server', async () => {
    const first = await openHall();
    const { port } = new URL(first.hall.apiBase);
    // Not closed with the first hall: the page outlives it.
    const context = await chromium.newContext();
    const page = await context.newPage();
    await page.goto(String(first.hall.portalUrl));
    await page.getByText('Live', { exact: true }).waitFor();
    await first.hall.close();
    await page.getByText('Not up to date, reconnecting…').waitFor();

    await using second = await openHall({ port: Number(port), ownerKey: first.hall.ownerKey });
    await second.hall.createApplication({ name: 'Newcomer' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('Newcomer').waitFor();
    await context.close();
  });

  test('fits a phone: no view is wider than the screen', async () => {
    await using scene = await openHall();
    await scene.connect();
    await scene.hall.say(scene.adaId, scene.channelId, 'w'.repeat(300));
    const page = await scene.open(chromium, '', PHONE);
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    for (const hash of [
      '#/applications',
      `#/applications/${scene.bot.id}`,
      '#/sessions',
      '#/chat',
      `#/chat/${scene.guild.id}/${scene.channelId}`,
      '#/world',
      `#/world/${scene.guild.id}/channels`,
      `#/world/${scene.guild.id}/channels/${scene.channelId}`,
      `#/world/${scene.guild.id}/roles/${scene.guild.id}`,
      `#/world/${scene.guild.id}/members`,
      `#/world/${scene.guild.id}/life`,
      '#/metrics',
    ]) {
      await page.evaluate(`location.hash = '${hash}'`);
      await page.waitForTimeout(250);
      assert.equal(await overflow(), 0, hash);
    }
    const menu = page.getByRole('button', { name: /^What to do with/ });
    await page.evaluate("location.hash = '#/sessions'");
    const box = await menu.boundingBox();
    assert.ok(box !== null && box.x + box.width <= 390, JSON.stringify(box));
  });

  for (const view of ['applications', 'world', 'metrics'])
    test(`does not jump while ${view} load`, async () => {
      await using scene = await openHall();
      await scene.connect();
      const page = await scene.open(chromium, `#/${view}`);
      // Longer than it takes until the first sample of the metrics is there.
      await page.waitForTimeout(2_500);
      const shift = await page.evaluate(
        `new Promise((resolve) => new PerformanceObserver((list) =>
        resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)),
      ).observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => resolve(0), 300))`,
      );
      assert.ok(Number(shift) < 0.1, String(shift));
    });

  test('refuses what another page in the same browser asks for, cookie or not', async (t) => {
    await using scene = await openHall();
    const page = await scene.open(chromium);
    const stranger = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<title>stranger</title>');
    }).listen(0, '127.0.0.1');
    t.after(() => {
      stranger.close();
      stranger.closeAllConnections();
    });
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const foreign = await page.context().newPage();
    await foreign.goto(`http://127.0.0.1:${port}/`);
    const target = new URL('/owner/v1/users', scene.hall.apiBase).href;
    const read = await foreign.evaluate(
      `fetch('${target}', { credentials: 'include' }).then(() => 'read', () => 'refused')`,
    );
    assert.equal(read, 'refused');
    const [answered] = await Promise.all([
      foreign.waitForResponse((response) => response.request().method() === 'POST'),
      // A form needs no preflight; the cookie goes with it, for the site is the same.
      foreign.evaluate(`{
        const form = Object.assign(document.createElement('form'), { method: 'post', action: '${target}' });
        document.body.append(form);
        form.submit();
      }`),
    ]);
    assert.equal(answered.status(), 403);
    assert.equal(scene.hall.world.users.list().length, 4);
  });

  test('is framed by nobody, runs no script but its own, and answers to no foreign name', async () => {
    await using scene = await openHall();
    const { origin, port } = new URL(scene.hall.apiBase);
    const own = await fetch(origin);
    const policy = String(own.headers.get('content-security-policy'));
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      assert.ok(policy.includes(part), policy);
    }
    assert.equal(own.headers.get('x-content-type-options'), 'nosniff');
    for (const path of ['/', '/owner/v1/users'])
      assert.equal(await statusUnder('evil.test', port, path), 403);
    assert.equal((await fetch(`${origin}/assets/..%2findex.html`)).status, 404);
  });
});

test('the first load of the page is less than 200 kB as it goes over the wire', () => {
  const index = readFileSync(join(PAGE_FOLDER, 'index.html'), 'utf8');
  const all = readdirSync(join(PAGE_FOLDER, 'assets'));
  // What the document names, and the font that its styles name; the views that are looked at later come later.
  const first = all.filter((name) => index.includes(`/assets/${name}`) || name.endsWith('.woff2'));
  const later = all.filter((name) => /^(world|metrics)-view-/.test(name));
  assert.ok(first.length === 4 && later.length === 4, `${first}, then ${later}`);
  assert.ok(first.every((name) => !later.includes(name)));
  const files = ['index.html', ...first.map((name) => `assets/${name}`)];
  const bytes = files.reduce((sum, name) => {
    const content = readFileSync(join(PAGE_FOLDER, name));
    return sum + (name.endsWith('.woff2') ? content : gzipSync(content)).length;
  }, 0);
  assert.ok(bytes < MAX_FIRST_LOAD_BYTES, `${bytes} bytes`);
});

function isFocused(element: { readonly ownerDocument: { readonly activeElement: unknown } }): boolean {
  return element.ownerDocument.activeElement === element;
}

/** `fetch` sends the host that it connects to. */
function statusUnder(host: string, port: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
