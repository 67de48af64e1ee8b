import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { FrameOpcode, serverFrame } from '@guildhall/protocol';
import { Connection, type ConnectionLimits } from '../src/connection.ts';
import { CERTIFICATE } from './support/certificate.ts';
import { Mailbox } from './support/mailbox.ts';
import { type Wire, WireServer } from './support/wire-server.ts';

type Event = readonly [name: string, ...details: unknown[]];

const { TEXT, BINARY, CLOSE, PING, PONG } = FrameOpcode;
const MAX_BYTES = 300_000;

/** A connection and what it reports. */
function dialled(url: string, limits: Partial<ConnectionLimits> = {}) {
  const events = new Mailbox<Event>('a report of the connection');
  const connection = new Connection(
    url,
    { maxMessageBytes: MAX_BYTES, closeDeadlineMs: 5_000, proxy: null, ...limits },
    {
      connected: () => {},
      opened: () => events.put(['opened']),
      received: () => {},
      sent: () => {},
      message: (payload, binary) => events.put([binary ? 'binary' : 'text', payload.toString('latin1')]),
      lost: (code, reason) => events.put(['lost', code, reason]),
    },
  );
  return { connection, events };
}

async function opened(server: WireServer, limits: Partial<ConnectionLimits> = {}) {
  const client = dialled(server.url, limits);
  const wire = await server.wire();
  wire.accept();
  assert.deepEqual(await client.events.take(), ['opened']);
  return { ...client, wire };
}

describe('a connection', () => {
  test('asks for the address it was given, and passes messages both ways', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server);
    assert.match(wire.request, /^GET \/\?v=10 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    connection.send('{"op":1,"d":"ü"}');
    assert.deepEqual(await wire.frames.take(), [TEXT, '{"op":1,"d":"ü"}']);
    wire.send(TEXT, '{"op":11}');
    wire.send(BINARY, Buffer.of(0xff, 0x00));
    assert.deepEqual(await events.take(), ['text', '{"op":11}']);
    assert.deepEqual(await events.take(), ['binary', '\xff\x00']);
    connection.terminate();
    await connection.gone;
  });

  test('sends nothing before it is open', async () => {
    await using server = await WireServer.start();
    const { connection, events } = dialled(server.url);
    connection.send('too early');
    const wire = await server.wire();
    connection.send('too early');
    wire.accept();
    await events.take();
    connection.send('now');
    assert.deepEqual(await wire.frames.take(), [TEXT, 'now']);
    connection.terminate();
  });

  test('opens with the answer in drops and messages close behind', async () => {
    await using server = await WireServer.start();
    const { connection, events } = dialled(server.url);
    const wire = await server.wire();
    const bytes = Buffer.concat([Buffer.from(wire.acceptance), serverFrame(TEXT, '{"op":10}')]);
    for (const cut of [1, 20, wire.acceptance.length - 1]) {
      wire.socket.write(bytes.subarray(cut === 1 ? 0 : cut === 20 ? 1 : 20, cut));
      await new Promise(setImmediate);
    }
    wire.socket.write(bytes.subarray(wire.acceptance.length - 1));
    assert.deepEqual(await events.take(), ['opened']);
    assert.deepEqual(await events.take(), ['text', '{"op":10}']);
    connection.terminate();
  });

  test('answers pings', async () => {
    await using server = await WireServer.start();
    const { connection, wire } = await opened(server);
    wire.send(PING, 'still there?');
    assert.deepEqual(await wire.frames.take(), [PONG, 'still there?']);
    connection.terminate();
  });

  test('does not pile up answers for a peer that only pings', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server);
    wire.socket.pause();
    const pings = Buffer.concat(new Array(1_000).fill(serverFrame(PING, 'x'.repeat(125))));
    for (let round = 0; round < 150; round += 1) wire.socket.write(pings);
    wire.send(TEXT, 'last');
    await events.take();
    assert.ok(
      connection.unsentBytes > 10_000 && connection.unsentBytes < 20_000,
      `${connection.unsentBytes}`,
    );
    connection.terminate();
    await connection.gone;
  });

  test('says nothing any more once it is abandoned', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server);
    connection.abandon(4900);
    assert.deepEqual(await wire.frames.take(), [CLOSE, '4900']);
    wire.send(TEXT, 'late');
    wire.send(CLOSE, Buffer.of(0x03, 0xe8));
    await wire.ended;
    wire.socket.end();
    await connection.gone;
    assert.deepEqual(events.waiting, []);
  });

  test('ends a dial at once, told to close or abandoned', async () => {
    await using server = await WireServer.start();
    for (const [end, reports] of [
      ['close', [['lost', null, null]]],
      ['abandon', []],
    ] as const) {
      const { connection, events } = dialled(server.url);
      const wire = await server.wire();
      connection[end](1000);
      await connection.gone;
      await wire.ended;
      assert.deepEqual(events.waiting, reports);
    }
  });
});

