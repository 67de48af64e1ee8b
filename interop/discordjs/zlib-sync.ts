import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '0.1.10';
const BUILD_TIMEOUT_MS = 120_000;
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * discord.js turns zlib-stream on when `zlib-sync` can be imported. That is a native module, which must be compiled for
 * the Node that runs the tests and not for the one that installed the dependencies; so it is built here, once, and found
 * by a resolution hook. discord.js itself stays as published.
 * @returns why it cannot be had, or null when discord.js will find it
 */
export async function provideZlibSync(): Promise<string | null> {
  const folder = join(root, 'node_modules', '.cache', `zlib-sync-${VERSION}-abi${process.versions.modules}`);
  const entry = join(folder, 'node_modules', 'zlib-sync', 'index.js');
  const binary = join(dirname(entry), 'build', 'Release', 'zlib_sync.node');
  if (!existsSync(binary)) {
    const npm = process.env.npm_execpath;
    if (npm === undefined) return 'zlib-sync is built by npm: run the tests by `npm test`';
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, allowScripts: { 'zlib-sync': true } }),
    );
    try {
      await promisify(execFile)(
        process.execPath,
        [npm, 'install', `zlib-sync@${VERSION}`, '--no-audit', '--no-fund', '--no-package-lock'],
        // The headers of this very Node, where its package brings them.
        {
          cwd: folder,
          timeout: BUILD_TIMEOUT_MS,
          env: { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)) },
        },
      );
    } catch (error) {
      return `zlib-sync could not be built: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
    }
    if (!existsSync(binary)) return 'zlib-sync was installed without its native part';
  }
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'zlib-sync'
        ? { url: pathToFileURL(entry).href, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
  });
  return null;
}
