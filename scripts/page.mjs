import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './child.mjs';
import { tryLock } from './install.mjs';

/** Of packages/portal: what the page is made of. */
const SOURCES = ['index.html', 'package.json', 'vite.config.ts', 'src'];
const LOCK_POLL_MS = 100;

/**
 * Builds the portal's page into packages/server/page when it is missing or made of other sources than these. Two at once
 * build once.
 * @param {string} root
 * @param {string} node the Node to build with
 * @returns {Promise<boolean>} false when it could not be built; the reason has been printed
 */
export async function ensurePage(root, node) {
  if (isBuilt(root)) return true;
  const lock = join(root, '.page.lock');
  while (!tryLock(lock)) await sleep(LOCK_POLL_MS);
  const unlock = () => rmSync(lock, { force: true });
  process.once('exit', unlock);
  try {
    return isBuilt(root) || (await build(root, node));
  } finally {
    unlock();
    process.off('exit', unlock);
  }
}

async function build(root, node) {
  const digest = digestOfSources(root);
  const args = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'];
  if ((await runProgram(node, args, { cwd: join(root, 'packages/portal') })) !== 0) return false;
  writeFileSync(stampFile(root), digest);
  return true;
}

function isBuilt(root) {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, 'utf8') === digestOfSources(root);
}

function stampFile(root) {
  return join(root, 'packages/server/page', '.built');
}

/**
 * Hex SHA-256 of every source of the page, by name and content, and of the versions that it is built with.
 * @param {string} root
 */
export function digestOfSources(root) {
  const folder = join(root, 'packages/portal');
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const source of SOURCES) {
    for (const file of filesOf(folder, source)) {
      hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex');
}

/** Relative to the folder, in one order on every system. */
function filesOf(folder, path) {
  if (statSync(join(folder, path)).isFile()) return [path];
  return readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
