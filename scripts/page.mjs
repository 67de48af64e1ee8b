import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './child.mjs';

/** Of packages/portal: what the page is made of. */
const SOURCES = ['index.html', 'package.json', 'vite.config.ts', 'src'];
const STAMP = '.built';

/**
 * Builds the portal's page into packages/server/page when it is missing or made of other sources than these.
 * @param {string} root
 * @param {string} node the Node to build with
 * @returns {Promise<boolean>} false when it could not be built; the reason has been printed
 */
export async function ensurePage(root, node) {
  const stampFile = join(root, 'packages/server/page', STAMP);
  const stamp = digestOfSources(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--logLevel', 'warn'];
  if ((await runProgram(node, args, { cwd: join(root, 'packages/portal') })) !== 0) return false;
  writeFileSync(stampFile, stamp);
  return true;
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

function filesOf(folder, path) {
  const names = path.includes('.')
    ? null
    : readdirSync(join(folder, path), { recursive: true, withFileTypes: true });
  if (names === null) return [path];
  return names
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
