/** Puts the modules of a package together, so that who imports it has a few files read and compiled, not hundreds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** The condition of `exports` that names the source of an entry. */
const SOURCE = 'guildhall-source';
const LICENSES = 'third-party-licenses.txt';

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Writes one file into `dist` for each entry that the package exports, and chunks of what these have in common or load
 * later. Dependencies stay imports. What the package needs for development only its users do not install: of that the
 * modules that are imported are put in, and their licenses beside them.
 * @throws Error when a module cannot be read or resolved, or a package that is put in has no license
 */
export async function bundle(folder: string): Promise<void> {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const putIn = new Set(Object.keys(manifest.devDependencies ?? {}));
  const bundled = await rolldown({
    input: Object.fromEntries(entriesOf(manifest, folder).map((path) => [basename(path, '.ts'), path])),
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !putIn.has(packageOf(id)),
    platform: 'node',
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const dist = join(folder, 'dist');
  const { output } = await bundled.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  });
  await bundled.close();
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  const licenses = licensesOf(modules);
  if (licenses !== '') writeFileSync(join(dist, LICENSES), licenses);
}

function entriesOf({ exports }: Manifest, folder: string): readonly string[] {
  return Object.values(exports).flatMap((target) => {
    if (typeof target !== 'object' || target === null || !(SOURCE in target)) return [];
    return [join(folder, String(target[SOURCE]))];
  });
}

/** `kysely` of `kysely/migration`, `@scope/name` of `@scope/name/door`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function licensesOf(modules: readonly string[]): string {
  const folders = modules.flatMap(
    (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .sort()
    .map((folder) => `${basename(folder)}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`)
    .join('\n');
}
