/**
 * What users get from the registry: the packages as npm packs them, installed into an empty project. Third-party
 * dependencies come from npm's cache or registry; where neither has them, the test says that it was skipped.
 */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { PUBLISHED_PACKAGES } from '../build.ts';

const READY_MS = 20_000;
const INSTALL_MS = 180_000;
const LIBRARIES = ['protocol', 'client', 'server'] as const;
const UNREACHABLE = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/;

const root = join(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'guildhall-pack-'));
const project = join(folder, 'project');
/** The pinned Node first: an installed program finds its Node on the PATH. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };

const tarballs = new Map<string, string>();
let offline: string | false = false;

before(() => {
  succeed(spawnSync(process.execPath, [join(root, 'scripts/build.ts')], { encoding: 'utf8' }));
  for (const name of PUBLISHED_PACKAGES) tarballs.set(name, pack(name));
  const { devDependencies } = readJson(join(root, 'package.json')) as {
    devDependencies: Record<string, string>;
  };
  mkdirSync(project);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(
        [...tarballs].map(([name, file]) => [
          name === 'cli' ? 'guildhall' : `@guildhall/${name}`,
          `file:${file}`,
        ]),
      ),
      devDependencies: { '@types/node': devDependencies['@types/node'] },
    }),
  );
  const installed = npm(['install', '--prefer-offline', '--loglevel=error', '--fetch-retries=1'], project);
  if (installed.status !== 0 && UNREACHABLE.test(installed.stderr))
    offline = 'the npm registry cannot be reached';
  else succeed(installed);
});

after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

for (const name of PUBLISHED_PACKAGES) {
  test(`the tarball of ${name} has nothing that publint finds`, async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: bufferOf(tarball(name)) },
      strict: true,
    });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      [],
    );
  });

  test(`the types of ${name} resolve for every module system that can load it`, async () => {
    const tar = new Uint8Array(bufferOf(tarball(name)));
    const analysis = await checkPackage(createPackageFromTarballData(tar));
    if (name !== 'cli') assert.ok(analysis.types, 'a library has types');
    // ESM only, so a CommonJS user gets ESM; and the oldest resolution reads no "exports".
    const unexpected =
      'problems' in analysis
        ? analysis.problems.filter(({ kind, ...where }) => {
            const resolution = 'resolutionKind' in where ? where.resolutionKind : null;
            return kind !== 'CJSResolvesToESM' && !(kind === 'NoResolution' && resolution === 'node10');
          })
        : [];
    assert.deepEqual(unexpected, []);
  });
}

describe('in an empty project', () => {
  for (const name of LIBRARIES) {
    test(`@guildhall/${name} can be imported`, (context) => {
      if (offline) return context.skip(offline);
      const program = `console.log(Object.keys(await import('@guildhall/${name}')).length)`;
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: project,
        encoding: 'utf8',
      });
      succeed(run);
      assert.ok(Number(run.stdout) > 0, 'it exports values');
    });
  }

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    test(`a strict program in TypeScript compiles under ${moduleResolution}`, (context) => {
      if (offline) return context.skip(offline);
      writeFileSync(join(project, 'consumer.ts'), CONSUMER);
      const options = {
        module,
        moduleResolution,
        target: 'es2024',
        types: ['node'],
        strict: true,
        noEmit: true,
      };
      const file = join(project, `tsconfig.${moduleResolution}.json`);
      writeFileSync(
        file,
        JSON.stringify({ compilerOptions: { ...options, skipLibCheck: false }, files: ['consumer.ts'] }),
      );
      succeed(spawnSync(process.execPath, [tsc, '-p', file, '--pretty', 'false'], { encoding: 'utf8' }));
    });
  }

  test('a client of @guildhall/client holds its shards in worker threads', (context) => {
    if (offline) return context.skip(offline);
    writeFileSync(join(project, 'workers.mjs'), WORKERS);
    const run = spawnSync(process.execPath, ['workers.mjs'], {
      cwd: project,
      encoding: 'utf8',
      timeout: READY_MS,
    });
    succeed(run);
    assert.equal(run.stdout, 'guild of worker 0\n');
  });

  test('npx finds the program', (context) => {
    if (offline) return context.skip(offline);
    const help = npm(['exec', '--offline', '--', 'guildhall', '--help'], project);
    succeed(help);
    assert.match(help.stdout, /guildhall serve/);
  });

  test('guildhall serve runs, answers and ends with SIGINT', async (context) => {
    if (offline) return context.skip(offline);
    // What npx runs, without the shell it runs it in: where sh is dash, that dies of Ctrl-C first and hides our exit code.
    const [file, ...args] = programOf('guildhall');
    const hall = spawn(file, [...args, 'serve', '--memory', '--port', '0', '--quiet'], {
      cwd: project,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(hall, 'exit');
    const kill = setTimeout(() => hall.kill('SIGKILL'), READY_MS);
    let api: string | undefined;
    try {
      for await (const line of createInterface({ input: hall.stdout })) {
        api ??= /^REST\s+(\S+)$/.exec(line)?.[1];
        if (!line.startsWith('Guildhall is ready.')) continue;
        const answer = (await (await fetch(`${api}/v10/gateway`)).json()) as { url?: string };
        const page = await fetch(new URL('/', api));
        assert.match(await page.text(), /<title>Guildhall<\/title>/);
        assert.match(answer.url ?? '', /^ws:\/\/127\.0\.0\.1:\d+/);
        hall.kill('SIGINT');
      }
      assert.deepEqual(await exit, [0, null]);
    } finally {
      clearTimeout(kill);
      hall.kill('SIGKILL');
    }
  });
});

/** Values and types of all three libraries, each used for something, so that an `any` would show. */
const CONSUMER = `
import * as protocol from '@guildhall/protocol';
import * as client from '@guildhall/client';
import * as server from '@guildhall/server';

type IsAny<T> = 0 extends 1 & T ? true : false;
type AnyOf<M> = { [K in keyof M]: IsAny<M[K]> extends true ? K : never }[keyof M];
type All = AnyOf<typeof protocol> | AnyOf<typeof client> | AnyOf<typeof server>;
export const noAny: [All] extends [never] ? true : All = true;

export const bits: number = protocol.resolveIntents(['GUILDS']);
export const modules = [protocol, client, server];
`;

