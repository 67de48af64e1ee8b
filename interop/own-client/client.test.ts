/** Our own two ends over real sockets: `@guildhall/client` on `@guildhall/server`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type EventContext,
  GatewayClient,
  type GatewayClientOptions,
  GatewayStopError,
} from '@guildhall/client';
import { type House, openHouse, switchMembersIntentOff } from '../house.ts';

const DEADLINE = { timeout: 60_000 };
const ORDINARY = ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'] as const;
const WITH_MEMBERS = [...ORDINARY, 'GUILD_MEMBERS'] as const;

/** A client that leaves before the house closes. */
function clientOf(house: House, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  const client = new GatewayClient({
    token: house.application.token,
    apiBase: house.hall.apiBase,
    intents: [...ORDINARY],
    identify: { bucketMs: 0 },
    timing: { backoffBaseMs: 50 },
    ...options,
  });
  house.leaving.push(() => client.close());
  return client;
}

/** What was said in the guild, in the order in which handlers heard it. */
function heardBy(client: GatewayClient): { readonly content: string; readonly context: EventContext }[] {
  const heard: { readonly content: string; readonly context: EventContext }[] = [];
  client.on('MESSAGE_CREATE', ({ content }, context) => heard.push({ content, context }));
  return heard;
}

/** Resolves with the next such event of the client. */
function next<Name extends 'shardReady' | 'shardResumed' | 'sessionRevoked' | 'stopped' | 'MESSAGE_CREATE'>(
  client: GatewayClient,
  name: Name,
): Promise<void> {
  return new Promise((resolve) => client.once(name, () => resolve()));
}

for (const compression of ['none', 'zlib', 'zstd'] as const) {
  test(`events arrive whole and in order with compression ${compression}`, DEADLINE, async () => {
    await using house = await openHouse();
    const client = clientOf(house, { compression });
    const heard = heardBy(client);
    await client.open();
    const wanted: string[] = [];
    for (let number = 0; number < 300; number += 1) {
      // Lengths around the frame header's and the compressor's borders, and characters of one to four bytes.
      const content = `${number} ${'aé漢😀'.repeat((number * 7) % 90)}`;
      wanted.push(content);
      await house.hall.say(house.userId, house.channelId, content);
    }
    while (heard.length < wanted.length) await next(client, 'MESSAGE_CREATE');
    assert.deepEqual(
      heard.map(({ content }) => content),
      wanted,
    );
    const stream = compression === 'none' ? 'none' : `${compression}-stream`;
    assert.equal(house.hall.gateway.sessions(house.application.id)[0]?.compression, stream);
  });
}

test('op 7, a lost connection and op 9 true each end in a resume that misses nothing', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall, application, userId, channelId } = house;
  const client = clientOf(house);
  const heard = heardBy(client);
  await client.open();
  const session = hall.gateway.sessions(application.id)[0];
  assert.ok(session !== undefined);
  const disturbances = [
    () => hall.gateway.requestReconnect(session.id),
    () => hall.gateway.closeConnection(session.id, 4000),
    () => hall.gateway.invalidate(session.id, true),
  ];
  const wanted: string[] = [];
  for (const [index, disturb] of disturbances.entries()) {
    const resumed = next(client, 'shardResumed');
    assert.ok(disturb());
    for (let number = 0; number < 20; number += 1) {
      wanted.push(`${index}.${number}`);
      await hall.say(userId, channelId, `${index}.${number}`);
    }
    await resumed;
  }
  const last = next(client, 'MESSAGE_CREATE');
  wanted.push('last');
  await hall.say(userId, channelId, 'last');
  await last;
  assert.deepEqual(
    heard.map(({ content }) => content),
    wanted,
  );
  assert.ok(heard.some(({ context }) => context.replayed));
  assert.deepEqual(
    hall.gateway.sessions(application.id).map(({ id }) => id),
    [session.id],
  );
});

