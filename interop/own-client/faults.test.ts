/** Each fault of `@guildhall/server` as `@guildhall/client` meets it: what it is called, and that nothing is lost by it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayClient, type GatewayClientOptions } from '@guildhall/client';
import type { Fault, FaultPlan } from '@guildhall/server';
import { type House, openHouse } from '../house.ts';

const DEADLINE = { timeout: 60_000 };
/** Long enough for a busy machine, short enough to wait for. */
const HEARTBEAT_MS = 1_500;
const TIMING: GatewayClientOptions['timing'] = {
  backoffBaseMs: 5,
  backoffCapMs: 10,
  upgradeDeadlineMs: 400,
  helloDeadlineMs: 400,
  readyDeadlineMs: 5_000,
  ackDeadlineMs: 700,
  invalidSessionMinMs: 5,
  invalidSessionMaxMs: 10,
  loopIdentifyMs: 10,
};

interface Row {
  readonly what: string;
  readonly fault: Fault;
  readonly plan?: Partial<FaultPlan>;
  /** When the fault is planned. Default `live`. */
  readonly when?: 'before open' | 'live';
  /** Codes of the losses, in order, equal ones in a row named once. */
  readonly losses: readonly string[];
  /** Session starts in all. Default 1: the session goes on. */
  readonly identifies?: number;
}

const ROWS: readonly Row[] = [
  ...[429, 502, 503].map(
    (status): Row => ({
      what: `an upgrade is refused with ${status}, twice`,
      fault: { kind: 'refuse-upgrade', status },
      plan: { times: 2 },
      when: 'before open',
      losses: ['DIAL_FAILED'],
    }),
  ),
  {
    what: 'an upgrade is not answered',
    fault: { kind: 'ignore-upgrade' },
    when: 'before open',
    losses: ['UPGRADE_DEADLINE'],
  },
  { what: 'no HELLO', fault: { kind: 'no-hello' }, when: 'before open', losses: ['HELLO_DEADLINE'] },
  { what: 'HELLO comes late', fault: { kind: 'late-hello', ms: 100 }, when: 'before open', losses: [] },
  { what: 'a frozen connection', fault: { kind: 'freeze' }, losses: ['ZOMBIE'] },
  {
    what: 'heartbeats are not acknowledged, and nothing else comes',
    fault: { kind: 'drop-acks' },
    losses: ['ZOMBIE'],
  },
  ...[0, 1, 2, 50, 300].map(
    (bytes): Row => ({
      what: `a reset after ${bytes} bytes`,
      fault: { kind: 'reset', bytes },
      losses: ['CONNECTION_LOST'],
    }),
  ),
  { what: 'writes of one byte', fault: { kind: 'split', bytes: 1 }, losses: [] },
  { what: 'bytes in drops', fault: { kind: 'drip', bytesPerSecond: 20_000 }, losses: [] },
  { what: 'an event twice', fault: { kind: 'repeat-event' }, plan: { times: 1 }, losses: [] },
  { what: 'op 7', fault: { kind: 'reconnect' }, losses: ['RECONNECT_REQUESTED'] },
  {
    what: 'op 7 on each of five connections',
    fault: { kind: 'reconnect' },
    plan: { times: 5 },
    losses: ['RECONNECT_REQUESTED'],
  },
  {
    what: 'op 9 true on each of four connections',
    fault: { kind: 'invalid-session', resumable: true },
    plan: { times: 4 },
    losses: ['INVALID_SESSION'],
  },
  {
    what: 'op 9 false on each of three connections',
    fault: { kind: 'invalid-session', resumable: false },
    plan: { times: 3 },
    losses: ['INVALID_SESSION'],
    identifies: 4,
  },
  { what: 'close 4000', fault: { kind: 'close', code: 4000 }, losses: ['CLOSED_BY_SERVER'] },
  {
    what: 'close 4009',
    fault: { kind: 'close', code: 4009 },
    losses: ['CLOSED_BY_SERVER'],
    identifies: 2,
  },
];

function clientOf(house: House, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    identify: { bucketMs: 0 },
    ...options,
    timing: { ...TIMING, ...options.timing },
  });
  client.on('error', assert.fail);
  house.leaving.push(() => client.close());
  return client;
}

/** What the client hears and loses. */
function record(client: GatewayClient): { readonly heard: string[]; readonly losses: string[] } {
  const heard: string[] = [];
  const losses: string[] = [];
  client.on('MESSAGE_CREATE', ({ content }) => void heard.push(content));
  client.on('shardDisconnected', ({ error, cause }) => {
    losses.push(error.code);
    assert.equal(error.code, cause.toUpperCase().replaceAll('-', '_'));
  });
  return { heard, losses };
}

