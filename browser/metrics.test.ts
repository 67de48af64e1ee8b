/** The view Metrics in a real browser, with a real bot. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openHall, until } from './support/hall.ts';
import { launchBrowser, NO_BROWSER } from './support/launch.ts';

const browser = await launchBrowser();

describe('metrics', { skip: browser === null && NO_BROWSER, timeout: 120_000 }, () => {
  const chromium = browser as Browser;
  after(() => chromium.close());

  /** The figure beside a line's name. */
  const figure = (page: Page, chart: string, line: string) =>
    page
      .getByRole('region', { name: chart })
      .locator('.chart-legend > div')
      .filter({ hasText: line })
      .locator('dd');

  test('are drawn as they come, and say what they are in figures', async () => {
    await using scene = await openHall();
    await scene.connect();
    const page = await scene.open(chromium, '#/metrics');
    await page.getByRole('heading', { name: 'Metrics', exact: true }).waitFor();
    // The budget of the application that has identified, by its name.
    const left = figure(page, 'Session starts left', 'Steward');
    await left.getByText('999', { exact: true }).waitFor();
    await figure(page, 'Sessions', 'Connected').getByText('1', { exact: true }).waitFor();
    assert.equal(await page.locator('.chart canvas').count(), 7);
    const say = setInterval(() => void scene.hall.say(scene.adaId, scene.channelId, 'hello'), 100);
    try {
      for (const line of ['Of the world', 'Delivered']) {
        await figure(page, 'Events', line)
          .getByText(/^([1-9]|\d\d)/)
          .waitFor();
      }
    } finally {
      clearInterval(say);
    }
    assert.match(String(await figure(page, 'Memory', 'Resident').textContent()), /^\d+\.\d MiB$/);
    // Something is on the canvas: not all of its pixels are the same.
    const colours = await page.evaluate<number>(`{
      const canvas = document.querySelector('.chart canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      new Set(new Uint32Array(data.buffer)).size;
    }`);
    assert.ok(colours > 5, String(colours));
  });

  test('show another span, and the sample under the pointer', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/metrics');
    const span = page.getByRole('group', { name: 'How far back' });
    await span.getByRole('radio', { name: '1 hour' }).focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await span.getByRole('radio', { name: '15 min' }).isChecked(), true);
    const sessions = figure(page, 'Sessions', 'Connected');
    await sessions.getByText('0', { exact: true }).waitFor();
    await scene.connect();
    await sessions.getByText('1', { exact: true }).waitFor();
    // The first sample is at the left edge, where nobody was connected.
    const box = await page.getByRole('region', { name: 'Sessions' }).locator('.u-over').boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + 2, box.y + 40);
    await sessions.getByText('0', { exact: true }).waitFor();
    await page.mouse.move(4, 4);
    await sessions.getByText('1', { exact: true }).waitFor();
  });

  test('come back whole after the stream was lost', async () => {
    const first = await openHall();
    const { port } = new URL(first.hall.apiBase);
    const context = await chromium.newContext();
    const page = await context.newPage();
    await page.goto(String(first.hall.portalUrl));
    await page.getByText('Live', { exact: true }).waitFor();
    await page.evaluate("location.hash = '#/metrics'");
    await figure(page, 'Sessions', 'Connected').getByText('0', { exact: true }).waitFor();
    await first.hall.close();
    await using second = await openHall({ port: Number(port), ownerKey: first.hall.ownerKey });
    await second.connect();
    await figure(page, 'Sessions', 'Connected').getByText('1', { exact: true }).waitFor({ timeout: 30_000 });
    await until(() => second.hall.gateway.sessions().length === 1, 'the session');
    await context.close();
  });

  test('tell how Prometheus reads them', async () => {
    await using scene = await openHall();
    const page = await scene.open(chromium, '#/metrics');
    await page.getByRole('button', { name: 'Prometheus' }).click();
    const { host } = new URL(scene.hall.apiBase);
    await page.getByRole('dialog').getByText(`targets: ["${host}"]`).waitFor();
  });
});
