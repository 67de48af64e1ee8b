import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Nothing that would reach for the network or for a display. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PACKAGE = join(import.meta.dirname, '../chromium/node_modules/@sparticuz/chromium');

/** Of the package in browser/chromium, which is not there for everybody. */
interface PackagedChromium {
  readonly default: { executablePath(): Promise<string> };
  inflate(file: string): Promise<string>;
}

/** Why there are no tests of the page, where there is no browser. */
export const NO_BROWSER = 'no Chromium is installed, and none could be had from the registry';

/** A real headless Chromium; null where there is none. The command (`npm test`) has looked for it. */
export async function launchBrowser(): Promise<Browser | null> {
  const installed = process.env.GUILDHALL_BROWSER;
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: FLAGS });
  return existsSync(PACKAGE) ? launchPackaged() : null;
}

async function launchPackaged(): Promise<Browser> {
  // Each process unpacks its own: two at once must not write one file.
  const folder = join(PACKAGE, '..', '..', `.unpacked-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.env.TMPDIR = folder;
  const packaged = (await import(join(PACKAGE, 'build/index.js'))) as PackagedChromium;
  const executablePath = await packaged.default.executablePath();
  // The libraries that a desktop would have.
  await packaged.inflate(join(PACKAGE, 'bin/al2023.tar.br'));
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  return chromium.launch({ executablePath, args: FLAGS, env });
}
