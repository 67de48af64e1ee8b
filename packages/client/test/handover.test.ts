import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type GatewayClientOptions,
  type Logger,
  MemorySessionStore,
  type SessionRecord,
  type SessionStore,
} from '@guildhall/client';
import { FakeGateway } from './support/fake-gateway.ts';
import { collect, goLive, quickClient, TOKEN } from './support/fixtures.ts';
import { Mailbox } from './support/mailbox.ts';

const RESUME = { token: TOKEN, session_id: 'session-1', seq: 2 };

/** Warnings with the reason why sessions were refused. */
function refusalLog(): { readonly logger: Logger; readonly refusals: unknown[] } {
  const refusals: unknown[] = [];
  const nothing = (): void => {};
  const warn = (fields: unknown): void => {
    if (typeof fields === 'object' && fields !== null && 'refusal' in fields) refusals.push(fields);
  };
  return { logger: { debug: nothing, info: nothing, warn, error: nothing }, refusals };
}

/** A snapshot of a client that has seen events 1 and 2. */
async function snapshotOf(
  gateway: FakeGateway,
  options: Partial<GatewayClientOptions> = {},
): Promise<SessionRecord> {
  const { client, peer } = await goLive(gateway, options);
  const guilds = collect(client, 'GUILD_CREATE');
  peer.dispatch('GUILD_CREATE', 2);
  await guilds.take();
  const snapshot = await client.detach();
  assert.equal(await peer.closed, 4900, 'a code after which Discord keeps the session');
  return snapshot;
}

describe('detach and attach', () => {
  test('take a session from one client to another, through JSON, without an identify', async () => {
    await using gateway = await FakeGateway.start();
    const snapshot = await snapshotOf(gateway);
    await using client = quickClient(gateway);
    client.attach(JSON.parse(JSON.stringify(snapshot)));
    const guilds = collect(client, 'GUILD_CREATE');
    const opening = client.open();
    const peer = await gateway.accept();
    peer.hello();
    assert.deepEqual(await peer.take(6), RESUME);
    peer.dispatch('GUILD_CREATE', 3, { id: 'missed' });
    peer.dispatch('RESUMED', 4);
    await opening;
    assert.equal((await guilds.take()).id, 'missed');
  });

  test('leave nothing behind: the next open of the first client begins a new session', async () => {
    await using gateway = await FakeGateway.start();
    const { client, peer } = await goLive(gateway);
    await client.detach();
    await peer.closed;
    const opening = client.open();
    await (await gateway.accept()).welcome({ sessionId: 'session-2' });
    await opening;
    await client.close();
    await assert.rejects(client.detach(), { code: 'NOT_OPEN' });
  });

  test('refuse to work in the wrong state', async () => {
    await using gateway = await FakeGateway.start();
    await assert.rejects(quickClient(gateway).detach(), { code: 'NOT_OPEN' });
    const { client } = await goLive(gateway);
    assert.throws(() => client.attach({}), { code: 'ALREADY_OPEN' });
    await client.close();
  });

  test('hand over a shard that was away, too', async () => {
    await using gateway = await FakeGateway.start();
    const { client, peer } = await goLive(gateway);
    const lost = collect(client, 'shardDisconnected');
    gateway.turnAway({ status: 503 });
    peer.cut();
    await lost.take();
    const snapshot = await client.detach();
    assert.deepEqual(
      snapshot.sessions.map(({ shard, id, seq }) => [shard, id, seq]),
      [[0, 'session-1', 1]],
    );
  });

  test('remember the session starts that were counted', async () => {
    await using gateway = await FakeGateway.start();
    const snapshot = await snapshotOf(gateway);
    assert.equal(snapshot.identifyBudget.remaining, 999);
    await using client = quickClient(gateway, { identify: { reserve: 998 } });
    client.attach({ ...snapshot, shardCount: 2 });
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    assert.equal(client.identifyBudget.remaining, 998);
    await client.close();
    await assert.rejects(client.open(), { code: 'SESSION_START_LIMIT' });
  });

  const refusals: readonly (readonly [
    what: string,
    refusal: string,
    options: Partial<GatewayClientOptions>,
    change: object,
  ])[] = [
    ['another bot', 'bot', { token: 'NDI.other.bot' }, {}],
    ['a token that was reset', 'token', { token: TOKEN.replace('secret', 'newest') }, {}],
    ['other intents', 'intents', { intents: 1 }, {}],
    ['another number of shards', 'shard-count', { shards: { ids: [0], count: 2 } }, {}],
    ['an old time', 'age', {}, { savedAtMs: Date.now() - 700_000 }],
    ['another version', 'version', {}, { version: 9 }],
    ['nobody', 'malformed', {}, { sessions: 'none' }],
  ];
  for (const [what, refusal, options, change] of refusals) {
    test(`a snapshot of ${what} is refused with a reason, and the client identifies`, async () => {
      await using gateway = await FakeGateway.start();
      const snapshot = await snapshotOf(gateway);
      const { logger, refusals } = refusalLog();
      await using client = quickClient(gateway, { logger, ...options });
      client.attach({ ...snapshot, ...change });
      const opening = client.open();
      await (await gateway.accept()).welcome({ sessionId: 'session-2' });
      await opening;
      assert.deepEqual(refusals, [{ source: 'snapshot', refusal }]);
    });
  }

  test('a session whose address was changed is resumed through the base URL', async () => {
    await using gateway = await FakeGateway.start();
    const { sessions, ...rest } = await snapshotOf(gateway);
    const stolen = sessions.map((session) => ({ ...session, resumeGatewayUrl: 'ws://evil.example/' }));
    await using client = quickClient(gateway);
    client.attach({ ...rest, sessions: stolen });
    const opening = client.open();
    assert.deepEqual(await (await gateway.accept()).welcomeBack(3), RESUME);
    await opening;
  });
});

