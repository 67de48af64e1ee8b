/**
 * The import-arrow rule of the house: who may import whom. Run by `npm run check`.
 * Prints `file:line: broken rule` for each violation and ends with exit code 1 when there is one.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Import, importsOf } from './imports.ts';

/** Below the root; a workspace package may import only the workspace packages named here, by name. */
const PACKAGE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': [],
  'packages/client': ['@guildhall/protocol'],
  'packages/server': ['@guildhall/protocol'],
  /** The page: it knows the server over HTTP alone. */
  'packages/portal': [],
  'packages/cli': ['@guildhall/server', '@guildhall/client', '@guildhall/protocol'],
  simulation: ['@guildhall/protocol'],
  examples: ['@guildhall/client', '@guildhall/protocol'],
};
/** What tests may import beyond that: the tests of an example show how a bot is tested. */
const TEST_ARROWS: Readonly<Record<string, readonly string[]>> = { examples: ['@guildhall/server'] };
/** On top of everything: any package, by name. */
const TOP_FOLDERS = ['bench', 'browser', 'interop', 'scripts'];
/** Of these packages, the folder may import types only. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = { examples: ['@guildhall/protocol'] };

const SERVER_SOURCE = 'packages/server/src';
/** Rooms of the server and what each may import; a path with `.ts` is that one file of a room. */
const ROOM_ARROWS: Readonly<Record<string, readonly string[]>> = {
  world: [],
  gateway: ['world'],
  /** What both HTTP APIs share: errors, schemas, bodies, host rules. */
  http: ['world'],
  rest: ['world', 'http', 'gateway/control.ts'],
  portal: ['world', 'http', 'gateway/control.ts'],
  tls: ['world'],
};

/** On top of the server's other rooms: they use it as anybody would. */
const TOP_ROOMS = ['testing'];

