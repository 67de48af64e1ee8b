import { join } from 'node:path';
import type { Readiness } from '../walk/library.ts';
import { botFolder } from './bot-folder.ts';
import { isInstalled, runCommand } from './command.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const WINDOWS = process.platform === 'win32';
const PYTHON = WINDOWS ? 'python' : 'python3';

/** A bot in a virtual environment of its own, with the packages of its requirements.txt. */
export async function pythonBot(name: string): Promise<Readiness> {
  if (!isInstalled(PYTHON, '-m', 'venv', '--help')) {
    return { type: 'skipped', why: 'Python with venv is not installed' };
  }
  const python = (folder: string) => join(folder, 'venv', WINDOWS ? 'Scripts/python.exe' : 'bin/python');
  const folder = await botFolder({
    name,
    manifest: 'requirements.txt',
    install: async (cwd) => {
      const options = { cwd, timeoutMs: INSTALL_TIMEOUT_MS };
      await runCommand(PYTHON, ['-m', 'venv', '--clear', 'venv'], options);
      const pip = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '-r',
        'requirements.txt',
      ];
      await runCommand(python(cwd), pip, options);
    },
  });
  return { type: 'ready', command: python(folder), args: ['-u', join(folder, 'bot.py')] };
}