/** A bot and its Discord, with a handler that runs in the worker. */
const WORKERS = `
import { GatewayClient } from '@guildhall/client';

export function handlers(bot) {
  bot.on('GUILD_CREATE', () => bot.tell('guild of worker ' + bot.worker));
}

if (import.meta.main) {
  const { startGuildhall } = await import('@guildhall/server');
  const hall = await startGuildhall({ port: 0, store: 'memory', log: 'error' });
  const application = await hall.createApplication({ name: 'packed' });
  await hall.createGuild({ name: 'one', bots: [application.id], channels: ['general'] });
  const workers = { count: 1, handlers: import.meta.url };
  const client = new GatewayClient({ token: application.token, apiBase: hall.apiBase, intents: ['GUILDS'], workers });
  const told = new Promise((resolve) => client.once('workerMessage', resolve));
  await client.open();
  console.log((await told).message);
  await client.close();
  await hall.close();
}
`;

function pack(name: string): string {
  const result = npm(['pack', '--json', '--pack-destination', folder], join(root, 'packages', name));
  succeed(result);
  const listed: unknown = JSON.parse(result.stdout);
  // npm 12 lists the packages by name.
  const [packed] = (Array.isArray(listed) ? listed : Object.values(listed as object)) as {
    filename: string;
  }[];
  assert.ok(packed);
  return join(folder, packed.filename);
}

function tarball(name: string): string {
  const file = tarballs.get(name);
  assert.ok(file, `${name} was not packed`);
  return file;
}

function bufferOf(file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(file)).buffer;
}

function npm(args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  const program = npmProgram();
  return spawnSync(program.file, [...program.args, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: INSTALL_MS,
  });
}

/** npm's script needs no shell, also on Windows. */
function npmProgram(): { readonly file: string; readonly args: readonly string[] } {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js')
    ? { file: process.execPath, args: [script] }
    : { file: 'npm', args: [] };
}

/** The installed command: on Unix the link itself, with its `#!` line; Windows has a shim that only a shell can run. */
function programOf(name: string): readonly [file: string, ...args: string[]] {
  if (process.platform !== 'win32') return [join(project, 'node_modules/.bin', name)];
  return [process.execPath, join(project, 'node_modules', name, 'dist/main.js')];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function succeed({ status, stdout, stderr }: SpawnSyncReturns<string>): void {
  assert.equal(status, 0, `${stdout}\n${stderr}`);
}