test(
  'a session that is kept by close is resumed by the next open, with what was said meanwhile',
  DEADLINE,
  async () => {
    await using house = await openHouse();
    const { hall, application, userId, channelId } = house;
    const client = clientOf(house);
    const heard = heardBy(client);
    await client.open();
    await client.close({ session: 'keep' });
    assert.equal(hall.gateway.sessions(application.id)[0]?.state, 'detached');
    await hall.say(userId, channelId, 'while nobody listened');
    await client.open();
    while (heard.length < 1) await next(client, 'MESSAGE_CREATE');
    assert.equal(heard[0]?.content, 'while nobody listened');
    await client.close({ session: 'end' });
    assert.deepEqual(hall.gateway.sessions(application.id), []);
  },
);

test(
  'an intent that is switched off ends every session with 4003, live or detached, then 4014 is final',
  DEADLINE,
  async () => {
    await using house = await openHouse();
    const { hall, application } = house;
    const client = clientOf(house, { intents: [...WITH_MEMBERS], shards: 2 });
    const resting = clientOf(house);
    let revoked = 0;
    client.on('sessionRevoked', () => {
      revoked += 1;
    });
    const stopped = new Promise<GatewayStopError>((resolve) => client.once('stopped', resolve));
    await client.open();
    await resting.open();
    await resting.close({ session: 'keep' });
    assert.deepEqual(
      hall.gateway.sessions(application.id).map(({ state }) => state),
      ['live', 'live', 'detached'],
    );

    assert.equal(await switchMembersIntentOff(house), 3);

    const error = await stopped;
    assert.equal(error.code, 'DISALLOWED_INTENTS');
    assert.equal(error.closeCode, 4014);
    assert.match(error.message, /GUILD_MEMBERS/);
    // Both shards were told that their session was revoked, although one of them ended the attempts of both.
    assert.equal(revoked, 2);
    assert.deepEqual(
      [...client.shards.values()].map(({ phase }) => phase),
      ['stopped', 'stopped'],
    );

    const modest = clientOf(house);
    await modest.open();
    assert.equal(hall.gateway.sessions(application.id).length, 1);
  },
);

test('a token reset: 4003, then 4004 for the old token, and the new one gets in', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall, application } = house;
  const client = clientOf(house);
  const revoked = next(client, 'sessionRevoked');
  const stopped = new Promise<GatewayStopError>((resolve) => client.once('stopped', resolve));
  await client.open();
  const token = await hall.resetToken(application.id);
  await revoked;
  const error = await stopped;
  assert.equal(error.code, 'AUTHENTICATION_FAILED');
  assert.equal(error.closeCode, 4004);
  assert.ok(!error.message.includes(application.token));

  await assert.rejects(clientOf(house).open(), /401|token/i);
  // Past REST, the gateway says the same.
  await assert.rejects(clientOf(house, { gatewayUrl: hall.gatewayUrl }).open(), (refusal) => {
    assert.ok(refusal instanceof GatewayStopError);
    return refusal.closeCode === 4004;
  });
  await clientOf(house, { token }).open();
  assert.equal(hall.gateway.sessions(application.id).length, 1);
});

test('shards of one client get the guilds that are theirs', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall, application } = house;
  const ids = Array.from({ length: 8 }, (_, index) => String((BigInt(index + 1) << 22n) | 1n));
  for (const id of ids) await hall.createGuild({ name: `guild ${id}`, bots: [application.botUserId], id });
  const client = clientOf(house, { shards: 4 });
  const seen = new Map<string, number>();
  client.on('GUILD_CREATE', ({ id }, { shard }) => seen.set(id, shard));
  await client.open();
  const deadline = Date.now() + 5_000;
  while (seen.size < ids.length + 1 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  for (const id of [...ids, house.guildId]) assert.equal(seen.get(id), Number((BigInt(id) >> 22n) % 4n), id);
});
