import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './child.mjs';

const LOCK_POLL_MS = 300;
/** A lock older than this was left by an install that died, whoever has its process id now. */
const LOCK_MAX_AGE_MS = 10 * 60_000;

export class InstallError extends Error {}

/**
 * What the installed tree lacks of what package-lock.json asks for. npm itself writes node_modules/.package-lock.json at
 * the end of every install, so an `npm install` by hand counts and one that was broken off does not: no stamp of our own
 * could know more.
 *
 * @param {{ packages: Record<string, LockEntry> }} wanted package-lock.json
 * @param {{ packages: Record<string, LockEntry> } | null} installed node_modules/.package-lock.json
 * @param {{ dev: boolean }} options
 * @returns {string[]} places in the tree, empty when the install is right
 * @typedef {{ version?: string, integrity?: string, link?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 */
export function missingPackages(wanted, installed, { dev }) {
  if (installed === null) return ['node_modules'];
  return Object.entries(wanted.packages)
    .filter(([place, want]) => place !== '' && !isRight(want, installed.packages[place], dev))
    .map(([place]) => place);
}

function isRight(want, have, dev) {
  // Optional packages of other platforms are rightly absent; those that are here must have the right version.
  if (have === undefined) return want.optional || want.devOptional || (want.dev && !dev) || false;
  return have.version === want.version && have.integrity === want.integrity && have.link === want.link;
}

/**
 * @param {{ packages: Record<string, LockEntry> } | null} installed
 * @returns {boolean} whether development dependencies are in
 */
export function hasDevelopment(installed) {
  return installed !== null && Object.values(installed.packages).some((entry) => entry.dev === true);
}

/**
 * Installs with `npm ci` when something is missing. Two starts at once in a fresh clone install once.
 * @param {string} root folder of the package-lock.json
 * @param {object} options
 * @param {boolean} options.dev without it, development dependencies are not installed, but not removed either
 * @param {string} [options.node] the Node for which native addons are built; default: the one that npm runs on
 * @throws {InstallError}
 */
export async function ensureInstalled(root, { dev, node }) {
  if (isInstalled(root, dev)) return;
  const lock = join(root, '.install.lock');
  while (!tryLock(lock)) await sleep(LOCK_POLL_MS);
  const unlock = () => rmSync(lock, { force: true });
  process.once('exit', unlock);
  try {
    if (isInstalled(root, dev)) return;
    const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
    const withDev = dev || hasDevelopment(installed);
    process.stdout.write(
      `${installed === null ? 'First start' : 'Dependencies are missing'}: installing with npm, this takes a minute …\n`,
    );
    const args = ['ci', '--loglevel=error', '--no-progress', withDev ? '--include=dev' : '--omit=dev'];
    const npm = npmProgram(process.env);
    const env = node === undefined ? process.env : addonEnvironment(process.env, node);
    const code = await runProgram(npm.file, [...npm.args, ...args], { cwd: root, env });
    if (code > 128) throw new InstallError('The install was interrupted; the next start begins it anew.');
    if (code !== 0) {
      throw new InstallError(
        'npm ci failed, for the reason above. The first start needs the npm registry once: ' +
          'if you are offline, connect and start again.',
      );
    }
  } finally {
    unlock();
    process.off('exit', unlock);
  }
}

/**
 * In which npm builds native addons for `node`: node-gyp is run by the first Node of the path, and takes the headers from
 * beside it where they are, as in the pinned Node's package.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function addonEnvironment(env, node) {
  const folder = dirname(node);
  const prefix = dirname(folder);
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'));
  // Windows spells it Path, and takes the first of two that differ in case only.
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...env,
    [pathName]: [folder, env[pathName]].filter(Boolean).join(delimiter),
    ...(hasHeaders ? { npm_config_nodedir: prefix } : {}),
  };
}

/**
 * npm's own script on the Node that runs npm: needs no shell, and is no Node inside the node_modules it replaces.
 * @param {NodeJS.ProcessEnv} env
 */
function npmProgram(env) {
  const outerNode = env.npm_node_execpath ?? process.execPath;
  const beside = dirname(outerNode);
  const script = [
    env.npm_execpath,
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((file) => file?.endsWith('npm-cli.js') && existsSync(file));
  return script === undefined ? { file: 'npm', args: [] } : { file: outerNode, args: [script] };
}

function isInstalled(root, dev) {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (wanted === null) throw new InstallError('package-lock.json is missing');
  return (
    missingPackages(wanted, readJson(join(root, 'node_modules', '.package-lock.json')), { dev }).length === 0
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw new InstallError(`${file}: ${error.message}`);
  }
}

/**
 * @param {string} file
 * @returns {boolean} false when a live install holds it
 */
export function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isStale(file)) rmSync(file, { force: true });
  return false;
}

function isStale(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const { mtimeMs } = statSync(file);
    if (Date.now() - mtimeMs > LOCK_MAX_AGE_MS) return true;
    // An empty file is a lock in the making.
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
