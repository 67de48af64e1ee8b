import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAddon } from '../native-addon.ts';

export const ZLIB_SYNC = { name: 'zlib-sync', version: '0.1.10', binary: 'zlib_sync.node' } as const;

/**
 * discord.js turns zlib-stream on when `zlib-sync` can be imported. It is found by a resolution hook; discord.js itself
 * stays as published.
 * @returns why it cannot be had, or null when discord.js will find it
 */
export async function provideZlibSync(): Promise<string | null> {
  const addon = await buildAddon(ZLIB_SYNC);
  if (addon.type === 'missing') return addon.why;
  const url = pathToFileURL(join(addon.folder, 'index.js')).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'zlib-sync' ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  });
  return null;
}
