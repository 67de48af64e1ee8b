import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../outcome.ts';
import { PYTHON, pythonIn } from './python.ts';

const INSTALL_TIMEOUT_MS = 300_000;

/** A Python in a virtual environment that is gone afterwards. */
export interface PythonRoom {
  readonly program: string;
  install(...packages: readonly string[]): void;
}

/** Skipped where Python with venv is not installed. */
export async function withPython(
  name: string,
  use: (room: PythonRoom) => void | Promise<void>,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), `guildhall-${name}-`));
  try {
    if (spawnSync(PYTHON, ['-m', 'venv', folder], { stdio: 'ignore' }).status !== 0) {
      return { type: 'skipped', why: 'Python with venv is not installed' };
    }
    const program = pythonIn(folder);
    await use({
      program,
      install: (...packages) => {
        const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
        execFileSync(program, [...pip, ...packages], { stdio: 'inherit', timeout: INSTALL_TIMEOUT_MS });
      },
    });
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
