import { join } from 'node:path';
import type { Readiness } from '../walk/library.ts';
import { botFolder } from './bot-folder.ts';
import { isInstalled, runCommand } from './command.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const WINDOWS = process.platform === 'win32';
export const PYTHON = WINDOWS ? 'python' : 'python3';

/** @param folder a virtual environment */
export function pythonIn(folder: string): string {
  return join(folder, WINDOWS ? 'Scripts/python.exe' : 'bin/python');
}

/** The bot `LIBRARY_bot.py` of a folder, in a virtual environment of its own with what `requirements-LIBRARY.txt` names. */
export async function pythonBot(
  name: string,
  library: string,
  packages: readonly string[] = [],
): Promise<Readiness> {
  if (!isInstalled(PYTHON, '-m', 'venv', '--help')) {
    return { type: 'skipped', why: 'Python with venv is not installed' };
  }
  const python = (folder: string) => pythonIn(join(folder, 'venv'));
  const requirements = `requirements-${library}.txt`;
  const folder = await botFolder({
    name,
    manifest: requirements,
    more: [library, ...packages],
    install: async (cwd) => {
      const options = { cwd, timeoutMs: INSTALL_TIMEOUT_MS };
      await runCommand(PYTHON, ['-m', 'venv', '--clear', 'venv'], options);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
      await runCommand(python(cwd), [...pip, ...packages], options);
    },
  });
  return { type: 'ready', command: python(folder), args: ['-u', join(folder, `${library}_bot.py`)] };
}
