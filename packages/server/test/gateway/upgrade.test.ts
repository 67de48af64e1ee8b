import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { openScene } from './support/scene.ts';
import { ALL_UNPRIVILEGED, TestClient } from './support/test-client.ts';

for (const path of ['/', '', '/gateway', '/gateway/']) {
  test(`an upgrade of ${JSON.stringify(path)} says Hello`, async () => {
    await using scene = await openScene();
    await scene.open({ path });
  });
}

test('an upgrade of another path is answered with 404', async () => {
  await using scene = await openScene();
  assert.equal(await refusal(`${scene.guildhall.gatewayUrl}other?v=10`), 404);
});

test('an upgrade without a version is taken as version 10', async () => {
  await using scene = await openScene();
  assert.equal((await scene.ready({}, { query: '' })).ready.d.v, 10);
});

test('one connection more than allowed is answered with 503, and there is room when one has gone', async () => {
  await using scene = await openScene({ maxConnections: 1 });
  const client = await scene.open();
  assert.equal(await refusal(scene.guildhall.gatewayUrl), 503);
  await client.close();
  await scene.open();
});

test('permessage-deflate is not agreed to', async () => {
  await using scene = await openScene();
  const webSocket = new WebSocket(scene.guildhall.gatewayUrl, { perMessageDeflate: true });
  await new Promise((resolve) => webSocket.once('message', resolve));
  assert.equal(webSocket.extensions, '');
  webSocket.terminate();
});

test('what is sent with the upgrade, before Hello, is understood', async () => {
  await using scene = await openScene();
  const client = new TestClient(scene.guildhall.gatewayUrl);
  client.webSocket.once('open', () => client.identify(scene.bot.token));
  await client.event('READY');
});

test('a faulty frame costs its connection alone, and the session is kept', async () => {
  await using scene = await openScene();
  const client = await scene.ready();
  // An unmasked frame: RFC 6455 has the server fail the connection.
  const { _socket: socket } = client.webSocket as unknown as { readonly _socket: Socket };
  socket.write(Buffer.from([0x81, 0x01, 0x7b]));
  assert.equal((await client.closed).code, 1002);
  assert.equal(scene.guildhall.gateway.session(client.ready.d.session_id)?.state, 'detached');
});

test('a client that does not read is cut with 4000 and may resume', async () => {
  await using scene = await openScene({ maxWritableBytes: 1_048_576, closeTimeoutMs: 200 });
  const { world, gateway } = scene.guildhall;
  const client = await scene.ready({ intents: ALL_UNPRIVILEGED });
  await client.settle();
  const id = client.ready.d.session_id;
  client.webSocket.pause();
  const embeds = Array.from({ length: 5 }, () => ({ title: 'x', description: 'y'.repeat(4_000) }));
  for (let sent = 0; gateway.session(id)?.state === 'live' && sent < 2_000; sent += 1) {
    world.messages.create({
      channelId: scene.channelId,
      authorId: scene.bot.botUserId,
      content: `${sent}`,
      embeds,
    });
    if (sent % 20 === 0) await world.committed();
  }
  const session = gateway.session(id);
  assert.equal(session?.state, 'detached');
  assert.deepEqual(
    session.closes.map(({ code, by }) => ({ code, by })),
    [{ code: 4000, by: 'server' }],
  );
  const again = await scene.open();
  again.resume(scene.bot.token, id, session.seq);
  await again.event('RESUMED');
  client.webSocket.terminate();
});

test('a client that does not answer the close frame is cut off', async () => {
  await using scene = await openScene({ closeTimeoutMs: 100 });
  const { port, hostname } = new URL(scene.guildhall.gatewayUrl);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /?v=5 HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
});

function refusal(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url);
    webSocket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    webSocket.once('open', () => reject(new Error('the upgrade was accepted')));
    webSocket.on('error', () => {});
  });
}