export interface Violation {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

interface Source {
  readonly file: string;
  readonly owner: string;
  readonly isTest: boolean;
}

interface Manifest {
  readonly name?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** @param root folder of the workspace's package.json */
export function findViolations(root: string): Violation[] {
  const rootManifest = readManifest(root);
  const owners = [...Object.keys(PACKAGE_ARROWS), ...TOP_FOLDERS];
  const manifests = Object.keys(PACKAGE_ARROWS).map((folder) => readManifest(join(root, folder)));
  const workspaceNames = new Set(manifests.flatMap(({ name }) => name ?? []));
  const doors = new Set(manifests.flatMap(doorsOf));
  const found: Violation[] = [];
  for (const owner of owners) {
    const isPackage = owner in PACKAGE_ARROWS;
    const manifest = isPackage ? readManifest(join(root, owner)) : rootManifest;
    for (const file of sourcesOf(root, owner)) {
      const isTest = file.startsWith(`${owner}/test/`);
      const source: Source = { file, owner, isTest };
      const declared = new Set([
        ...namesIn(manifest),
        // Test tools are declared once, in the root: what a package has for development, its build puts in.
        ...(isTest ? namesIn(rootManifest) : []),
        ...(isPackage ? [] : workspaceNames),
      ]);
      for (const imported of importsOf(readFileSync(join(root, file), 'utf8'))) {
        const rule = imported.specifier.startsWith('.')
          ? brokenByPath(root, source, imported)
          : brokenByName(source, imported, { own: manifest.name, workspaceNames, doors, declared });
        if (rule !== null) found.push({ file, line: imported.line, rule });
      }
    }
  }
  return found;
}

interface Names {
  readonly own: string | undefined;
  readonly workspaceNames: ReadonlySet<string>;
  /** Names under which a workspace package lets itself be imported. */
  readonly doors: ReadonlySet<string>;
  readonly declared: ReadonlySet<string>;
}

function brokenByName(
  { owner, isTest }: Source,
  { specifier, typeOnly }: Import,
  names: Names,
): string | null {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return null;
  const name = packageName(specifier);
  if (names.workspaceNames.has(name)) {
    if (!names.doors.has(specifier))
      return `${specifier}: only what a workspace package exports may be imported`;
    // A test may stand where a user stands, outside the package's door.
    if (name === names.own) return isTest ? null : `${name} imports itself by name; use a relative path`;
    const arrows = PACKAGE_ARROWS[owner];
    const isForTests = isTest && TEST_ARROWS[owner]?.includes(name) === true;
    if (arrows !== undefined && !arrows.includes(name) && !isForTests) {
      return `${owner} may not import ${name} (allowed: ${arrows.join(', ') || 'no workspace package'})`;
    }
    if (!typeOnly && TYPES_ONLY[owner]?.includes(name)) return `${owner} may import only types of ${name}`;
  }
  if (!names.declared.has(name)) return `${name} is not declared in the package.json of ${owner}`;
  return null;
}

function brokenByPath(root: string, source: Source, { specifier }: Import): string | null {
  const target = posix(relative(root, resolve(root, dirname(source.file), specifier)));
  const { owner, isTest } = source;
  if (!target.startsWith(`${owner}/`)) return `${specifier}: a relative path may not leave ${owner}`;
  if (!isTest && target.startsWith(`${owner}/test/`)) return `${specifier}: code may not import its tests`;
  return brokenByRoom(root, source.file, target);
}

function brokenByRoom(root: string, file: string, target: string): string | null {
  const from = roomOf(file);
  if (from === null || TOP_ROOMS.includes(from)) return null;
  const to = roomOf(target);
  if (to === null) {
    // A top-level file that rooms share must be a leaf: through one that wires the rooms, a room could reach any other.
    const wired = roomsBehind(root, target, new Set());
    return wired.length === 0 ? null : `${from} may not import ${target}, which imports ${wired.join(', ')}`;
  }
  const allowed = ROOM_ARROWS[from];
  if (from === to || allowed === undefined) return null;
  const inRoom = target.slice(SERVER_SOURCE.length + 1);
  if (allowed.includes(to) || allowed.includes(inRoom)) return null;
  return `server/${from} may not import ${inRoom} (allowed: ${allowed.join(', ') || 'no other room'})`;
}

/** The rooms that a top-level file of the server imports, itself or through other top-level files. */
function roomsBehind(root: string, file: string, seen: Set<string>): string[] {
  if (seen.has(file) || !existsSync(join(root, file))) return [];
  seen.add(file);
  const rooms = importsOf(readFileSync(join(root, file), 'utf8'))
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => posix(relative(root, resolve(root, dirname(file), specifier))))
    .flatMap((target) => roomOf(target) ?? roomsBehind(root, target, seen));
  return [...new Set(rooms)];
}

/** null for a file directly in the server's src, and outside of it. */
function roomOf(file: string): string | null {
  if (!file.startsWith(`${SERVER_SOURCE}/`)) return null;
  const [room, ...rest] = file.slice(SERVER_SOURCE.length + 1).split('/');
  return rest.length === 0 ? null : (room ?? null);
}

function sourcesOf(root: string, owner: string): string[] {
  return globSync(`${owner}/**/*.{ts,mts,tsx}`, {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist)$/.test(path),
  })
    .map(posix)
    .sort();
}

function namesIn(manifest: Manifest): string[] {
  return Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  });
}

/** A package without `exports` has its index. */
function doorsOf({ name, exports = { '.': './index.js' } }: Manifest): string[] {
  if (name === undefined) return [];
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => posix(join(name, path)));
}

function readManifest(folder: string): Manifest {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function posix(path: string): string {
  return path.split(sep).join('/');
}

if (import.meta.main) {
  const violations = findViolations(join(import.meta.dirname, '..'));
  for (const { file, line, rule } of violations) process.stdout.write(`${file}:${line}: ${rule}\n`);
  if (violations.length > 0) process.exitCode = 1;
}
