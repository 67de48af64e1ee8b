import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Readiness } from '../walk/library.ts';
import { botFolder } from './bot-folder.ts';
import { runCommand } from './command.ts';

const INSTALL_TIMEOUT_MS = 300_000;
/** Native parts that libraries look for, as their documentation has it. */
const ADDONS: Readonly<Record<string, string>> = { erlpack: '0.1.4', 'zlib-sync': '0.1.10' };

/** A bot on the Node that runs this, with the packages of its package.json and some addons. */
export async function nodeBot(name: string, addons: readonly string[] = []): Promise<Readiness> {
  const npm = process.env.npm_execpath;
  if (npm === undefined) return { type: 'skipped', why: 'npm installs it: run this by `npm run interop`' };
  const folder = await botFolder({
    name,
    manifest: 'package.json',
    more: addons,
    install: async (cwd) => {
      await addAddons(join(cwd, 'package.json'), addons);
      const args = [npm, 'install', '--no-audit', '--no-fund', '--no-package-lock'];
      await runCommand(process.execPath, args, {
        cwd,
        timeoutMs: INSTALL_TIMEOUT_MS,
        // Compiled for this very Node, with its headers where its package brings them.
        environment: { npm_config_nodedir: dirname(dirname(process.execPath)) },
      });
    },
  });
  return { type: 'ready', command: process.execPath, args: [join(folder, 'bot.mjs')] };
}

/** A bot that finds its library among the dependencies of this project. */
export async function ownBot(file: string): Promise<Readiness> {
  const path = fileURLToPath(new URL(`../bots/${file}`, import.meta.url));
  return { type: 'ready', command: process.execPath, args: [...process.execArgv, path] };
}

async function addAddons(file: string, addons: readonly string[]): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  for (const addon of addons) {
    manifest.dependencies[addon] = ADDONS[addon];
    // Its native part is compiled by its install script.
    manifest.allowScripts = { ...manifest.allowScripts, [addon]: true };
  }
  await writeFile(file, JSON.stringify(manifest));
}
