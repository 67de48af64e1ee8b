import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Path, readScenario, type Scenario, ScenarioError } from '@guildhall/server/scenarios';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A file that is no scenario. The message has the file, the line, the place in the scenario, and what is allowed. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

export interface ScenarioFile {
  readonly file: string;
  readonly scenario: Scenario;
}

const YAML_EXTENSIONS: ReadonlySet<string> = new Set(['.yaml', '.yml']);
const CODE_EXTENSIONS: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);
const MAX_BYTES = 1_048_576;
/** Those that judge any client. */
export const EXAMINER_FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** @param path a file, or a folder of them, which are taken by name @throws ScenarioFileError */
export async function loadScenarios(path: string): Promise<readonly ScenarioFile[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new ScenarioFileError(`${path}: there is no such file`);
  if (!found.isDirectory()) return [await loadScenario(path)];
  const names = (await readdir(path)).filter(isScenarioName).sort();
  if (names.length === 0) throw new ScenarioFileError(`${path}: there is no scenario in this folder`);
  return Promise.all(names.map((name) => loadScenario(join(path, name))));
}

async function loadScenario(file: string): Promise<ScenarioFile> {
  const extension = extname(file);
  if (CODE_EXTENSIONS.has(extension)) return { file, scenario: await importScenario(file) };
  if (!YAML_EXTENSIONS.has(extension)) {
    throw new ScenarioFileError(
      `${file}: a scenario is a file ${[...YAML_EXTENSIONS, ...CODE_EXTENSIONS].join(', ')}`,
    );
  }
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new ScenarioFileError(`${file}: ${size} bytes are more than ${MAX_BYTES}`);
  return { file, scenario: parseScenario(file, await readFile(file, 'utf8')) };
}

/** @param file for the messages @throws ScenarioFileError */
export function parseScenario(file: string, source: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined) throw new ScenarioFileError(`${at(error.pos[0])}: ${error.message}`);
  try {
    return readScenario(document.toJS());
  } catch (error) {
    // Of the parser: aliases that grow too large.
    if (error instanceof ReferenceError) throw new ScenarioFileError(`${file}: ${error.message}`);
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioFileError(`${at(offsetOf(document.contents, error.path))}: ${error.message}`);
  }
}

/** Where the key or the entry begins; where what is around it begins when it is not there. */
function offsetOf(contents: unknown, path: Path): number {
  let node = contents;
  let offset = 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined;
      offset = rangeStart(node) ?? offset;
    }
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

async function importScenario(file: string): Promise<Scenario> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
  if (module.default === undefined) {
    throw new ScenarioFileError(
      `${file}: has no default export; it begins with "export default defineScenario({"`,
    );
  }
  try {
    return readScenario(module.default);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioFileError(`${file}: ${error.message}`);
  }
}

function isScenarioName(name: string): boolean {
  const extension = extname(name);
  return !name.endsWith('.d.ts') && (YAML_EXTENSIONS.has(extension) || CODE_EXTENSIONS.has(extension));
}
