/** docs/client.md against the code: what is there is named there, and with the right default. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { DEFAULT_SHARD_TIMING, GatewayClient } from '@guildhall/client';
import { LOSS_CAUSES } from '@guildhall/protocol/client';
import { FINDING_CODES } from '../src/explain/finding.ts';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const PAGE = read('../../../docs/client.md');
/** First cells of all tables that are one name in code type, and what stands in the second. */
const ROWS: ReadonlyMap<string, string> = new Map(
  Array.from(PAGE.matchAll(/^\| `([^`]+)` \| ([^|]*) \|/gm), ([, name = '', next = '']) => [
    name,
    next.trim(),
  ]),
);
/** All that is in code type in the first cell of a table. */
const NAMED: ReadonlySet<string> = new Set(
  Array.from(PAGE.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)).flatMap(([, cell = '']) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name),
  ),
);

/** Names of the properties of an exported interface. */
function propertiesOf(source: string, name: string): readonly string[] {
  const body = new RegExp(`export interface ${name}(?:<.*>)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  assert.ok(body !== undefined, `no interface ${name}`);
  return Array.from(body.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, property = '']) => property);
}

function assertNamed(kind: string, names: readonly string[]): void {
  assert.ok(names.length > 2, `${kind}: only ${names.length} were found in the code`);
  assert.deepEqual(
    names.filter((name) => !NAMED.has(name)),
    [],
    `docs/client.md leaves out a ${kind}`,
  );
}

describe('docs/client.md names', () => {
  const options = read('../src/options.ts');

  test('every option', () => {
    assertNamed('option', propertiesOf(options, 'GatewayClientOptions'));
    assertNamed(
      'option of identify',
      propertiesOf(options, 'IdentifyOptions').map((name) => `identify.${name}`),
    );
    assertNamed(
      'option of limits',
      propertiesOf(options, 'LimitOptions').map((name) => `limits.${name}`),
    );
  });

  test('every option that is a group', () => {
    assertNamed('option of handling', propertiesOf(read('../src/handling-options.ts'), 'HandlingOptions'));
    assert.deepEqual(
      propertiesOf(options, 'SessionOptions').filter((name) => !NAMED.has(name)),
      [],
    );
  });

  test('every timing with its default', () => {
    for (const [name, value] of Object.entries(DEFAULT_SHARD_TIMING)) {
      assert.equal(ROWS.get(`timing.${name}`), String(value), name);
    }
  });

  test('no option that is not there', () => {
    const known = new Set([
      ...propertiesOf(options, 'IdentifyOptions').map((name) => `identify.${name}`),
      ...propertiesOf(options, 'LimitOptions').map((name) => `limits.${name}`),
      ...Object.keys(DEFAULT_SHARD_TIMING).map((name) => `timing.${name}`),
    ]);
    const named = [...ROWS.keys()].filter((name) => /^(identify|limits|timing)\./.test(name));
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });

  test('every event of the client', () => {
    assertNamed('event', propertiesOf(read('../src/events.ts'), 'ClientEvents'));
  });

  test('every error code', () => {
    const errors = read('../src/errors.ts') + read('../src/event-errors.ts');
    const single = Array.from(errors.matchAll(/readonly code = '(\w+)'/g), ([, code = '']) => code);
    const unions = Array.from(errors.matchAll(/export type \w+Code =([^;]+);/g)).flatMap(([, union = '']) =>
      Array.from(union.matchAll(/'(\w+)'/g), ([, code = '']) => code),
    );
    const stops = /export type StopCode =([^;]+);/.exec(read('../../protocol/src/verdicts.ts'))?.[1] ?? '';
    assertNamed('error code', single);
    assertNamed('error code', unions);
    assertNamed(
      'stop code',
      Array.from(stops.matchAll(/'(\w+)'/g), ([, code = '']) => code),
    );
    assertNamed(
      'loss',
      LOSS_CAUSES.map((cause) => cause.toUpperCase().replaceAll('-', '_')),
    );
  });

  test('every metric with its type, and no other', () => {
    const metrics = new GatewayClient({ token: 'x', intents: 0 }).metrics();
    const documented = [...ROWS].filter(([name]) => name.startsWith('guildhall_client_'));
    assert.deepEqual(
      documented,
      metrics.map(({ name, type }) => [name, type]),
    );
  });

  test('every finding, and every channel', () => {
    assertNamed('finding', FINDING_CODES);
    const channels = read('../src/watching/traces.ts').matchAll(/readonly '(guildhall:client:\w+)'/g);
    assertNamed(
      'channel',
      Array.from(channels, ([, name = '']) => name),
    );
  });

  test('headings for all of its links', () => {
    const anchors = new Set(
      Array.from(PAGE.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    for (const [, anchor = ''] of PAGE.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(anchors.has(anchor), anchor);
  });
});
