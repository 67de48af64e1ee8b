import { join } from 'node:path';
import type { Readiness } from '../walk/library.ts';
import { botFolder } from './bot-folder.ts';
import { isInstalled, runCommand } from './command.ts';

const BUILD_TIMEOUT_MS = 600_000;
const PROGRAM = process.platform === 'win32' ? 'bot.exe' : 'bot';

/** A bot that is built with the modules of its go.mod. */
export async function goBot(name: string): Promise<Readiness> {
  if (!isInstalled('go', 'version')) return { type: 'skipped', why: 'Go is not installed' };
  // Go knows itself what has to be fetched and built again.
  const folder = await botFolder({ name, manifest: 'go.mod', install: async () => {} });
  await runCommand('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, timeoutMs: BUILD_TIMEOUT_MS });
  return { type: 'ready', command: join(folder, PROGRAM), args: [] };
}