describe('a fault', () => {
  for (const { what, fault, plan, when = 'live', losses: expected, identifies = 1 } of ROWS) {
    test(`${what}: ${expected.join(', ') || 'no loss'}`, DEADLINE, async () => {
      await using house = await openHouse({ limits: { heartbeatIntervalMs: HEARTBEAT_MS } });
      const { hall, userId, channelId } = house;
      const client = clientOf(house);
      const { heard, losses } = record(client);
      const strike = () => hall.gateway.faults.add({ fault, ...plan });
      if (when === 'before open') strike();
      const opening = client.open();
      await opening;
      if (when === 'live') strike();
      // A session that is lost takes with it what it was owed: then only what is said to the last one counts.
      const goesOn = identifies === 1;
      if (goesOn)
        for (let number = 0; number < 5; number += 1) await hall.say(userId, channelId, `${number}`);
      while (
        hall.gateway.faults.list().length > 0 ||
        losses.length < (expected.length && (plan?.times ?? 1))
      ) {
        await sleep(10);
      }
      while (client.shards.get(0)?.phase !== 'live') await sleep(10);
      await hall.say(userId, channelId, 'last');
      while (heard.at(-1) !== 'last') await sleep(10);
      assert.deepEqual(heard, goesOn ? ['0', '1', '2', '3', '4', 'last'] : ['last']);
      assert.deepEqual([...new Set(losses)], expected);
      const counters = client.shards.get(0)?.counters;
      assert.equal(counters?.identifies, identifies);
      const counted = Object.values(counters?.losses ?? {}).reduce((sum, count) => sum + count, 0);
      assert.equal(counted, losses.length, 'each loss is counted by its cause');
    });
  }

  test(
    'a resume host that is dead is left for the base URL after two failures, with the session',
    DEADLINE,
    async () => {
      await using house = await openHouse();
      const { hall, application, userId, channelId } = house;
      hall.gateway.faults.add({ fault: { kind: 'resume-url', url: 'ws://127.0.0.1:1/' } });
      const client = clientOf(house);
      const { heard, losses } = record(client);
      await client.open();
      const resumed = client.waitFor('shardResumed');
      hall.gateway.closeConnection(hall.gateway.sessions(application.id)[0]?.id ?? '', 4000);
      await hall.say(userId, channelId, 'missed');
      await resumed;
      assert.deepEqual(losses, ['CLOSED_BY_SERVER', 'DIAL_FAILED', 'DIAL_FAILED']);
      assert.deepEqual(heard, ['missed']);
      assert.equal(client.shards.get(0)?.counters.identifies, 1);
    },
  );

  test('a session that is gone costs an Identify, and is told', DEADLINE, async () => {
    await using house = await openHouse();
    const { hall, application } = house;
    const client = clientOf(house);
    const { losses } = record(client);
    await client.open();
    hall.gateway.faults.add({ fault: { kind: 'expire-session' } });
    const lost = client.waitFor('sessionLost');
    const ready = client.waitFor('shardReady');
    hall.gateway.closeConnection(hall.gateway.sessions(application.id)[0]?.id ?? '', 4000);
    await lost;
    await ready;
    assert.deepEqual(losses, ['CLOSED_BY_SERVER', 'INVALID_SESSION']);
    assert.equal(hall.gateway.sessions(application.id).length, 1);
  });
});

describe('a loop', () => {
  test('of 4003 before READY ends after three Identifies with a typed error', DEADLINE, async () => {
    await using house = await openHouse();
    const { hall, application } = house;
    hall.gateway.faults.add({ fault: { kind: 'close', code: 4003 }, times: 100 });
    const before = hall.gateway.sessionStartLimit(application.id).remaining;
    const client = clientOf(house);
    await assert.rejects(client.open(), {
      name: 'GatewayStopError',
      code: 'NOT_AUTHENTICATED',
      closeCode: 4003,
    });
    assert.equal(before - hall.gateway.sessionStartLimit(application.id).remaining, 3);
    assert.deepEqual(hall.gateway.sessions(application.id), []);
  });

  /** With the client's own timing, which is what these are about. A slow machine only makes them fewer. */
  const THIRTY_S = 30_000;
  const standard = { timing: { backoffBaseMs: 1_000, backoffCapMs: 60_000, loopIdentifyMs: 60_000 } };

  test(
    'of 4000 and of 4003 50 ms after each READY and RESUMED: 12 dials, and 3 Identifies, in 30 s at most',
    DEADLINE,
    async () => {
      await using kept = await openHouse();
      await using revoked = await openHouse();
      const counters = await Promise.all(
        [[kept, 4000] as const, [revoked, 4003] as const].map(async ([house, code]) => {
          house.hall.gateway.faults.add({ fault: { kind: 'close', code }, afterMs: 50, times: 1_000 });
          const client = clientOf(house, standard);
          client.open().catch(() => {});
          await sleep(THIRTY_S);
          return client.shards.get(0)?.counters;
        }),
      );
      const [after4000, after4003] = counters;
      assert.ok(after4000 !== undefined && after4003 !== undefined);
      assert.ok(after4000.dials >= 3 && after4000.dials <= 12, `${after4000.dials} dials`);
      assert.equal(after4000.identifies, 1);
      assert.ok(after4003.identifies >= 2 && after4003.identifies <= 3, `${after4003.identifies} identifies`);
    },
  );
});
