/** Both roles against `ws`, which was written by others from the same RFC. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { closePayload } from '../../src/websocket/close-frame.ts';
import { FrameOpcode } from '../../src/websocket/frame-format.ts';
import { FrameReader } from '../../src/websocket/frame-reader.ts';
import { clientFrame, serverFrame } from '../../src/websocket/frame-writer.ts';
import { newHandshakeKey, upgradeRequest, upgradeResponse } from '../../src/websocket/handshake.ts';
import { UpgradeResponseReader } from '../../src/websocket/upgrade-response-reader.ts';

const MAX_BYTES = 2 ** 20;
const LENGTHS = [0, 1, 125, 126, 65_535, 65_536, 300_000];
const PAYLOADS: readonly (readonly [payload: string, binary: boolean])[] = LENGTHS.flatMap((length) => [
  ['€'.repeat(length / 3), false],
  ['\xe1\x00'.repeat(length / 2), true],
]);

/** Sends back what it hears, with frames of the other role, and takes its leave as it is told. */
function echo(role: 'client' | 'server', socket: Socket): FrameReader {
  const frame = role === 'client' ? clientFrame : serverFrame;
  return new FrameReader(
    { role, maxMessageBytes: MAX_BYTES },
    {
      message: (payload, binary) => {
        socket.write(frame(binary ? FrameOpcode.BINARY : FrameOpcode.TEXT, payload));
      },
      ping: (payload) => socket.write(frame(FrameOpcode.PONG, payload)),
      pong: () => assert.fail('nothing was asked'),
      close: (code, reason) => socket.end(frame(FrameOpcode.CLOSE, closePayload(code ?? 1000, reason))),
    },
  );
}

/** Everything comes back over ws's end, with fragments, a ping and a close frame. */
async function converse(webSocket: WebSocket): Promise<void> {
  for (const [text, binary] of PAYLOADS) {
    const payload = Buffer.from(text, binary ? 'latin1' : 'utf8');
    webSocket.send(payload, { binary });
    const [echoed, wasBinary] = await once(webSocket, 'message');
    assert.equal(wasBinary, binary);
    assert.ok(payload.equals(echoed));
  }
  webSocket.send('in ', { fin: false });
  webSocket.ping('between');
  webSocket.send('fragments ', { fin: false });
  const [pong] = await once(webSocket, 'pong');
  assert.equal(String(pong), 'between');
  webSocket.send('🎉', { fin: true });
  const [whole] = await once(webSocket, 'message');
  assert.equal(String(whole), 'in fragments 🎉');
  webSocket.close(4321, 'grün');
  const [code, reason] = await once(webSocket, 'close');
  assert.deepEqual([code, String(reason)], [4321, 'grün']);
}

describe('with ws at the other end', () => {
  test('a client’s handshake, reader and writer', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    const key = newHandshakeKey();
    socket.write(upgradeRequest(new URL(`ws://127.0.0.1:${port}/?v=10`), key));
    const handshake = new UpgradeResponseReader(key);
    const reader = echo('client', socket);
    let open = false;
    socket.on('data', (chunk: Buffer) => {
      const frames = open ? chunk : handshake.push(chunk);
      if (frames === null) return;
      open = true;
      reader.push(frames);
    });
    const [webSocket] = (await accepted) as [WebSocket];
    await converse(webSocket);
    server.close();
  });

  test('a server’s handshake, reader and writer', async () => {
    const server = createServer((socket) => {
      const reader = echo('server', socket);
      socket.once('data', (head: Buffer) => {
        const [, key = ''] = /sec-websocket-key: (.*)\r\n/i.exec(head.toString('latin1')) ?? [];
        socket.write(upgradeResponse(key));
        socket.on('data', (chunk: Buffer) => reader.push(chunk));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(webSocket, 'open');
    await converse(webSocket);
    server.close();
  });
});
