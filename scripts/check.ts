/** `npm run check`: format and lint, types, arrows. All three run even when one fails; the summary says which. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  biome: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.'],
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
  'types of the page': ['node_modules/typescript/bin/tsc', '-p', 'packages/portal'],
  arrows: ['scripts/arrows.ts'],
};

const failed = Object.entries(CHECKS)
  .filter(([, args]) => spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root }).status !== 0)
  .map(([name]) => name);

process.stdout.write(failed.length === 0 ? 'check: all clean\n' : `check: FAILED: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
