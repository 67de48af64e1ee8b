import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startGuildhall } from '../../src/index.ts';
import { MIGRATION_NAMES } from '../../src/world/store/migrations.ts';
import { SqliteStore } from '../../src/world/store/sqlite-store.ts';
import type { StoredWorld } from '../../src/world/store/store.ts';
import { StoreError, type StoreErrorCode } from '../../src/world/store/store-error.ts';
import { World } from '../../src/world/world.ts';
import { openTown, recordingLog, START_MS, type Town } from './support.ts';

const STARTER = fileURLToPath(new URL('./fixtures/starter.ts', import.meta.url));
const WRITER = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url));
const MESSAGES_BEFORE_KILL = 60;
const STARTS_BEFORE_KILL = 12;
const PROGRAM_DEADLINE_MS = 20_000;
const DAY_MS = 86_400_000;

const folder = mkdtempSync(join(tmpdir(), 'guildhall-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function newPath(): string {
  return join(folder, `${files++}.sqlite`);
}

async function openTownOn(path: string, options: object = {}): Promise<Town> {
  return openTown({ store: await SqliteStore.open({ path }), ...options });
}

async function stored(path: string): Promise<StoredWorld> {
  const store = await SqliteStore.open({ path });
  try {
    return await store.load();
  } finally {
    await store.close();
  }
}

function fails(code: StoreErrorCode, path: string): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code && error.message.includes(path);
}

