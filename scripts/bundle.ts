/** Puts the modules of a package together, so that who imports it has a few files read and compiled, not a hundred. */
import { readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** The condition of `exports` that names the source of an entry. */
const SOURCE = 'guildhall-source';

/**
 * Writes one file into `dist` for each entry that the package exports, and chunks of what these have in common or load
 * later. Dependencies stay imports.
 * @throws Error when a module cannot be read or resolved
 */
export async function bundle(folder: string): Promise<void> {
  const bundled = await rolldown({
    input: Object.fromEntries(entriesOf(folder).map((path) => [basename(path, '.ts'), path])),
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    platform: 'node',
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  await bundled.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  });
  await bundled.close();
}

function entriesOf(folder: string): readonly string[] {
  const { exports }: { readonly exports: Readonly<Record<string, unknown>> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return Object.values(exports).flatMap((target) => {
    if (typeof target !== 'object' || target === null || !(SOURCE in target)) return [];
    return [join(folder, String(target[SOURCE]))];
  });
}
