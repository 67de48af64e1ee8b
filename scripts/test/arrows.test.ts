import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findViolations } from '../arrows.ts';

type Tree = Readonly<Record<string, string>>;

const manifest = (
  name: string,
  dependencies: readonly string[],
  devDependencies: readonly string[] = [],
): string => {
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, '1.0.0']));
  return JSON.stringify({
    name,
    dependencies: versions(dependencies),
    devDependencies: versions(devDependencies),
  });
};

/** A workspace in which every arrow is right; a case adds the file that is wrong. */
const CLEAN: Tree = {
  'package.json': manifest('workspace', [], ['fast-check']),
  'packages/protocol/package.json': JSON.stringify({
    name: '@guildhall/protocol',
    exports: { '.': './dist/index.js', './client': './dist/client.js', './package.json': './package.json' },
  }),
  'packages/client/package.json': manifest('@guildhall/client', ['@guildhall/protocol', 'ws']),
  'packages/server/package.json': manifest('@guildhall/server', ['@guildhall/protocol', 'ws']),
  'packages/cli/package.json': manifest('guildhall', [
    '@guildhall/server',
    '@guildhall/client',
    '@guildhall/protocol',
  ]),
  'simulation/package.json': manifest('@guildhall/simulation', ['@guildhall/protocol']),
  'examples/package.json': manifest(
    '@guildhall/examples',
    ['@guildhall/client', '@guildhall/protocol'],
    ['@guildhall/server'],
  ),
  'packages/protocol/src/index.ts': `export { zlib } from './transport/zlib.ts';`,
  'packages/protocol/src/transport/zlib.ts': `import { inflate } from 'node:zlib'; export const zlib = inflate;`,
  'packages/protocol/test/index.test.ts': `import fc from 'fast-check'; import { zlib } from '../src/index.ts'; import '@guildhall/protocol';`,
  'packages/client/src/index.ts': `import { WebSocket } from 'ws'; import { zlib } from '@guildhall/protocol';`,
  'packages/client/src/client.ts': `import { zlib } from '@guildhall/protocol/client';`,
  'packages/server/src/index.ts': `import './world/world.ts'; import './gateway/gateway.ts'; import './rest/api.ts'; import './portal/api.ts';`,
  'packages/server/src/errors.ts': `export class HallError extends Error {}`,
  'packages/server/src/world/world.ts': `import { HallError } from '../errors.ts'; import '@guildhall/protocol';`,
  'packages/server/src/gateway/control.ts': `import type { World } from '../world/world.ts';`,
  'packages/server/src/gateway/gateway.ts': `import { World } from '../world/world.ts'; import './control.ts';`,
  'packages/server/src/rest/api.ts': `import '../world/world.ts'; import '../http/schemas.ts'; import type { Control } from '../gateway/control.ts';`,
  'packages/server/src/portal/api.ts': `import '../world/world.ts'; import '../http/schemas.ts'; import type { Control } from '../gateway/control.ts';`,
  'packages/server/src/http/schemas.ts': `import '../world/world.ts';`,
  'packages/server/src/testing/tester.ts': `import '../index.ts';`,
  'packages/cli/src/main.ts': `import '@guildhall/server'; import '@guildhall/client'; import '@guildhall/protocol';`,
  'simulation/src/main.ts': `import '@guildhall/protocol';`,
  'examples/bot.ts': `import '@guildhall/client'; import type { Intent } from '@guildhall/protocol';`,
  'examples/test/bot.test.ts': `import { startGuildhall } from '@guildhall/server';`,
  'interop/run.ts': `import '@guildhall/server'; import '@guildhall/client'; import fc from 'fast-check';`,
  'bench/run.ts': `import '@guildhall/protocol'; import { child } from './child.ts';`,
  // Neither built files nor installed ones are ours to judge.
  'packages/protocol/dist/index.d.ts': `import '@guildhall/server';`,
  'packages/protocol/node_modules/x/index.ts': `import '@guildhall/server';`,
};

