/**
 * `npm run build`: JavaScript, declarations and maps of each package into its dist, dependencies first. Each build
 * resolves the packages before it through their dist, as a user's does, so what it accepts is what is published.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { ensurePage } from './page.mjs';

/** In the order of their imports. */
export const PUBLISHED_PACKAGES = ['protocol', 'client', 'server', 'cli'] as const;

/** Loaded by every bot and by every test that starts a server: each start of a process pays for their import. */
const BUNDLED: ReadonlySet<string> = new Set(['protocol', 'client', 'server']);

const root = join(import.meta.dirname, '..');

if (import.meta.main) {
  // Part of the server's package.
  if (await ensurePage(root, process.execPath)) process.stdout.write('packages/portal: built\n');
  else process.exitCode = 1;
  for (const name of PUBLISHED_PACKAGES) {
    const folder = join(root, 'packages', name);
    rmSync(join(folder, 'dist'), { recursive: true, force: true });
    const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.build.json')];
    if (BUNDLED.has(name)) args.push('--emitDeclarationOnly');
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
    if (status !== 0) {
      process.stderr.write(`packages/${name}: the build failed\n`);
      process.exitCode = 1;
      break;
    }
    if (BUNDLED.has(name)) await bundle(folder);
    process.stdout.write(`packages/${name}: built\n`);
  }
}
