import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GatewayClient, type MetricFamily } from '@guildhall/client';
import type { Guildhall } from '@guildhall/server';
import { openHouse } from './house.ts';
import type { Outcome } from './outcome.ts';
import { withPython } from './toolchains/python-room.ts';

const PROGRAM = fileURLToPath(new URL('./prometheus/parse.py', import.meta.url));
const PACKAGE = 'prometheus-client==0.26.0';

interface Read {
  readonly type: string;
  readonly unit: string;
  readonly samples: readonly (readonly [
    name: string,
    labels: Readonly<Record<string, string>>,
    value: number,
  ])[];
}

/** The metrics of a server, of a client that lives and of one that was never opened, as the parser of Prometheus' Python client reads them. */
export function prometheus(): Promise<Outcome> {
  return withPython('prometheus', async ({ program, install }) => {
    install(PACKAGE);
    const parse = (text: string): Record<string, Read> =>
      JSON.parse(execFileSync(program, [PROGRAM], { input: text, encoding: 'utf8' }));
    await compare(parse);
  });
}

async function compare(parse: (text: string) => Record<string, Read>): Promise<void> {
  await using house = await openHouse();
  const { hall, application, userId, channelId } = house;
  const client = new GatewayClient({
    token: application.token,
    apiBase: hall.apiBase,
    intents: ['GUILDS', 'GUILD_MESSAGES'],
    shards: 2,
    identify: { bucketMs: 0 },
  });
  house.leaving.push(() => client.close());
  parse(client.openMetrics());
  const heard = new Promise<void>((resolve) => client.once('MESSAGE_CREATE', () => resolve()));
  await client.open();
  const resumed = new Promise<void>((resolve) => client.once('shardResumed', () => resolve()));
  const [session] = hall.gateway.sessions(application.id);
  assert.ok(session !== undefined);
  hall.gateway.closeConnection(session.id, 4000, 'a "reason"\n\\');
  await hall.say(userId, channelId, 'hello');
  await Promise.all([heard, resumed]);

  const read = parse(client.openMetrics());
  requireSame(read, client.metrics());
  const losses = read.guildhall_client_shard_losses?.samples;
  assert.deepEqual(
    losses?.map(([, { cause }, value]) => [cause, value]),
    [['closed-by-server', 1]],
  );

  const scraped = parse(await scrape(hall));
  assert.equal(scraped.guildhall_deliveries?.type, 'counter');
  assert.equal(scraped.guildhall_sent_bytes?.unit, 'bytes');
  assert.deepEqual(
    scraped.guildhall_sessions?.samples.map(([, { state }, value]) => [state, value]),
    [
      ['connected', 2],
      ['detached', 0],
    ],
  );
  assert.deepEqual(
    scraped.guildhall_identifies_limit?.samples.map(([, { application }]) => application),
    [application.id],
  );
}

function requireSame(read: Record<string, Read>, families: readonly MetricFamily[]): void {
  assert.deepEqual(
    Object.keys(read),
    families.map(({ name }) => name),
  );
  for (const { name, type, unit, samples } of families) {
    const found = read[name];
    assert.equal(found?.type, type, name);
    assert.equal(found.unit, unit ?? '', name);
    assert.deepEqual(
      found.samples.map(([sampleName, labels]) => [sampleName, labels]),
      samples.map(({ suffix, labels }) => [name + suffix, labels]),
    );
  }
}

/** As Prometheus asks a server. */
async function scrape({ apiBase, ownerKey }: Guildhall): Promise<string> {
  const response = await fetch(new URL('/metrics', apiBase), {
    headers: { authorization: `Bearer ${ownerKey}` },
  });
  assert.equal(response.status, 200);
  return response.text();
}
