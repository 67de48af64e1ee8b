import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../outcome.ts';
import { decodeAll, runs } from './program.ts';
import { TRANSPORTS } from './wire.ts';

const source = fileURLToPath(new URL('./go/', import.meta.url));
const BUILD_TIMEOUT_MS = 300_000;

/** compress/zlib of the standard library and klauspost's zstd. */
export async function go(): Promise<Outcome> {
  if (!runs('go', 'version')) return { type: 'skipped', why: 'Go is not installed' };
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-decoders-'));
  try {
    const program = join(folder, process.platform === 'win32' ? 'decode.exe' : 'decode');
    execFileSync('go', ['build', '-o', program, '.'], {
      cwd: source,
      stdio: 'inherit',
      timeout: BUILD_TIMEOUT_MS,
    });
    for (const transport of TRANSPORTS) decodeAll(program, [], transport);
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
