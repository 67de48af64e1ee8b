import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemberRequestError } from '@guildhall/client';
import { FakeGateway, type Peer } from './support/fake-gateway.ts';
import { goLive, quickClient } from './support/fixtures.ts';

const GUILD = String(7n << 22n);
const WITH_MEMBERS = { intents: ['GUILDS', 'GUILD_MEMBERS', 'GUILD_PRESENCES'] } as const;

function chunk(
  peer: Peer,
  seq: number,
  nonce: unknown,
  index: number,
  count: number,
  more: object = {},
): void {
  peer.dispatch('GUILD_MEMBERS_CHUNK', seq, {
    guild_id: GUILD,
    members: [{ nick: `member ${index}` }],
    chunk_index: index,
    chunk_count: count,
    nonce,
    ...more,
  });
}

describe('a request for members', () => {
  test('gathers its chunks, whatever comes between them', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, WITH_MEMBERS);
    const { client, peer } = live;
    const asked = client.requestGuildMembers({ guildId: GUILD, userIds: ['1', '2'], presences: true });
    const other = client.requestGuildMembers({ guildId: GUILD, query: 'a', limit: 3 });
    const { nonce, ...command } = await peer.take(8);
    assert.deepEqual(command, { guild_id: GUILD, presences: true, user_ids: ['1', '2'] });
    const second = await peer.take(8);
    assert.deepEqual([second.query, second.limit, second.presences], ['a', 3, false]);
    assert.ok(typeof nonce === 'string' && nonce.length <= 32 && nonce !== second.nonce);
    chunk(peer, 2, nonce, 1, 2, { presences: [{ status: 'idle' }] });
    chunk(peer, 3, second.nonce, 0, 1);
    chunk(peer, 4, 'of somebody else', 0, 2);
    chunk(peer, 5, nonce, 1, 2, { presences: [{ status: 'idle' }] });
    chunk(peer, 6, nonce, 0, 2, { not_found: ['2'] });
    assert.deepEqual(await asked, {
      members: [{ nick: 'member 0' }, { nick: 'member 1' }],
      presences: [{ status: 'idle' }],
      notFound: ['2'],
    });
    assert.deepEqual(await other, { members: [{ nick: 'member 0' }], presences: [], notFound: [] });
  });

  test('goes through the shard that has the guild', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, {
      ...WITH_MEMBERS,
      shards: { ids: [3], count: 4 },
    });
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const asked = client.requestGuildMembers({ guildId: GUILD, query: '' });
    const { nonce } = await peer.take(8);
    chunk(peer, 2, nonce, 0, 1);
    assert.equal((await asked).members.length, 1);
    await assert.rejects(client.requestGuildMembers({ guildId: String(4n << 22n), query: '' }), {
      code: 'UNKNOWN_SHARD',
    });
  });

  test('times out when nothing comes any more; each chunk begins the wait anew', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, WITH_MEMBERS);
    const { client, peer } = live;
    const startedAtMs = performance.now();
    const asked = assert.rejects(
      client.requestGuildMembers({ guildId: GUILD, query: '', timeoutMs: 150 }),
      (error) =>
        error instanceof MemberRequestError &&
        error.code === 'TIMEOUT' &&
        error.guildId === GUILD &&
        /after 3 chunk\(s\)/.test(error.message),
    );
    const { nonce } = await peer.take(8);
    for (let index = 0; index < 3; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, 90));
      chunk(peer, index + 2, nonce, index, 9);
    }
    await asked;
    assert.ok(performance.now() - startedAtMs >= 400);
  });

  test('is repeated when the gateway says so, and given up when it says so for ever', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, WITH_MEMBERS);
    const { client, peer } = live;
    const putOff = (seq: number, nonce: unknown): void =>
      peer.dispatch('RATE_LIMITED', seq, {
        opcode: 8,
        retry_after: 0.03,
        meta: { guild_id: GUILD, nonce },
      });
    const asked = client.requestGuildMembers({ guildId: GUILD, query: 'a', timeoutMs: 1_000 });
    const { nonce } = await peer.take(8);
    const atMs = performance.now();
    putOff(2, 'of somebody else');
    putOff(3, nonce);
    assert.equal((await peer.take(8)).nonce, nonce);
    assert.ok(performance.now() - atMs >= 29);
    chunk(peer, 4, nonce, 0, 1);
    assert.equal((await asked).members.length, 1);

    const again = assert.rejects(client.requestGuildMembers({ guildId: GUILD, query: 'a' }), {
      code: 'RATE_LIMITED',
    });
    for (let seq = 5; seq < 11; seq += 1) putOff(seq, (await peer.take(8)).nonce);
    await again;
  });

  test('goes on after a resume, and begins anew in a new session', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway, WITH_MEMBERS);
    const { client, peer } = live;
    const asked = client.requestGuildMembers({ guildId: GUILD, query: 'a', timeoutMs: 60 });
    const { nonce } = await peer.take(8);
    chunk(peer, 2, nonce, 0, 2);
    peer.send(7, null);
    const second = await gateway.accept();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await second.welcomeBack(3);
    assert.deepEqual(second.untaken, []);
    second.send(9, false);
    const third = await gateway.accept();
    await third.welcome({ sessionId: 'another' });
    assert.equal((await third.take(8)).nonce, nonce);
    chunk(third, 2, nonce, 1, 2);
    chunk(third, 3, nonce, 0, 2);
    assert.equal((await asked).members.length, 2);
  });

  test('settles by signal and by close, and takes back a command that waits', async () => {
    await using gateway = await FakeGateway.start();
    await using client = quickClient(gateway, WITH_MEMBERS);
    await assert.rejects(client.requestGuildMembers({ guildId: GUILD, query: 'a' }), { code: 'NOT_OPEN' });
    const opening = client.open();
    const peer = await gateway.accept();
    const over = new AbortController();
    const aborted = assert.rejects(
      client.requestGuildMembers({ guildId: GUILD, query: 'a', signal: over.signal }),
      { code: 'ABORTED' },
    );
    over.abort();
    await aborted;
    await assert.rejects(client.requestGuildMembers({ guildId: GUILD, query: 'a', signal: over.signal }), {
      code: 'ABORTED',
    });
    await peer.welcome();
    await opening;
    const closed = assert.rejects(client.requestGuildMembers({ guildId: GUILD, query: 'b' }), {
      code: 'CLOSED',
    });
    assert.equal((await peer.take(8)).query, 'b');
    await client.close();
    await closed;
  });

  test('is refused where the gateway would never answer, or could not read it', async () => {
    await using gateway = await FakeGateway.start();
    await using live = await goLive(gateway);
    const { client, peer } = live;
    await assert.rejects(client.requestGuildMembers({ guildId: GUILD, query: '' }), {
      code: 'MISSING_INTENT',
      message: /GUILD_MEMBERS/,
    });
    await assert.rejects(client.requestGuildMembers({ guildId: GUILD, userIds: ['1'], presences: true }), {
      code: 'MISSING_INTENT',
      message: /GUILD_PRESENCES/,
    });
    for (const request of [
      { guildId: 'guild' },
      { guildId: GUILD },
      { guildId: GUILD, query: 'a', userIds: ['1'] },
      { guildId: GUILD, userIds: [] },
      { guildId: GUILD, userIds: Array.from({ length: 101 }, String) },
      { guildId: GUILD, query: 'a', limit: 101 },
      { guildId: GUILD, query: 'a', timeoutMs: 0 },
    ]) {
      await assert.rejects(client.requestGuildMembers(request), { code: 'INVALID_OPTION' });
    }
    assert.deepEqual(peer.untaken, []);
  });
});
