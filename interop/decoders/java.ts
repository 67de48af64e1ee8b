import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../outcome.ts';
import { decodeAll, runs } from './program.ts';
import { TRANSPORTS } from './wire.ts';

const PROGRAM = fileURLToPath(new URL('./java/Decode.java', import.meta.url));
const ZSTD = { artifact: 'com.github.luben:zstd-jni:1.5.7-4', file: 'zstd-jni-1.5.7-4.jar' } as const;
const INSTALL_TIMEOUT_MS = 300_000;

/** java.util.zip's Inflater and zstd-jni. */
export async function java(): Promise<Outcome> {
  if (!runs('javac', '-version')) return { type: 'skipped', why: 'no javac' };
  if (!runs('mvn', '--version')) return { type: 'skipped', why: 'no mvn, which brings zstd-jni' };
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-decoders-'));
  try {
    execFileSync(
      'mvn',
      [
        '--quiet',
        '--batch-mode',
        '-Dstyle.color=never',
        'dependency:copy',
        `-Dartifact=${ZSTD.artifact}`,
        `-DoutputDirectory=${folder}`,
      ],
      { cwd: folder, stdio: 'inherit', timeout: INSTALL_TIMEOUT_MS },
    );
    const zstd = join(folder, ZSTD.file);
    for (const transport of TRANSPORTS) decodeAll('java', ['-cp', zstd, PROGRAM], transport);
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