describe('a world in a file', () => {
  test('is found again with all that guilds have, and without what has been deleted', async () => {
    const path = newPath();
    const { world, guild, channel, human, owner, bot, application } = await openTownOn(path);
    const stage = world.channels.create(guild.id, { name: 'stage', type: 13 });
    const creatorId = owner.id;
    const actor = { userId: owner.id, reason: 'why' };
    world.bans.create(guild.id, human.id, { reason: 'spam' }, actor);
    const lifted = world.users.create({ username: 'forgiven' });
    world.bans.create(guild.id, lifted.id);
    world.bans.remove(guild.id, lifted.id);
    const invite = world.invites.create({ channelId: channel.id, inviterId: owner.id });
    const gone = world.invites.create({ channelId: channel.id, inviterId: owner.id, maxAge: 1 });
    world.invites.delete(gone.code);
    const emoji = world.emojis.createInGuild(guild.id, { name: 'blob', animated: true, creatorId });
    const own = { name: 'own', animated: false, creatorId: bot.id };
    world.emojis.createInApplication(application.id, own);
    world.stickers.create(guild.id, {
      name: 'wave',
      description: null,
      tags: 'hi',
      formatType: 1,
      creatorId,
    });
    world.soundboard.create(guild.id, { name: 'horn', creatorId });
    world.stageInstances.create({ channelId: stage.id, topic: 'talk' });
    const event = world.scheduledEvents.create(guild.id, {
      name: 'party',
      entityType: 1,
      channelId: stage.id,
      startTime: new Date(START_MS + 1_000).toISOString(),
      creatorId,
    });
    world.scheduledEvents.setInterested(guild.id, event.id, owner.id, true);
    world.autoModeration.create(guild.id, owner.id, {
      name: 'no',
      event_type: 1,
      trigger_type: 1,
      trigger_metadata: { keyword_filter: ['bad'] },
      actions: [{ type: 1, metadata: {} }],
      enabled: true,
      exempt_roles: [],
      exempt_channels: [],
    });
    const premium = world.skus.create(application.id, { name: 'premium' });
    world.entitlements.purchase(application.id, { skuId: premium.id, userId: human.id });
    await world.close();

    const options = { log: recordingLog().log, clock: () => START_MS };
    const again = await World.open({ store: await SqliteStore.open({ path }), ...options });
    const everything = (from: World) => ({
      bans: from.bans.list(guild.id, { limit: 10 }),
      auditLog: from.auditLog.list(guild.id, { limit: 10 }),
      invites: from.invites.ofGuild(guild.id),
      emojis: [...from.emojis.ofGuild(guild.id).values()],
      ownEmojis: [...from.emojis.ofApplication(application.id).values()],
      stickers: [...from.stickers.ofGuild(guild.id).values()],
      sounds: [...from.soundboard.ofGuild(guild.id).values()],
      stages: [...from.stageInstances.ofGuild(guild.id).values()],
      events: [...from.scheduledEvents.ofGuild(guild.id).values()],
      skus: from.skus.ofApplication(application.id),
      entitlements: [...from.entitlements.ofApplication(application.id).values()],
      rules: [...from.autoModeration.ofGuild(guild.id).values()],
    });
    assert.deepEqual(everything(again), everything(world));
    assert.deepEqual(again.invites.ofGuild(guild.id), [invite]);
    assert.deepEqual(again.emojis.get(emoji.id), emoji);

    again.guilds.delete(guild.id);
    await again.close();
    const rows = await stored(path);
    const left = Object.entries(rows).flatMap(([table, records]) =>
      records.some((record: object) => 'guild_id' in record && record.guild_id === guild.id) ? [table] : [],
    );
    assert.deepEqual(left, []);
  });

  test('is found again as it was', async () => {
    const path = newPath();
    const { world, guild, channel, human, bot, application, token } = await openTownOn(path);
    const role = world.roles.create(guild.id, { name: 'Blue', permissions: 8n });
    world.members.update(guild.id, human.id, { nick: "O'Neil; drop table", roles: [role.id] });
    world.channels.setOverwrite(channel.id, { id: role.id, type: 0, allow: '8', deny: '0' });
    const dm = world.channels.openDm(bot.id, human.id);
    const ids = Array.from({ length: 120 }, (_, i) => {
      const message = { channelId: channel.id, authorId: human.id, content: `message ${i} 😀\u0000` };
      return world.messages.create(message).id;
    });
    world.messages.create({ channelId: dm.id, authorId: human.id, content: 'psst', nonce: 5 });
    world.reactions.add(channel.id, ids[0] ?? '', bot.id, { id: null, name: '👍' });
    world.messages.delete(channel.id, ids[1] ?? '');
    world.meta.set('a', '1');
    world.meta.set('a', '2');
    await world.close();

    const again = await World.open({ store: await SqliteStore.open({ path }), log: recordingLog().log });
    assert.deepEqual(again.guilds.require(guild.id), guild);
    assert.deepEqual(again.roles.require(role.id), role);
    assert.deepEqual(again.channels.require(channel.id), world.channels.require(channel.id));
    assert.equal(again.channels.openDm(human.id, bot.id).id, dm.id);
    assert.deepEqual(
      [...again.members.ofGuild(guild.id).values()],
      [...world.members.ofGuild(guild.id).values()],
    );
    assert.deepEqual(
      again.messages.list(channel.id, { limit: 200 }),
      world.messages.list(channel.id, { limit: 200 }),
    );
    assert.deepEqual(again.messages.list(dm.id, { limit: 2 }), world.messages.list(dm.id, { limit: 2 }));
    assert.deepEqual(again.users.list(), world.users.list());
    assert.equal(again.applications.authenticate(token)?.id, application.id);
    assert.deepEqual([...again.guilds.ofUser(bot.id)], [guild.id]);
    assert.equal(again.access.can(human.id, channel.id, 8n), true);
    assert.equal(again.meta.get('a'), '2');
    await again.close();
  });

  test('keeps ids rising when the clock was set back', async () => {
    const path = newPath();
    const { world, channel, human } = await openTownOn(path);
    const message = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'before' });
    await world.close();
    const again = await World.open({
      store: await SqliteStore.open({ path }),
      log: recordingLog().log,
      clock: () => START_MS - 3_600_000,
    });
    assert.ok(BigInt(again.nextId()) > BigInt(message.id));
    await again.close();
  });

  test('loses what was deleted, with all that belonged to it', async () => {
    const path = newPath();
    const { world, guild, channel, human, application } = await openTownOn(path);
    const other = world.guilds.create({ name: 'Other', ownerId: human.id });
    const lobby = world.channels.create(other.id, { name: 'lobby' });
    const gone = world.channels.create(other.id, { name: 'gone' });
    const role = world.roles.create(other.id);
    for (const channelId of [channel.id, lobby.id, gone.id]) {
      world.messages.create({ channelId, authorId: human.id, content: 'hi' });
    }
    await world.committed();
    world.guilds.delete(guild.id);
    world.channels.delete(gone.id);
    world.roles.delete(role.id);
    world.applications.delete(application.id);
    await world.close();
    const rows = await stored(path);
    assert.deepEqual(
      rows.guilds.map(({ id }) => id),
      [other.id],
    );
    assert.deepEqual(
      rows.channels.map(({ id }) => id),
      [lobby.id],
    );
    assert.deepEqual(
      rows.messages.map(({ channel_id }) => channel_id),
      [lobby.id],
    );
    assert.deepEqual(
      rows.roles.map(({ id }) => id),
      [other.id],
    );
    assert.deepEqual(
      rows.members.map(({ guild_id, user_id }) => [guild_id, user_id]),
      [[other.id, human.id]],
    );
    assert.deepEqual(rows.applications, []);
  });

  test('a guild that is deleted and made again under its id in one turn has only what is new', async () => {
    const path = newPath();
    const { world, guild, human } = await openTownOn(path);
    world.guilds.update(guild.id, { name: 'Before' });
    world.guilds.delete(guild.id);
    world.guilds.create({ name: 'Again', ownerId: human.id, id: guild.id });
    await world.close();
    const rows = await stored(path);
    assert.deepEqual(
      rows.guilds.map(({ name }) => name),
      ['Again'],
    );
    assert.deepEqual(
      rows.members.map(({ user_id }) => user_id),
      [human.id],
    );
    assert.deepEqual(rows.channels, []);
  });

  test('forgets the oldest messages of a channel as memory does, and when the limit has shrunk', async () => {
    const path = newPath();
    const { world, channel, human } = await openTownOn(path, { limits: { messagesPerChannel: 5 } });
    const ids = Array.from({ length: 8 }, (_, i) => {
      return world.messages.create({ channelId: channel.id, authorId: human.id, content: `m${i}` }).id;
    });
    await world.close();
    const keptIds = async () => (await stored(path)).messages.map(({ id }) => id).sort();
    assert.deepEqual(await keptIds(), ids.slice(3));
    const store = await SqliteStore.open({ path });
    const again = await World.open({ store, log: recordingLog().log, limits: { messagesPerChannel: 2 } });
    await again.close();
    assert.deepEqual(await keptIds(), ids.slice(6));
  });

  test('a commit is all or nothing', async () => {
    const path = newPath();
    const store = await SqliteStore.open({ path });
    const meta = { kind: 'put', table: 'meta', record: { key: 'a', value: '1' } } as const;
    const bad = { kind: 'delete', table: 'no such table', id: '1' } as unknown as typeof meta;
    await assert.rejects(store.commit([meta, bad]));
    assert.deepEqual((await store.load()).meta, []);
    await store.commit([meta]);
    assert.deepEqual((await store.load()).meta, [meta.record]);
    await store.close();
  });
});

