import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openScene } from './support/scene.ts';

const CONTENTS = ['a', 'ü – 世界 🎲', 'x'.repeat(2_000)];

for (const compress of ['zlib-stream', 'zstd-stream']) {
  test(`${compress} carries Hello, READY, guilds, events and acknowledgements in binary frames`, async () => {
    await using scene = await openScene();
    const client = await scene.ready(
      { compress: true },
      { query: `v=10&encoding=json&compress=${compress}` },
    );
    await client.event('GUILD_CREATE');
    for (const content of CONTENTS) await scene.guildhall.say(scene.bot.botUserId, scene.channelId, content);
    for (const content of CONTENTS) assert.equal((await client.event('MESSAGE_CREATE')).d.content, content);
    await client.settle();
    assert.ok(client.binary.every((isBinary) => isBinary));
    const [session] = scene.guildhall.gateway.sessions(scene.bot.id);
    assert.equal(session?.compression, compress);
  });

  test(`${compress} begins anew on each connection, while the session goes on`, async () => {
    await using scene = await openScene();
    const query = `v=10&encoding=json&compress=${compress}`;
    const client = await scene.ready({}, { query });
    await client.settle();
    await client.close(4900);
    await scene.guildhall.say(scene.bot.botUserId, scene.channelId, 'missed');
    const again = await scene.open({ query });
    again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
    assert.equal((await again.event('MESSAGE_CREATE')).d.content, 'missed');
    await again.event('RESUMED');
  });
}

describe('without a stream', () => {
  test('everything is text unless Identify asks for compression', async () => {
    await using scene = await openScene();
    const client = await scene.ready();
    await client.event('GUILD_CREATE');
    assert.ok(client.binary.every((isBinary) => !isBinary));
    assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id)?.compression, 'none');
  });

  test('compress in Identify makes large messages zlib blobs and leaves Hello and small ones text', async () => {
    await using scene = await openScene();
    const client = await scene.ready({ compress: true });
    await client.event('GUILD_CREATE');
    await client.settle();
    const kinds = client.received.map(
      ({ op, t }, index) => `${t ?? op} ${client.binary[index] ? 'binary' : 'text'}`,
    );
    assert.equal(kinds[0], '10 text');
    assert.ok(kinds.includes('GUILD_CREATE binary'));
    assert.equal(kinds.at(-1), '11 text');
    await client.close(4900);
    const again = await scene.open();
    again.resume(scene.bot.token, client.ready.d.session_id, 1);
    await again.event('RESUMED');
    assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id)?.compression, 'zlib-payload');
  });

  test('an Identify without it, later on the same connection, gets text again', async () => {
    await using scene = await openScene();
    const client = await scene.ready({ compress: true });
    await client.event('GUILD_CREATE');
    scene.guildhall.gateway.invalidate(client.ready.d.session_id, false);
    await client.op(9);
    client.identify(scene.bot.token, { compress: false });
    await client.event('GUILD_CREATE');
    assert.deepEqual(
      client.binary.filter((_, index) => client.received[index]?.t === 'GUILD_CREATE'),
      [true, false],
    );
  });

  test('an unknown compression is ignored', async () => {
    await using scene = await openScene();
    const client = await scene.ready({}, { query: 'v=10&encoding=json&compress=brotli-stream' });
    assert.ok(client.binary.every((isBinary) => !isBinary));
  });
});

for (const compress of ['', '&compress=zlib-stream', '&compress=zstd-stream']) {
  test(`ETF${compress} carries the whole conversation both ways in binary frames`, async () => {
    await using scene = await openScene();
    const query = `v=10&encoding=etf${compress}`;
    const client = await scene.ready({ compress: true }, { query });
    assert.equal((await client.event('GUILD_CREATE')).d.id, scene.guild.id);
    await scene.guildhall.say(scene.bot.botUserId, scene.channelId, 'ü – 世界 🎲');
    assert.equal((await client.event('MESSAGE_CREATE')).d.content, 'ü – 世界 🎲');
    client.send(8, { guild_id: scene.guild.id, query: 'a', limit: 5, nonce: 'n' });
    assert.equal((await client.event('GUILD_MEMBERS_CHUNK')).d.nonce, 'n');
    await client.settle();
    assert.ok(client.binary.every((isBinary) => isBinary));
    const session = scene.guildhall.gateway.session(client.ready.d.session_id);
    assert.deepEqual([session?.encoding, session?.compression], ['etf', compress.slice(10) || 'none']);
    await client.close(4900);
    await scene.guildhall.say(scene.bot.botUserId, scene.channelId, 'missed');
    const again = await scene.open({ query });
    again.resume(scene.bot.token, client.ready.d.session_id, client.lastSeq);
    assert.equal((await again.event('MESSAGE_CREATE')).d.content, 'missed');
    await again.event('RESUMED');
  });
}

test('s, t and op stand before d in every dispatch', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  await scene.say('hello');
  await client.event('MESSAGE_CREATE');
  for (const [index, text] of client.texts.entries()) {
    if (client.received[index]?.op === 0) assert.match(text, /^\{"s": *\d+,"t":"[A-Z_]+","op":0,"d":\{/);
  }
});
