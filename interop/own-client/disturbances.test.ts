/**
 * `@guildhall/client` on `@guildhall/server` while the server breaks connections in random orders and at random moments.
 * A seed stands for one story.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayClient, type GatewayClientOptions } from '@guildhall/client';
import type { Fault } from '@guildhall/server';
import { type House, openHouse } from '../house.ts';

const DEADLINE = { timeout: 60_000 };
const STEPS = 6;
/** In all, fewer than the 100 events that a session of one guild keeps for a resume. */
const MAX_SAID_PER_STEP = 14;

function clientOf(house: House, options: Partial<GatewayClientOptions>): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    identify: { bucketMs: 0 },
    ...options,
    timing: { backoffBaseMs: 2, backoffCapMs: 4, invalidSessionMinMs: 1, invalidSessionMaxMs: 2 },
  });
  client.on('error', assert.fail);
  house.leaving.push(() => client.close());
  return client;
}

function faultOf(random: () => number): Fault {
  const faults: readonly Fault[] = [
    { kind: 'close', code: 4000 },
    { kind: 'reconnect' },
    { kind: 'invalid-session', resumable: true },
    { kind: 'reset' },
    { kind: 'reset', bytes: Math.floor(random() * 200) },
    { kind: 'repeat-event' },
    { kind: 'split', bytes: 1 + Math.floor(random() * 20) },
  ];
  return faults[Math.floor(random() * faults.length)] ?? { kind: 'reconnect' };
}

/** Mulberry32: 0 up to, not including, 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Breaks something, now or soon, whether the session has a connection at the moment or not. */
function disturb({ hall }: House, sessionId: string, random: () => number): void {
  const kind = Math.floor(random() * 6);
  const { gateway } = hall;
  if (kind === 0) gateway.closeConnection(sessionId, 4000);
  else if (kind === 1) gateway.requestReconnect(sessionId);
  else if (kind === 2) gateway.invalidate(sessionId, true);
  else if (kind === 3) gateway.faults.add({ fault: faultOf(random) });
  else if (kind === 4) gateway.faults.add({ fault: faultOf(random), afterMs: Math.floor(random() * 20) });
  else gateway.faults.add({ fault: faultOf(random), afterEvents: 1 + Math.floor(random() * 5) });
}

describe('whatever breaks when, each message is heard once, in order, in one session', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    test(`seed ${seed}`, DEADLINE, async () => {
      await using house = await openHouse();
      const { hall, application, userId, channelId } = house;
      const random = randomFrom(seed);
      const isSlow = random() < 0.5;
      const client = clientOf(house, {
        compression: (['none', 'zlib', 'zstd'] as const)[seed % 3] ?? 'none',
        encoding: random() < 0.5 ? 'json' : 'etf',
        ...(isSlow ? { handling: { highWaterMark: 5, lowWaterMark: 1 } } : {}),
      });
      const heard: string[] = [];
      client.on(
        'MESSAGE_CREATE',
        async ({ content }) => {
          heard.push(content);
          if (isSlow) await sleep(3);
        },
        { order: 'sequential', key: 'channel' },
      );
      await client.open();
      const session = hall.gateway.sessions(application.id)[0];
      assert.ok(session !== undefined);
      const wanted: string[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        disturb(house, session.id, random);
        const count = Math.floor(random() * MAX_SAID_PER_STEP);
        for (let number = 0; number < count; number += 1) {
          wanted.push(String(wanted.length));
          await hall.say(userId, channelId, wanted.at(-1) ?? '');
        }
        if (random() < 0.5) await sleep(random() * 12);
      }
      hall.gateway.faults.clear();
      while (heard.length < wanted.length) await sleep(10);
      assert.deepEqual(heard, wanted);
      assert.equal(client.shards.get(0)?.counters.identifies, 1);
    });
  }
});

test(
  'a bot that misses more than a session keeps loses the session, and goes on with a new one',
  DEADLINE,
  async () => {
    await using house = await openHouse();
    const { hall, application, userId, channelId } = house;
    const client = clientOf(house, { handling: { highWaterMark: 5, lowWaterMark: 1 } });
    let letGo = (): void => {};
    const busy = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    client.on('MESSAGE_CREATE', () => busy, { order: 'sequential', key: 'channel' });
    await client.open();
    const session = hall.gateway.sessions(application.id)[0];
    assert.ok(session !== undefined);
    for (let number = 0; number < 10; number += 1) await hall.say(userId, channelId, 'before');
    while (client.backlog.state !== 'paused') await sleep(5);
    hall.gateway.closeConnection(session.id, 4000);
    // More than the 100 that are kept, while nothing is read: not even the close frame.
    for (let number = 0; number < 101; number += 1) await hall.say(userId, channelId, 'missed');
    const lost = client.waitFor('sessionLost');
    const begun = client.waitFor('shardReady');
    letGo();
    await lost;
    await begun;
    assert.equal(hall.gateway.session(session.id), undefined);
    const after = client.waitFor('MESSAGE_CREATE', ({ content }) => content === 'after');
    await hall.say(userId, channelId, 'after');
    await after;
  },
);
