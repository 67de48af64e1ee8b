import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const EXPRESSIONS = 1n << 43n;
const FIELDS = { name: 'wave', description: 'hello there', tags: '👋' };
const LOTTIE = { v: '5.5.2', w: 320, h: 320, ip: 0, op: 120, fr: 60, layers: [] };

function gif(width: number, height: number): Buffer {
  const head = Buffer.from('GIF89a\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return head;
}

/** A PNG head with one more chunk behind it. */
function pngWith(type: string): Buffer {
  const chunk = Buffer.alloc(12);
  chunk.write(type, 4, 'latin1');
  return Buffer.concat([pngHead(320, 320), chunk]);
}

/** An APNG of frames that last so long each. */
function apng(...seconds: readonly number[]): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const frames = seconds.map((length) => {
    const control = Buffer.alloc(26);
    // In milliseconds, but for whole seconds, whose unit is left to the default of 1/100.
    const isWhole = Number.isInteger(length);
    control.writeUInt16BE(length * (isWhole ? 100 : 1_000), 20);
    control.writeUInt16BE(isWhole ? 0 : 1_000, 22);
    return Buffer.concat([chunk('fcTL', control), chunk('fdAT', Buffer.alloc(9))]);
  });
  const signature = pngHead(320, 320).subarray(0, 8);
  const header = Buffer.from(pngHead(320, 320).subarray(16, 24));
  const ihdr = chunk('IHDR', Buffer.concat([header, Buffer.alloc(5)]));
  return Buffer.concat([signature, ihdr, chunk('acTL', Buffer.alloc(8)), ...frames]);
}

/** A GIF of frames that last so many hundredths of a second each, every other one with colours of its own. */
function movingGif(...delays: readonly number[]): Buffer {
  const frames = delays.map((delay, index) => {
    const colors = index % 2 === 0 ? 0 : 0x81;
    const table = Buffer.alloc(index % 2 === 0 ? 0 : 12, 0x21);
    const control = Buffer.from([0x21, 0xf9, 4, 0, delay & 0xff, delay >> 8, 0, 0]);
    const image = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, colors]);
    return Buffer.concat([control, image, table, Buffer.from([2, 2, 0x4c, 1, 0])]);
  });
  const comment = Buffer.from([0x21, 0xfe, 3, 0x21, 0xf9, 4, 0]);
  return Buffer.concat([gif(320, 320), comment, ...frames, Buffer.from([0x3b])]);
}

/** A sticker as discord.js sends it: fields beside one file. */
function create(
  { bot, guild }: TestServer,
  bytes: Buffer | string | null,
  fields: Record<string, string> = FIELDS,
) {
  const files = bytes === null ? [] : [{ field: 'file', filename: 'sticker.png', bytes }];
  return bot('POST', `/guilds/${guild.id}/stickers`, undefined, multipart(fields, files));
}

async function open(features: readonly string[] = []): Promise<TestServer> {
  const server = await startTestServer();
  server.world.roles.update(server.botRole.id, { permissions: EXPRESSIONS });
  server.world.guilds.update(server.guild.id, { features });
  await server.world.committed();
  return server;
}

