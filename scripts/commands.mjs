import { join, resolve } from 'node:path';
import { canInstallBrowser, installedBrowser } from './browser.mjs';

/** Resolves workspace packages to their TypeScript source; the published packages resolve to dist. */
const SOURCE = '--conditions=guildhall-source';
/** node:sqlite and, in 24.0, type stripping say "experimental" on every start. */
const QUIET = '--disable-warning=ExperimentalWarning';
/** Processes at once: test files hold real servers, and more of them than cores only makes deadlines late. */
const TEST_CONCURRENCY = 2;

const DEFAULT_API = 'http://127.0.0.1:4400/api';

const TEST_FILES = [
  'packages/*/test/**/*.test.ts',
  'simulation/test/**/*.test.ts',
  'examples/test/**/*.test.ts',
  'interop/**/*.test.ts',
  'scripts/test/**/*.test.ts',
  'bench/test/**/*.test.ts',
  'browser/*.test.ts',
];

export class UsageError extends Error {}

/**
 * What `npm run NAME -- ARGS` means.
 * @param {string} root
 * @param {string | undefined} name
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} caller where the user stands (npm moves to the root) and the environment
 * @returns {{ dev: boolean, page?: boolean, folders?: string[], wishes?: string[], nodeArgs: string[], cwd: string, env: NodeJS.ProcessEnv }} `page`: whether the
 *   portal's page must have been built; `folders` have packages of their own that the command needs,
 *   `wishes` those that it can do without
 * @throws {UsageError}
 */
export function planCommand(root, name, args, { cwd, env }) {
  const script = (file, extra = []) => ({
    dev: true,
    nodeArgs: [SOURCE, QUIET, join(root, file), ...extra],
    cwd: root,
    env,
  });
  switch (name) {
    case 'start': {
      const serve = ['serve', '--data', join(root, 'data'), '--bot', join(root, 'examples/sample-bot.ts')];
      return { ...script('packages/cli/src/main.ts', [...serve, ...args]), dev: false, page: true };
    }
    case 'guildhall':
      return {
        ...script('packages/cli/src/main.ts', args),
        cwd,
        dev: false,
        page: args[0] === 'serve',
      };
    case 'bot':
      return { ...bot(root, args, cwd, env), dev: false };
    case 'test':
      return {
        dev: true,
        page: true,
        nodeArgs: [SOURCE, QUIET, ...testArgs(args)],
        ...withBrowser(root, env, includesBrowserTests(args)),
        cwd: root,
      };
    case 'smoke':
      return { dev: true, nodeArgs: [QUIET, ...testArgs([...args, 'scripts/smoke.ts'])], cwd: root, env };
    case 'simulate':
      return script('simulation/src/main.ts', args);
    case 'interop':
      return script('interop/run.ts', args);
    case 'bench':
      return { ...script('bench/run.ts', args), folders: [join(root, 'bench')] };
    case 'screenshots':
      return { ...script('browser/screenshots.ts', args), page: true, ...withBrowser(root, env, true) };
    case 'openapi':
      return script('scripts/openapi.ts', args);
    case 'build':
      return script('scripts/build.ts', args);
    case 'check':
      return script('scripts/check.ts', args);
    default:
      throw new UsageError(
        'Usage: npm start | npm test | npm run guildhall|bot|simulate|interop|bench|build|check|openapi|screenshots|smoke [-- args]',
      );
  }
}

function bot(root, [file, ...args], cwd, env) {
  if (file === undefined) throw new UsageError('Usage: npm run bot -- FILE [args]');
  return {
    nodeArgs: [SOURCE, QUIET, resolve(cwd, file), ...args],
    cwd,
    env: {
      GUILDHALL_API: DEFAULT_API,
      GUILDHALL_TOKEN_FILE: join(root, 'data', 'bot.token'),
      ...env,
    },
  };
}

/**
 * The environment with a browser in it, or the folder of the package that has one.
 * @param {boolean} isWanted
 */
function withBrowser(root, env, isWanted) {
  const browser = installedBrowser(env);
  if (browser !== null) return { env: { ...env, GUILDHALL_BROWSER: browser } };
  return { env, wishes: isWanted && canInstallBrowser() ? [join(root, 'browser/chromium')] : [] };
}

/** Whether the tests of the page are among those that are run. */
function includesBrowserTests(args) {
  const files = args.filter(isTestFile);
  return files.length === 0 || files.some((file) => file.includes('browser/'));
}

function isTestFile(arg) {
  return !arg.startsWith('-') && /\*|\.[cm]?[jt]s$/.test(arg);
}

/** Arguments that name files replace ours; all others are options of `node --test`, which it wants before the files. */
function testArgs(args) {
  const files = args.filter(isTestFile);
  const options = args.filter((arg) => !files.includes(arg));
  return [
    '--test',
    `--test-concurrency=${TEST_CONCURRENCY}`,
    '--test-reporter=spec',
    ...options,
    ...(files.length > 0 ? files : TEST_FILES),
  ];
}
