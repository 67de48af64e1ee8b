import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { safeFilename } from '../../src/world/attachments.ts';
import { FolderFileStore } from '../../src/world/store/folder-file-store.ts';
import { MemoryStore } from '../../src/world/store/memory-store.ts';
import { SqliteStore } from '../../src/world/store/sqlite-store.ts';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { openTown } from '../world/support.ts';

const TEXT = { field: 'files[0]', filename: 'notes.txt', bytes: 'hello' };

function post(server: TestServer, payload: object | null, files: Parameters<typeof multipart>[1]) {
  return server.bot('POST', `/channels/${server.channel.id}/messages`, undefined, multipart(payload, files));
}

/** What a client gets that follows the address of an attachment. */
function follow(server: TestServer, url: string, headers: Record<string, string> = {}) {
  return server.app.inject({ method: 'GET', url: new URL(url).pathname, headers });
}

describe('files of messages', () => {
  test('come with a message, are described, and are found at their address', async () => {
    await using server = await startTestServer();
    const response = await post(
      server,
      {
        content: 'look',
        attachments: [
          { id: 0, description: 'a note' },
          { id: '1', filename: 'my picture!.png' },
        ],
      },
      [TEXT, { field: 'files[1]', filename: 'x.bin', bytes: pngHead(640, 480) }],
    );
    assert.equal(response.statusCode, 200, response.body);
    const { attachments, content } = response.json();
    assert.equal(content, 'look');
    assert.partialDeepStrictEqual(attachments, [
      { filename: 'notes.txt', size: 5, description: 'a note', content_type: 'text/plain; charset=utf-8' },
      {
        filename: 'my_picture.png',
        title: 'my picture!',
        content_type: 'image/png',
        width: 640,
        height: 480,
      },
    ]);
    const file = await follow(server, attachments[0].url);
    assert.equal(file.body, 'hello');
    assert.partialDeepStrictEqual(file.headers, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'inline; filename="notes.txt"',
      'x-content-type-options': 'nosniff',
      'content-length': '5',
    });
  });

  test('need no content beside them, nor a payload, and are taken by the names that libraries give them', async () => {
    await using server = await startTestServer();
    for (const field of ['file', 'file0', 'files[0]', 'anything']) {
      const response = await post(server, null, [{ ...TEXT, field }]);
      assert.equal(response.statusCode, 200, `${field}: ${response.body}`);
      assert.equal(response.json().attachments.length, 1);
    }
  });

  test('may be missing from a form, which is then urlencoded with some libraries', async () => {
    await using server = await startTestServer();
    const path = `/channels/${server.channel.id}/messages`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = (fields: Record<string, string>) =>
      server.app.inject({
        method: 'POST',
        url: `/api/v10${path}`,
        headers: { ...headers, authorization: `Bot ${server.token}` },
        payload: new URLSearchParams(fields).toString(),
      });
    const sent = await form({ payload_json: JSON.stringify({ content: 'a & b = ü' }) });
    assert.deepEqual([sent.statusCode, sent.json().content], [200, 'a & b = ü']);
    assert.equal((await form({ payload_json: '{' })).json().code, 50109);
    assert.equal((await form({ content: 'plain' })).json().content, 'plain');
  });

  test('that an embed shows are shown there alone', async () => {
    await using server = await startTestServer();
    const response = await post(server, { embeds: [{ image: { url: 'attachment://a.png' } }] }, [
      { field: 'files[0]', filename: 'a.png', bytes: pngHead(1, 1) },
    ]);
    const { attachments, embeds, id } = response.json();
    assert.deepEqual(attachments, []);
    assert.match(embeds[0].image.url, /^http:\/\/127\.0\.0\.1\/attachments\/\d+\/\d+\/a\.png$/);
    assert.equal((await follow(server, embeds[0].image.url)).statusCode, 200);

    const edited = await server.bot('PATCH', `/channels/${server.channel.id}/messages/${id}`, {
      embeds: [{ title: 'still there', thumbnail: { url: embeds[0].image.url } }],
      attachments: [],
    });
    assert.equal(edited.json().embeds[0].thumbnail.url, embeds[0].image.url);
    assert.equal((await follow(server, embeds[0].image.url)).statusCode, 200);
  });

  test('stay, come and go as an edit says', async () => {
    await using server = await startTestServer();
    const path = `/channels/${server.channel.id}/messages`;
    const created = (
      await post(server, { content: 'two' }, [TEXT, { ...TEXT, field: 'files[1]', filename: 'b.txt' }])
    ).json();
    const [first, second] = created.attachments;
    const kept = await server.bot('PATCH', `${path}/${created.id}`, { content: 'still two' });
    assert.equal(kept.json().attachments.length, 2);

    const edited = await server.bot(
      'PATCH',
      `${path}/${created.id}`,
      undefined,
      multipart({ attachments: [{ id: second.id, description: 'kept' }, { id: 0 }] }, [
        { ...TEXT, filename: 'c.txt' },
      ]),
    );
    assert.deepEqual(
      edited
        .json()
        .attachments.map(({ filename, description }: Record<string, string>) => [filename, description]),
      [
        ['b.txt', 'kept'],
        ['c.txt', undefined],
      ],
    );
    assert.equal((await follow(server, first.url)).statusCode, 404);
    assert.equal((await follow(server, second.url)).statusCode, 200);

    const unknown = await server.bot('PATCH', `${path}/${created.id}`, { attachments: [{ id: first.id }] });
    assert.equal(unknown.statusCode, 400);
    const emptied = await server.bot('PATCH', `${path}/${created.id}`, { content: '', attachments: [] });
    assert.equal(emptied.json().code, 50006);
    const before = server.world.files.bytes;
    assert.equal((await server.bot('DELETE', `${path}/${created.id}`)).statusCode, 204);
    assert.equal(before > 0 && server.world.files.bytes, 0);
  });

  test('leave with their channel', async () => {
    await using server = await startTestServer();
    const { attachments } = (await post(server, { content: 'x' }, [TEXT])).json();
    server.world.channels.delete(server.channel.id);
    await server.world.committed();
    assert.equal((await follow(server, attachments[0].url)).statusCode, 404);
    assert.equal(server.world.files.bytes, 0);
  });

  test('are given in part to those who ask for a part', async () => {
    await using server = await startTestServer();
    const { attachments } = (await post(server, null, [{ ...TEXT, bytes: '0123456789' }])).json();
    const rows: readonly [range: string, status: number, body: string, contentRange?: string][] = [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=1-2,4-5', 200, '0123456789'],
      ['lines=1-2', 200, '0123456789'],
    ];
    for (const [range, status, body, contentRange] of rows) {
      const response = await follow(server, attachments[0].url, { range });
      assert.deepEqual(
        [response.statusCode, response.body, response.headers['content-range']],
        [status, body, contentRange],
        range,
      );
    }
  });
});