describe('the closing handshake', () => {
  const closings: readonly (readonly [payload: Buffer, lost: Event, answer: string])[] = [
    [Buffer.from('\x0f\xa4wrong token', 'latin1'), ['lost', 4004, 'wrong token'], '4004'],
    [Buffer.of(0x03, 0xe8), ['lost', 1000, null], '1000'],
    [Buffer.alloc(0), ['lost', null, null], ''],
  ];
  for (const [payload, lost, answer] of closings) {
    test(`of the server is reported at once and answered: ${JSON.stringify(lost)}`, async () => {
      await using server = await WireServer.start();
      const { connection, events, wire } = await opened(server);
      wire.send(CLOSE, payload);
      wire.send(TEXT, 'behind');
      assert.deepEqual(await events.take(), lost);
      assert.deepEqual(await wire.frames.take(), [CLOSE, answer]);
      await wire.ended;
      wire.socket.end();
      await connection.gone;
      connection.send('late');
      assert.deepEqual(events.waiting, []);
    });
  }

  test('of ours lets messages in until the server closes, too', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server);
    connection.close(1000);
    connection.close(4900);
    connection.send('late');
    assert.deepEqual(await wire.frames.take(), [CLOSE, '1000']);
    wire.send(TEXT, 'on its way');
    wire.send(CLOSE, Buffer.of(0x03, 0xe8));
    assert.deepEqual(await events.take(), ['text', 'on its way']);
    assert.deepEqual(await events.take(), ['lost', 1000, null]);
    await wire.ended;
    assert.deepEqual(wire.frames.waiting, []);
    wire.socket.end();
    await connection.gone;
  });

  test('is not waited for beyond its deadline', async () => {
    await using server = await WireServer.start();
    const { connection, events } = await opened(server, { closeDeadlineMs: 30 });
    connection.close(1000);
    assert.deepEqual(await events.take(), ['lost', null, null]);
    await connection.gone;
  });

  test('of a server that keeps its socket open ends at the deadline', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server, { closeDeadlineMs: 30 });
    wire.send(CLOSE, Buffer.of(0x03, 0xe8));
    assert.deepEqual(await events.take(), ['lost', 1000, null]);
    await connection.gone;
  });

  test('that the server leaves out is a loss without code', async () => {
    await using server = await WireServer.start();
    const { connection, events, wire } = await opened(server);
    wire.socket.end();
    assert.deepEqual(await events.take(), ['lost', null, null]);
    await connection.gone;
  });
});

