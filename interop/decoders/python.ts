import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../outcome.ts';
import { decodeAll, runs } from './program.ts';
import { TRANSPORTS } from './wire.ts';

const PROGRAM = fileURLToPath(new URL('./python/decode.py', import.meta.url));
/** What discord.py uses. */
const ZSTANDARD = 'zstandard==0.25.0';
/** What the standard library has from Python 3.14 on. */
const BACKPORT = 'backports.zstd==1.3.0';
const INSTALL_TIMEOUT_MS = 300_000;

/** zlib of the standard library; zstandard, and zstd of the standard library or what it was before it was there. */
export async function python(): Promise<Outcome> {
  const command = process.platform === 'win32' ? 'python' : 'python3';
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-decoders-'));
  try {
    if (!runs(command, '-m', 'venv', folder)) {
      return { type: 'skipped', why: 'Python with venv is not installed' };
    }
    const program = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    const hasZstd = runs(program, '-c', 'import compression.zstd');
    const packages = hasZstd ? [ZSTANDARD] : [ZSTANDARD, BACKPORT];
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
      stdio: 'inherit',
      timeout: INSTALL_TIMEOUT_MS,
    });
    const decoders = ['zstandard', hasZstd ? 'compression' : 'backports'];
    for (const transport of TRANSPORTS) {
      // They differ in zstd alone.
      for (const decoder of transport === 'zstd-stream' ? decoders : decoders.slice(0, 1)) {
        decodeAll(program, [PROGRAM, decoder], transport);
      }
    }
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