describe('a sticker', () => {
  test('is made of a file, heard of, entered in the log and served', async () => {
    await using server = await open();
    const { world, guild, application, app } = server;
    const events = recordEvents(server);
    const bytes = pngWith('IDAT');
    const answer = await create(server, bytes);
    assert.equal(answer.statusCode, 201);
    const sticker = answer.json();
    assert.deepEqual(
      { ...sticker, id: '', user: sticker.user.id },
      {
        ...FIELDS,
        id: '',
        guild_id: guild.id,
        format_type: 1,
        type: 2,
        available: true,
        user: application.botUserId,
      },
    );
    assert.deepEqual(dispatchNames(events), ['GUILD_STICKERS_UPDATE', 'GUILD_AUDIT_LOG_ENTRY_CREATE']);
    const served = await app.inject(`/stickers/${sticker.id}.png`);
    assert.deepEqual([served.statusCode, served.headers['content-type']], [200, 'image/png']);
    assert.deepEqual(served.rawPayload, bytes);
    assert.equal((await app.inject(`/stickers/${sticker.id}.gif`)).statusCode, 404);
    assert.equal((await app.inject('/stickers/..%2f1.png')).statusCode, 404);

    await server.bot('DELETE', `/guilds/${guild.id}/stickers/${sticker.id}`);
    assert.equal((await app.inject(`/stickers/${sticker.id}.png`)).statusCode, 404);
    assert.equal(world.files.bytes, 0);
  });

  const formats: readonly (readonly [what: string, bytes: Buffer | string, format: number, ext: string])[] = [
    ['an APNG', pngWith('acTL'), 2, 'png'],
    ['an APNG of five seconds', apng(2, 2, 0.5, 0.5), 2, 'png'],
    ['a GIF', gif(320, 200), 4, 'gif'],
    ['a GIF of five seconds', movingGif(250, 100, 150), 4, 'gif'],
    ['a Lottie file, in a verified guild,', JSON.stringify(LOTTIE), 3, 'json'],
  ];
  for (const [what, bytes, format, extension] of formats) {
    test(`can be ${what} that is served by its own extension`, async () => {
      await using server = await open(['VERIFIED']);
      const sticker = (await create(server, bytes)).json();
      assert.equal(sticker.format_type, format);
      assert.equal((await server.app.inject(`/stickers/${sticker.id}.${extension}`)).statusCode, 200);
    });
  }

  const lottie = (change: object) => JSON.stringify({ ...LOTTIE, ...change });
  const refused: readonly (readonly [what: string, bytes: Buffer | string | null, code: number])[] = [
    ['without a file', null, 50_035],
    ['of a JPEG', Buffer.from('ffd8ffc0000b080010001003011100', 'hex'), 50_046],
    ['of something else', 'hello', 50_046],
    ['of more than 320 pixels', pngHead(321, 10), 50_035],
    ['of more than 512 KiB', Buffer.concat([pngHead(1, 1), Buffer.alloc(512 * 1_024)]), 40_005],
    ['of an APNG of more than five seconds', apng(2, 2, 0.5, 0.501), 170_007],
    ['of a GIF of more than five seconds', movingGif(250, 100, 151), 170_007],
    ['of broken JSON', '{', 170_001],
    ['of a Lottie file without a frame rate', lottie({ fr: null }), 170_001],
    ['of a Lottie file with a picture', lottie({ assets: [{ p: 'data:image/png;base64,' }] }), 170_002],
    ['of a Lottie file with too many frames', lottie({ op: 1_001 }), 170_004],
    ['of a Lottie file that is too wide', lottie({ w: 321 }), 170_005],
    ['of a Lottie file that does not move', lottie({ fr: 0 }), 170_006],
    ['of a Lottie file of six seconds', lottie({ op: 360 }), 170_007],
  ];
  for (const [what, bytes, code] of refused) {
    test(`${what} is refused, and nothing of it is kept`, async () => {
      await using server = await open(['PARTNERED']);
      assert.equal((await create(server, bytes)).json().code, code);
      assert.equal(server.world.stickers.ofGuild(server.guild.id).size, 0);
      assert.equal(server.world.files.bytes, 0);
    });
  }

  test('of Lottie is for verified and partnered guilds', async () => {
    await using server = await open();
    assert.equal((await create(server, JSON.stringify(LOTTIE))).json().code, 50_013);
  });

  test('needs the permission, a name and tags', async () => {
    await using server = await open();
    const { errors } = (await create(server, pngHead(1, 1), { name: 'x', tags: '' })).json();
    assert.deepEqual(Object.keys(errors).sort(), ['name', 'tags']);
    for (const id of [server.botRole.id, server.guild.id]) {
      server.world.roles.update(id, { permissions: 1024n });
    }
    assert.equal((await create(server, pngHead(1, 1))).json().code, 50_013);
  });

  test('finds five slots, and fifteen in a guild of the first tier', async () => {
    await using server = await open();
    const { world, guild, owner } = server;
    for (let count = 0; count < 5; count += 1) {
      assert.equal((await create(server, pngHead(1, 1))).statusCode, 201);
    }
    assert.equal((await create(server, pngHead(1, 1))).json().code, 30_039);
    assert.equal((await owner('PATCH', `/guilds/${guild.id}`, { premium_tier: 1 })).statusCode, 200);
    assert.equal((await create(server, pngHead(1, 1))).statusCode, 201);
    world.guilds.delete(guild.id);
    await world.committed();
    assert.equal(world.files.bytes, 0);
  });
});

describe('stickers of a message', () => {
  test('are of its guild, three at most, and shown with name and format', async () => {
    await using server = await open();
    const { bot, world, guild, channel, alice } = server;
    const input = { ...FIELDS, formatType: 1, creatorId: alice.id };
    const { id } = world.stickers.create(guild.id, input);
    const foreign = world.guilds.create({ name: 'Foreign', ownerId: alice.id });
    const theirs = world.stickers.create(foreign.id, input).id;
    const send = (sticker_ids: string[]) => bot('POST', `/channels/${channel.id}/messages`, { sticker_ids });
    assert.deepEqual((await send([id])).json().sticker_items, [{ id, name: 'wave', format_type: 1 }]);
    assert.equal((await send([theirs])).json().code, 50_081);
    assert.equal((await send(['1'])).json().code, 50_081);
    assert.equal((await send([id, id, id, id])).json().code, 50_035);
    assert.equal((await send([])).json().code, 50_006);
    const dm = world.channels.openDm(server.application.botUserId, alice.id);
    const inDm = await bot('POST', `/channels/${dm.id}/messages`, { sticker_ids: [id] });
    assert.equal(inDm.json().code, 50_081);
  });
});

test('there are no packs of standard stickers', async () => {
  await using server = await open();
  assert.deepEqual((await server.bot('GET', '/sticker-packs')).json(), { sticker_packs: [] });
  assert.equal((await server.bot('GET', '/sticker-packs/1')).json().code, 10_061);
});