describe('opening a file', () => {
  test('that another store has open is refused, and possible once that one is closed', async () => {
    const path = newPath();
    const first = await SqliteStore.open({ path });
    await assert.rejects(SqliteStore.open({ path, busyTimeoutMs: 50 }), fails('STORE_IN_USE', path));
    await first.close();
    await first.close();
    const second = await SqliteStore.open({ path });
    await second.close();
  });

  test('of a newer version is refused and left as it is', async () => {
    const path = newPath();
    await (await SqliteStore.open({ path })).close();
    const names = () => {
      const database = new DatabaseSync(path);
      const rows = database.prepare('select name from kysely_migration').all();
      database.close();
      return rows.map((row) => row.name);
    };
    const database = new DatabaseSync(path);
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-flying-cars', '2031')");
    database.close();
    await assert.rejects(SqliteStore.open({ path }), fails('STORE_TOO_NEW', path));
    assert.deepEqual(names(), [...MIGRATION_NAMES, '9999-flying-cars']);
  });

  test('that is no database, or in no folder, is refused', async () => {
    const text = newPath();
    writeFileSync(text, 'This is a letter to my grandmother, not a database. '.repeat(20));
    await assert.rejects(SqliteStore.open({ path: text }), fails('STORE_UNREADABLE', text));
    const nowhere = join(folder, 'no', 'folder.sqlite');
    await assert.rejects(SqliteStore.open({ path: nowhere }), fails('STORE_UNREADABLE', nowhere));
  });

  test('with a damaged row is refused with the name of the table', async () => {
    const path = newPath();
    await (await SqliteStore.open({ path })).close();
    const database = new DatabaseSync(path);
    database.exec("insert into users (id, username, data) values ('1', 'x', '{')");
    database.close();
    const store = await SqliteStore.open({ path });
    await assert.rejects(store.load(), /damaged row in users/);
    await store.close();
  });

  test('after a migration that was cut off begins it again', async () => {
    const path = newPath();
    const database = new DatabaseSync(path);
    database.exec(
      'create table applications (id text primary key, data text not null, bot_user_id text not null)',
    );
    database.close();
    const store = await SqliteStore.open({ path });
    assert.deepEqual((await store.load()).applications, []);
    await store.close();
  });
});