/** Memory that tells about each save. */
class WatchedStore extends MemorySessionStore {
  readonly saves = new Mailbox<SessionRecord>('a save');

  override save(record: SessionRecord): void {
    super.save(record);
    this.saves.put(record);
  }
}

describe('a session store', () => {
  test('lets the next process resume what close has kept', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new MemorySessionStore();
    const { client, peer } = await goLive(gateway, { sessionStore });
    await client.close({ session: 'keep' });
    await peer.closed;
    await using next = quickClient(gateway, { sessionStore });
    const opening = next.open();
    assert.deepEqual(await (await gateway.accept()).welcomeBack(2), { ...RESUME, seq: 1 });
    await opening;
  });

  test('is told of a new session at once, so that an early crash does not cost another start', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new WatchedStore();
    await using live = await goLive(gateway, { sessionStore, sessions: { saveEveryMs: 100 } });
    let saved = await sessionStore.saves.take();
    while (saved.sessions.length === 0) saved = await sessionStore.saves.take();
    assert.equal(saved.sessions[0]?.id, 'session-1');
    assert.equal(saved.identifyBudget.remaining, 999);
    live.peer.dispatch('GUILD_CREATE', 2);
    while (saved.sessions[0]?.seq !== 2) saved = await sessionStore.saves.take();
  });

  test('keeps no session that was ended, but the session starts', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new MemorySessionStore();
    const { client } = await goLive(gateway, { sessionStore });
    await client.close();
    const record = sessionStore.load();
    assert.deepEqual(record?.sessions, []);
    assert.equal(record?.identifyBudget.remaining, 999);
  });

  test('forgets what was kept when the client is then closed for good', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new MemorySessionStore();
    const { client } = await goLive(gateway, { sessionStore });
    await client.close({ session: 'keep' });
    assert.equal(sessionStore.load()?.sessions.length, 1);
    await client.close({ session: 'end' });
    assert.deepEqual(sessionStore.load()?.sessions, []);
  });

  test('keeps what was kept when the client then leaves its scope, closed or being closed', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new MemorySessionStore();
    for (const waits of [true, false]) {
      {
        await using client = quickClient(gateway, { sessionStore });
        const opening = client.open();
        const peer = await gateway.accept();
        if (waits) await peer.welcome();
        else await peer.welcomeBack(2);
        await opening;
        const closing = client.close({ session: 'keep' });
        if (waits) await closing;
      }
      assert.equal(sessionStore.load()?.sessions.length, 1);
    }
  });

  test('forgets what is being kept when the client is closed for good meanwhile', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore = new MemorySessionStore();
    const { client } = await goLive(gateway, { sessionStore });
    await Promise.all([client.close({ session: 'keep' }), client.close({ session: 'end' })]);
    assert.deepEqual(sessionStore.load()?.sessions, []);
  });

  test('that fails is a problem each time, and stops nothing', async () => {
    await using gateway = await FakeGateway.start();
    const sessionStore: SessionStore = {
      load: () => Promise.reject(new Error('the disk is gone')),
      save: () => {
        throw new Error('still gone');
      },
    };
    const client = quickClient(gateway, { sessionStore });
    const errors = collect(client, 'error');
    const opening = client.open();
    await (await gateway.accept()).welcome();
    await opening;
    const load = await errors.take();
    assert.equal(load.code, 'SESSION_STORE');
    assert.match(load.message, /could not load: the disk is gone/);
    await client.close();
    assert.match((await errors.take()).message, /could not save: still gone/);
  });

  test('that hangs keeps neither close waiting beyond its deadline, nor gets more than it can take', async () => {
    await using gateway = await FakeGateway.start();
    let saves = 0;
    const sessionStore: SessionStore = {
      load: () => null,
      save: () => {
        saves += 1;
        return new Promise(() => {});
      },
    };
    const { client } = await goLive(gateway, { sessionStore, sessions: { saveEveryMs: 100 } });
    const errors = collect(client, 'error');
    await client.close({ session: 'keep', deadlineMs: 50 });
    assert.match((await errors.take()).message, /no answer within 50 ms/);
    assert.equal(saves, 1);
  });

  test('is not asked where a snapshot is attached', async () => {
    await using gateway = await FakeGateway.start();
    const snapshot = await snapshotOf(gateway);
    const sessionStore: SessionStore = { load: () => assert.fail('it was asked'), save: () => {} };
    await using client = quickClient(gateway, { sessionStore });
    client.attach(snapshot);
    const opening = client.open();
    assert.deepEqual(await (await gateway.accept()).welcomeBack(3), RESUME);
    await opening;
  });
});
