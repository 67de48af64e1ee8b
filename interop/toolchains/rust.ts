import { join } from 'node:path';
import type { Readiness } from '../walk/library.ts';
import { botFolder, sharedFolder } from './bot-folder.ts';
import { isInstalled, runCommand } from './command.ts';

const BUILD_TIMEOUT_MS = 1_800_000;

/** A bot that is built with the crates of its Cargo.lock. What the bots have in common is built once. */
export async function rustBot(name: string): Promise<Readiness> {
  if (!isInstalled('cargo', '--version')) return { type: 'skipped', why: 'Rust is not installed' };
  // Cargo knows itself what has to be fetched and built again.
  const folder = await botFolder({ name, manifest: 'Cargo.lock', install: async () => {} });
  const target = await sharedFolder('rust-target');
  await runCommand('cargo', ['build', '--locked', '--quiet'], {
    cwd: folder,
    timeoutMs: BUILD_TIMEOUT_MS,
    environment: { CARGO_TARGET_DIR: target },
  });
  const program = process.platform === 'win32' ? `${name}-bot.exe` : `${name}-bot`;
  return { type: 'ready', command: join(target, 'debug', program), args: [] };
}
