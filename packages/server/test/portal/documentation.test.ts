import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import Fastify from 'fastify';
import { HostPolicy } from '../../src/http/host-policy.ts';
import { RequestCounts } from '../../src/http/request-counts.ts';
import { addSchemaKeywords } from '../../src/http/schema-keywords.ts';
import { readFigures } from '../../src/portal/metrics/figures.ts';
import { MetricsSampler } from '../../src/portal/metrics/sampler.ts';
import { ownerApi } from '../../src/portal/owner-api.ts';
import { OwnerGuard } from '../../src/portal/owner-guard.ts';
import { PortalDoor } from '../../src/portal/portal-door.ts';
import { ServerClock } from '../../src/server-clock.ts';
import { startTestServer } from '../support/test-server.ts';

const DOCUMENT = new URL('../../../../docs/owner-api.md', import.meta.url);

test('docs/owner-api.md names every route of the owner’s API and no other', async () => {
  await using server = await startTestServer();
  const app = Fastify({ exposeHeadRoutes: false, ajv: { plugins: [addSchemaKeywords] } });
  const served = new Set<string>();
  app.addHook('onRoute', ({ method, url, config }) => {
    // The refusals of other methods are routes as well.
    if (config?.auth !== 'none') served.add(`${String(method)} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  const guard = new OwnerGuard('0'.repeat(64), new HostPolicy(), null);
  const door = new PortalDoor('0'.repeat(64));
  const { world, control } = server;
  const metrics = new MetricsSampler(() => readFigures(control, new RequestCounts()));
  await app.register(ownerApi({ world, control, clock: new ServerClock(), metrics, guard, door }));

  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| `([A-Z]+ \/\S+)` \|/gm);
  const documented = Array.from(rows, ([, route = '']) => route.replace('{emoji}', '{emoji_name}'));
  assert.deepEqual(documented.sort(), [...served].sort());
});