describe('what is no WebSocket', () => {
  const broken: readonly (readonly [what: string, bytes: Buffer, code: string, reason: RegExp])[] = [
    ['a masked frame', Buffer.of(0x81, 0x80, 1, 2, 3, 4), '1002', /mask/],
    ['a reserved bit', Buffer.of(0xc1, 0x00), '1002', /reserved bits/],
    ['text that is not UTF-8', Buffer.of(0x81, 0x01, 0xff), '1007', /UTF-8/],
    ['a message too long', Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0), '1009', /exceeds 300000 bytes/],
  ];
  for (const [what, bytes, code, reason] of broken) {
    test(`${what} is answered with ${code}, and not read on`, async () => {
      await using server = await WireServer.start();
      const { connection, events, wire } = await opened(server);
      wire.socket.write(Buffer.concat([bytes, serverFrame(TEXT, 'behind')]));
      const [name, lostCode, lostReason] = await events.take();
      assert.deepEqual([name, lostCode], ['lost', null]);
      assert.match(String(lostReason), reason);
      assert.deepEqual(await wire.frames.take(), [CLOSE, code]);
      await connection.gone;
      assert.deepEqual(events.waiting, []);
    });
  }

  const answers: readonly (readonly [answer: string, reason: RegExp])[] = [
    ['HTTP/1.1 503 Service Unavailable\r\n\r\n', /status 503/],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n', /Accept/],
    ['220 mail.example ESMTP\r\n\r\n', /not HTTP/],
  ];
  for (const [answer, reason] of answers) {
    test(`an answer of ${JSON.stringify(answer.slice(0, 20))} is a failed dial`, async () => {
      await using server = await WireServer.start();
      const { connection, events } = dialled(server.url);
      const wire = await server.wire();
      wire.socket.write(answer);
      const [name, code, why] = await events.take();
      assert.deepEqual([name, code], ['lost', null]);
      assert.match(String(why), reason);
      await connection.gone;
    });
  }

  test('a port where nobody listens is a failed dial', async () => {
    const server = await WireServer.start();
    await server[Symbol.asyncDispose]();
    const { connection, events } = dialled(server.url);
    assert.match(String((await events.take())[2]), /ECONNREFUSED/);
    await connection.gone;
  });
});

/** Messages of all sizes on two connections at once, in bursts that are cut anywhere. */
async function interleave(server: WireServer): Promise<void> {
  const pairs = [await opened(server), await opened(server)];
  const texts = pairs.map((_, pair) =>
    [1, 100, 5_000, 70_000, 150_000, 7].map((length, index) => `${pair}${index}`.repeat(length)),
  );
  for (const [pair, { wire }] of pairs.entries()) {
    const bytes = Buffer.concat((texts[pair] ?? []).map((text) => serverFrame(TEXT, text)));
    for (let at = 0; at < bytes.length; at += 9_973) wire.socket.write(bytes.subarray(at, at + 9_973));
  }
  for (const [pair, { events, connection }] of pairs.entries()) {
    for (const expected of texts[pair] ?? []) {
      const [what, text] = await events.take();
      assert.equal(what, 'text');
      assert.ok(text === expected, `${String(text).length} bytes instead of ${expected.length}`);
    }
    connection.terminate();
    await connection.gone;
  }
}

test('two connections that read at the same time do not get into each other’s way', async () => {
  await using server = await WireServer.start();
  await interleave(server);
});

// Not in the first releases of Node 24.
const canTrust = typeof setDefaultCACertificates === 'function';

describe('over TLS', () => {
  test('a certificate that nobody vouches for is refused', async () => {
    await using server = await WireServer.start('wss');
    const { connection, events } = dialled(server.url);
    const [name, code, reason] = await events.take();
    assert.deepEqual([name, code], ['lost', null]);
    assert.match(String(reason), /self-signed certificate/);
    await connection.gone;
  });

  test('everything goes as without', { skip: !canTrust }, async () => {
    const before = getCACertificates();
    setDefaultCACertificates([...before, CERTIFICATE]);
    try {
      await using server = await WireServer.start('wss');
      await interleave(server);
      const { events, wire } = await opened(server);
      assert.equal(wire.serverName, false, 'an address is no server name');
      wire.send(PING, 'a');
      assert.deepEqual(await wire.frames.take(), [PONG, 'a']);
      wire.send(CLOSE, Buffer.of(0x03, 0xe8));
      assert.deepEqual(await events.take(), ['lost', 1000, null]);

      const named = dialled(server.url.replace('127.0.0.1', 'localhost'));
      const namedWire: Wire = await server.wire();
      assert.equal(namedWire.serverName, 'localhost');
      namedWire.accept();
      await named.events.take();
      named.connection.abandon(1000);
      assert.deepEqual(await namedWire.frames.take(), [CLOSE, '1000']);
      named.connection.terminate();
      await Promise.all([named.connection.gone, namedWire.ended]);
    } finally {
      setDefaultCACertificates(before);
    }
  });
});