const VIOLATIONS: readonly (readonly [name: string, file: string, source: string, rule: RegExp])[] = [
  [
    'protocol imports nobody',
    'packages/protocol/src/a.ts',
    `import '@guildhall/client';`,
    /protocol may not import @guildhall\/client/,
  ],
  [
    'client never imports server',
    'packages/client/src/a.ts',
    `import type { World } from '@guildhall/server';`,
    /client may not import @guildhall\/server/,
  ],
  [
    'server never imports client',
    'packages/server/src/a.ts',
    `await import('@guildhall/client');`,
    /server may not import @guildhall\/client/,
  ],
  [
    'tests keep the package arrows',
    'packages/server/test/a.test.ts',
    `import '@guildhall/client';`,
    /server may not import @guildhall\/client/,
  ],
  [
    'cli does not import examples',
    'packages/cli/src/a.ts',
    `export * from '@guildhall/examples';`,
    /cli may not import @guildhall\/examples/,
  ],
  [
    'simulation imports only protocol',
    'simulation/src/a.ts',
    `import '@guildhall/client';`,
    /simulation may not import @guildhall\/client/,
  ],
  [
    'examples do not import server',
    'examples/a.ts',
    `import '@guildhall/server';`,
    /examples may not import @guildhall\/server/,
  ],
  [
    'examples import only types of protocol',
    'examples/a.ts',
    `import { Intent } from '@guildhall/protocol';`,
    /only types of @guildhall\/protocol/,
  ],
  [
    'world does not import testing',
    'packages/server/src/world/a.ts',
    `import '../testing/tester.ts';`,
    /server\/world may not import testing\/tester\.ts/,
  ],
  [
    'world does not import gateway',
    'packages/server/src/world/a.ts',
    `import '../gateway/control.ts';`,
    /server\/world may not import gateway\/control\.ts/,
  ],
  [
    'world does not import rest',
    'packages/server/src/world/a.ts',
    `import type { A } from '../rest/api.ts';`,
    /server\/world may not import rest/,
  ],
  [
    'world does not import portal',
    'packages/server/src/world/a.ts',
    `import '../portal/api.ts';`,
    /server\/world may not import portal/,
  ],
  [
    'world does not import http',
    'packages/server/src/world/deep/a.ts',
    `import '../../http/schemas.ts';`,
    /server\/world may not import http/,
  ],
  [
    'gateway does not import rest',
    'packages/server/src/gateway/a.ts',
    `import '../rest/api.ts';`,
    /server\/gateway may not import rest/,
  ],
  [
    'gateway does not import portal',
    'packages/server/src/gateway/a.ts',
    `import '../portal/api.ts';`,
    /server\/gateway may not import portal/,
  ],
  [
    'gateway does not import http',
    'packages/server/src/gateway/a.ts',
    `import '../http/schemas.ts';`,
    /server\/gateway may not import http/,
  ],
  [
    'rest imports only control.ts of gateway',
    'packages/server/src/rest/a.ts',
    `import '../gateway/gateway.ts';`,
    /server\/rest may not import gateway\/gateway\.ts/,
  ],
  [
    'portal imports only control.ts of gateway',
    'packages/server/src/portal/a.ts',
    `import '../gateway/gateway.ts';`,
    /server\/portal may not import gateway\/gateway\.ts/,
  ],
  [
    'http does not import rest',
    'packages/server/src/http/a.ts',
    `import '../rest/api.ts';`,
    /server\/http may not import rest/,
  ],
  [
    'http does not import portal',
    'packages/server/src/http/a.ts',
    `import '../portal/api.ts';`,
    /server\/http may not import portal/,
  ],
  [
    'http does not import gateway',
    'packages/server/src/http/a.ts',
    `import '../gateway/gateway.ts';`,
    /server\/http may not import gateway/,
  ],
  [
    'a room does not reach others through the top',
    'packages/server/src/world/a.ts',
    `import { startGuildhall } from '../index.ts';`,
    /world may not import packages\/server\/src\/index\.ts, which imports/,
  ],
  [
    'a dependency is declared',
    'packages/protocol/src/a.ts',
    `import { WebSocket } from 'ws';`,
    /ws is not declared in the package\.json of packages\/protocol/,
  ],
  [
    'code may not use test tools',
    'packages/protocol/src/a.ts',
    `import fc from 'fast-check';`,
    /fast-check is not declared/,
  ],
  [
    'the top folders declare in the root',
    'bench/a.ts',
    `import { WebSocket } from 'ws';`,
    /ws is not declared in the package\.json of bench/,
  ],
  [
    'the inside of a package is closed',
    'packages/client/src/a.ts',
    `import '@guildhall/protocol/src/index.ts';`,
    /only what a workspace package exports/,
  ],
  [
    'a relative path stays in its package',
    'packages/client/src/a.ts',
    `import '../../protocol/src/index.ts';`,
    /may not leave packages\/client/,
  ],
  [
    'the top folders do not reach inside either',
    'interop/a.ts',
    `import '../packages/server/src/index.ts';`,
    /may not leave interop/,
  ],
  [
    'packages do not import bench',
    'packages/server/src/a.ts',
    `import '../../../bench/run.ts';`,
    /may not leave packages\/server/,
  ],
  [
    'packages do not import interop',
    'packages/server/test/a.ts',
    `import '../../../interop/run.ts';`,
    /may not leave packages\/server/,
  ],
  [
    'code does not import its tests',
    'packages/server/src/a.ts',
    `import '../test/help.ts';`,
    /may not import its tests/,
  ],
  [
    'a package does not import itself by name',
    'packages/client/src/a.ts',
    `import '@guildhall/client';`,
    /imports itself by name/,
  ],
];

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'guildhall-arrows-'));
  folders.push(root);
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

test('a workspace that keeps every arrow has no violation', () => {
  assert.deepEqual(findViolations(plant(CLEAN)), []);
});

for (const [name, file, source, rule] of VIOLATIONS) {
  test(`${name}`, () => {
    const violations = findViolations(plant({ ...CLEAN, [file]: `\n${source}` }));
    assert.equal(violations.length, 1, JSON.stringify(violations));
    assert.deepEqual({ file: violations[0]?.file, line: violations[0]?.line }, { file, line: 2 });
    assert.match(violations[0]?.rule ?? '', rule);
  });
}

test('the program prints file:line and the rule, and ends with 1', () => {
  const root = plant({ ...CLEAN, 'packages/protocol/src/a.ts': `import '@guildhall/server';` });
  for (const name of ['arrows.ts', 'imports.ts']) {
    cpSync(join(import.meta.dirname, '..', name), join(root, 'scripts', name));
  }
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module' }));
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/arrows.ts')], {
    encoding: 'utf8',
  });
  assert.match(
    stdout,
    /^packages\/protocol\/src\/a\.ts:1: packages\/protocol may not import @guildhall\/server/m,
  );
  assert.equal(status, 1);
});