describe('files that are refused', () => {
  test('leave nothing behind', async () => {
    await using server = await startTestServer();
    const { world } = server;
    const eleven = Array.from({ length: 11 }, (_, index) => ({ ...TEXT, field: `files[${index}]` }));
    const big = { ...TEXT, bytes: Buffer.alloc(world.limits.attachmentBytes + 1) };
    const rows: readonly [string, object | null, Parameters<typeof multipart>[1], number, number][] = [
      ['too many', null, eleven, 400, 50035],
      ['one too large', null, [TEXT, { ...big, field: 'files[1]' }], 413, 40005],
      ['described without coming', { attachments: [{ id: 3 }] }, [TEXT], 400, 50035],
      ['beside bad JSON fields', { content: 'x'.repeat(2001) }, [TEXT], 400, 50035],
    ];
    for (const [name, payload, files, status, code] of rows) {
      const response = await post(server, payload, files);
      assert.deepEqual([response.statusCode, response.json().code], [status, code], name);
    }
    const { payload, headers } = multipart({}, [TEXT]);
    for (const cut of [payload.subarray(0, -30), payload.subarray(0, 40), Buffer.alloc(0)]) {
      const url = `/channels/${server.channel.id}/messages`;
      const response = await server.bot('POST', url, undefined, { payload: cut, headers });
      assert.equal(response.statusCode, 400, response.body);
    }
    // What was received is let go of after the answer.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(world.files.bytes, 0);
    assert.equal(world.messages.list(server.channel.id, { limit: 10 }).length, 0);
  });

  test('without ATTACH_FILES, and on routes that take none', async () => {
    await using server = await startTestServer();
    const { world, guild, channel } = server;
    world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: String(1n << 15n) });
    assert.equal((await post(server, { content: 'x' }, [TEXT])).json().code, 50013);
    const other = await server.bot('PATCH', '/users/@me', undefined, multipart({}, [TEXT]));
    assert.equal(other.json().code, 50035);
    assert.equal(world.files.bytes, 0);
  });

  test('beyond the room that the world has for them', async () => {
    const { world } = await openTown({ limits: { fileBytes: 10 } });
    async function* bytes(count: number) {
      yield Buffer.alloc(count);
    }
    const file = await world.files.receive(bytes(6), 100);
    await assert.rejects(world.files.receive(bytes(5), 100), { code: 'LIMIT_REACHED:fileBytes' });
    await world.files.discard([file]);
    await world.files.receive(bytes(10), 100);
    assert.equal(world.files.bytes, 10);
  });
});