/** Runs the program on the file until it has printed so many lines, then kills it; gives the words of each line. */
async function runUntilKilled(
  program: string,
  path: string,
  lines: number,
  onFirst?: () => Promise<void>,
): Promise<readonly (readonly string[])[]> {
  const child = spawn(process.execPath, ['--conditions=guildhall-source', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PROGRAM_DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const exited = once(child, 'exit');
  const printed: string[][] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line.split(' '));
    if (printed.length === 1) await onFirst?.();
    if (printed.length === lines) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL');
  assert.ok(printed.length >= lines, `${printed.length} lines printed`);
  return printed;
}

test('kill -9: whatever was confirmed is there, and the file opens at once', {
  timeout: 60_000,
}, async () => {
  const path = newPath();
  // While it lives the file is its own, for another process too.
  const isLocked = () =>
    assert.rejects(SqliteStore.open({ path, busyTimeoutMs: 0 }), fails('STORE_IN_USE', path));
  const confirmed = await runUntilKilled(WRITER, path, MESSAGES_BEFORE_KILL, isLocked);
  const world = await World.open({ store: await SqliteStore.open({ path }), log: recordingLog().log });
  for (const [channelId = '', messageId = ''] of confirmed) {
    assert.equal(world.messages.get(channelId, messageId)?.content, 'kept');
  }
  await world.close();
});

test('kill -9: the session starts that were counted stay counted until the day is over', {
  timeout: 60_000,
}, async () => {
  const file = newPath();
  const counted = await runUntilKilled(STARTER, file, STARTS_BEFORE_KILL);
  const [applicationId = '', count] = counted.at(-1) ?? [];
  await using hall = await startGuildhall({ store: { file }, log: 'silent' });
  const { total, remaining, reset_after } = hall.gateway.sessionStartLimit(applicationId);
  // One more may have been counted after the last line.
  assert.ok([Number(count), Number(count) + 1].includes(total - remaining), `${total - remaining} counted`);
  assert.ok(reset_after > DAY_MS - PROGRAM_DEADLINE_MS && reset_after <= DAY_MS, `${reset_after} ms`);
  hall.clock.advance(DAY_MS);
  assert.equal(hall.gateway.sessionStartLimit(applicationId).remaining, total);
});
