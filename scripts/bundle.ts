/** Puts the modules of a package together, so that who imports it has a few files read and compiled, not hundreds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** The condition of `exports` that names the source of an entry. */
const SOURCE = 'guildhall-source';
const LICENSES = 'third-party-licenses.txt';
/** Doors to what runs in a thread of its own. It shares no chunk with the rest, which would be cut into more files for it. */
const THREADS: ReadonlySet<string> = new Set(['./worker']);

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
  const dist = join(folder, 'dist');
  const modules: string[] = [];
  for (const entries of groupsOf(manifest, folder)) {
    modules.push(...(await write(entries, dist, new Set(Object.keys(manifest.devDependencies ?? {})))));
  }
  const licenses = licensesOf(modules);
  if (licenses !== '') writeFileSync(join(dist, LICENSES), licenses);
}

/** @returns the modules that were put together */
async function write(
  entries: readonly string[],
  dist: string,
  putIn: ReadonlySet<string>,
): Promise<readonly string[]> {
  const bundled = await rolldown({
    input: Object.fromEntries(entries.map((path) => [basename(path, '.ts'), path])),
    external: (id) => !id.startsWith('.') && !isAbsolute(id) && !putIn.has(packageOf(id)),
    platform: 'node',
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await bundled.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  });
  await bundled.close();
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

/** Sources of the entries; those of a group share chunks. */
function groupsOf({ exports }: Manifest, folder: string): readonly (readonly string[])[] {
  const sources = Object.entries(exports).flatMap(([door, target]) => {
    if (typeof target !== 'object' || target === null || !(SOURCE in target)) return [];
    return [{ door, path: join(folder, String(target[SOURCE])) }];
  });
  const isThread = ({ door }: { readonly door: string }): boolean => THREADS.has(door);
  const threads = sources.filter(isThread).map(({ path }) => [path]);
  return [sources.filter((source) => !isThread(source)).map(({ path }) => path), ...threads];
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