describe('addresses of files', () => {
  test('name what is there, exactly', async () => {
    await using server = await startTestServer();
    const { attachments } = (await post(server, null, [{ ...TEXT, filename: 'page.html' }])).json();
    const path = new URL(attachments[0].url).pathname;
    const served = await server.app.inject({ method: 'GET', url: path });
    assert.partialDeepStrictEqual(served.headers, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="page.html"',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    for (const other of [
      path.replace('page', 'other'),
      path.replace(server.channel.id, server.guild.id),
      `${path}/../page.html/..`,
      `/attachments/..%2f..%2fetc/passwd/x`,
      `/attachments/${server.channel.id}/%2e%2e/page.html`,
    ]) {
      assert.equal((await server.app.inject({ method: 'GET', url: other })).statusCode, 404, other);
    }
  });

  test('hold no more of a name than is harmless', () => {
    const rows: readonly [given: string, kept: string][] = [
      ['a b.png', 'a_b.png'],
      ['../../etc/passwd', 'passwd'],
      ['C:\\Users\\me\\x.txt', 'x.txt'],
      ['.htaccess', 'htaccess'],
      ['"quoted";.png', 'quoted.png'],
      ['日本.png', 'png'],
      ['', 'unknown'],
      ['..', 'unknown'],
      [`${'x'.repeat(300)}.png`, `${'x'.repeat(124)}.png`],
    ];
    for (const [given, kept] of rows) assert.equal(safeFilename(given), kept);
  });
});

describe('the folder of files', () => {
  test('survives with the database, and loses what no row names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-files-'));
    try {
      const path = join(folder, 'world.sqlite');
      const first = await openTown({ store: await SqliteStore.open({ path }) });
      async function* bytes() {
        yield Buffer.from('kept');
      }
      const kept = await first.world.files.receive(bytes(), 100);
      await first.world.files.receive(bytes(), 100);
      const message = first.world.messages.create({
        channelId: first.channel.id,
        authorId: first.human.id,
        attachments: [{ file: kept, filename: 'kept.txt' }],
      });
      await first.world.close();
      assert.equal(readdirSync(`${path}-files`).length, 2);

      const second = await openTown({ store: await SqliteStore.open({ path }) });
      assert.deepEqual(readdirSync(`${path}-files`), [kept.id]);
      const [attachment] = second.world.messages.require(message.channel_id, message.id).attachments;
      assert.equal(attachment?.filename, 'kept.txt');
      second.world.messages.delete(message.channel_id, message.id);
      await second.world.close();
      assert.deepEqual(readdirSync(`${path}-files`), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('takes ids for names and nothing else', async () => {
    const store = new FolderFileStore(join(tmpdir(), 'guildhall-never-made'));
    assert.throws(() => store.read('../x', 0, 1), TypeError);
    await assert.rejects(new MemoryStore().files.read('1', 0, 1).toArray());
  });
});
