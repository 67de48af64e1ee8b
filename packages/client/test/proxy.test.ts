import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { type GatewayInfoError, ProxyError } from '@guildhall/client';
import { FrameOpcode } from '@guildhall/protocol';
import { Connection } from '../src/connection.ts';
import { HttpProxy } from '../src/http-proxy.ts';
import { CERTIFICATE, PRIVATE_KEY } from './support/certificate.ts';
import { ConnectProxy } from './support/connect-proxy.ts';
import { FakeGateway } from './support/fake-gateway.ts';
import { apiClient, collect, quickClient } from './support/fixtures.ts';
import { Mailbox } from './support/mailbox.ts';
import { recorder } from './support/recorder.ts';
import { WireServer } from './support/wire-server.ts';

const SECRET = 'p@ss:word';
const credentials = `user:${encodeURIComponent(SECRET)}`;

describe('a proxy', () => {
  test('carries the request to the API and the connection to the gateway', async () => {
    await using gateway = await FakeGateway.start();
    await using proxy = await ConnectProxy.start();
    const client = apiClient(gateway, { proxy: `http://${credentials}@127.0.0.1:${proxy.port}` });
    const opening = client.open();
    const peer = await gateway.accept();
    await peer.welcome();
    await opening;
    const authority = new URL(gateway.url).host;
    assert.deepEqual(
      proxy.requests.map(({ url, headers }) => [url, headers.host, headers['proxy-authorization']]),
      Array.from({ length: 2 }, () => [
        authority,
        authority,
        `Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}`,
      ]),
    );
    const heard = client.waitFor('GUILD_CREATE');
    peer.dispatch('GUILD_CREATE', 2, { name: 'x'.repeat(200_000) });
    assert.equal((await heard)[0].name.length, 200_000);
    const iterator = client.events('GUILD_CREATE', { maxBuffered: 1 });
    const changes = collect(client, 'overload');
    for (let seq = 3; seq < 103; seq += 1) peer.dispatch('GUILD_CREATE', seq, { name: 'x'.repeat(200_000) });
    assert.equal((await changes.take()).state, 'paused');
    for (let seq = 3; seq < 103; seq += 1) assert.equal((await iterator.next()).value?.[1].seq, seq);
    await client.close();
    while (gateway.connections > 0 || proxy.openSockets > 0) await new Promise(setImmediate);
  });

  test('carries what explain asks the API and the gateway', async () => {
    await using gateway = await FakeGateway.start();
    await using proxy = await ConnectProxy.start();
    const options = { proxy: `http://127.0.0.1:${proxy.port}`, compression: 'zlib' } as const;
    await using client = apiClient(gateway, options);
    const explaining = client.explain();
    const peer = await gateway.accept();
    assert.equal(peer.query.get('compress'), 'zlib-stream', 'as the shards dial');
    peer.hello();
    const codes = (await explaining).map(({ code }) => code);
    assert.ok(codes.includes('TOKEN_ACCEPTED') && codes.includes('GATEWAY_REACHABLE'));
    const asked = gateway.infoRequests.map(({ url }) => url);
    assert.deepEqual(asked, ['/api/v10/gateway/bot', '/api/v10/applications/@me']);
    assert.equal(proxy.requests.length, asked.length + 1);
  });

  test('is told apart from the gateway when it refuses, and its password is nowhere', async () => {
    await using gateway = await FakeGateway.start();
    await using proxy = await ConnectProxy.start();
    const { logger, lines } = recorder();
    const options = { proxy: `http://${credentials}@127.0.0.1:${proxy.port}`, logger };
    await using client = quickClient(gateway, options);
    const losses = collect(client, 'shardDisconnected');
    const table: readonly (readonly [answer: string, reason: RegExp])[] = [
      ['HTTP/1.1 407 Who are you\r\n\r\n', /status 407; check the user name and password/],
      ['HTTP/1.1 502 Bad gateway\r\n\r\n', /answered CONNECT with HTTP status 502/],
      ['SSH-2.0-OpenSSH\r\n\r\n', /does not speak HTTP\/1\.1/],
      ['HTTP/1.1 200 OK\r\n\r\nand more', /sent bytes before/],
      [`HTTP/1.1 200 OK\r\n${'x'.repeat(20_000)}`, /without end/],
    ];
    proxy.answer = table[0]?.[0];
    const opening = client.open();
    const end = assert.rejects(opening, { code: 'CLOSED' });
    for (const [answer, reason] of table) {
      proxy.answer = answer;
      for (;;) {
        const loss = await losses.take();
        assert.equal(loss.cause, 'dial-failed');
        if (reason.test(loss.reason ?? '')) break;
      }
    }
    assert.equal(gateway.dials, 0);
    await client.close();
    await end;
    await assert.rejects(apiClient(gateway, options).open(), (error: Error) => {
      assert.match(error.message, /The proxy 127\.0\.0\.1:\d+ (sent bytes|answered)/);
      return !inspect(error, { depth: 9, showHidden: true }).includes(SECRET);
    });
    const everything = inspect([client, lines], { depth: 20, showHidden: true, getters: true });
    for (const secret of [SECRET, credentials, Buffer.from(`user:${SECRET}`).toString('base64')]) {
      assert.ok(!everything.includes(secret));
    }
  });

  test('that does not answer is left at the deadline of a connection, and at once by close', async () => {
    await using gateway = await FakeGateway.start();
    await using proxy = await ConnectProxy.start();
    proxy.answer = null;
    const options = { proxy: `http://127.0.0.1:${proxy.port}` };
    await using client = quickClient(gateway, { ...options, timing: { connectDeadlineMs: 30 } });
    const losses = collect(client, 'shardDisconnected');
    const end = assert.rejects(client.open(), { code: 'CLOSED' });
    assert.equal((await losses.take()).cause, 'connect-deadline');
    await client.close();
    await end;
    const asking = apiClient(gateway, options);
    const asked = assert.rejects(asking.open(), { code: 'CLOSED' });
    const before = proxy.requests.length;
    while (proxy.requests.length === before) await new Promise(setImmediate);
    await asking.close();
    await asked;
    while (proxy.openSockets > 0) await new Promise(setImmediate);
  });

  test('carries TLS to the end, and checks whose certificate it is', async (t) => {
    const before = getCACertificates('default');
    t.after(() => setDefaultCACertificates(before));
    await using server = await WireServer.start('wss');
    await using proxy = await ConnectProxy.start();
    const dial = (url: string) => {
      const events = new Mailbox<string>('a report of the connection');
      const connection = new Connection(
        url,
        {
          maxMessageBytes: 65_536,
          closeDeadlineMs: 1_000,
          proxy: HttpProxy.parse(`http://127.0.0.1:${proxy.port}`),
        },
        {
          connected: () => events.put('connected'),
          opened: () => events.put('opened'),
          received: () => {},
          sent: () => {},
          message: (payload) => events.put(payload.toString()),
          lost: (_code, reason) => events.put(`lost: ${reason}`),
        },
      );
      return { connection, events };
    };
    const stranger = dial(server.url);
    assert.match(await stranger.events.take(), /lost: .*certificate/);
    await stranger.connection.gone;

    setDefaultCACertificates([...before, CERTIFICATE]);
    const { connection, events } = dial(server.url.replace('127.0.0.1', 'localhost'));
    const wire = await server.wire();
    assert.equal(wire.serverName, 'localhost');
    assert.equal(await events.take(), 'connected');
    wire.accept();
    assert.equal(await events.take(), 'opened');
    wire.send(FrameOpcode.TEXT, 'through the tunnel');
    assert.equal(await events.take(), 'through the tunnel');
    connection.send('and back');
    assert.deepEqual(await wire.frames.take(), [FrameOpcode.TEXT, 'and back']);
    connection.terminate();
    await connection.gone;
  });

  test('may itself be reached over TLS, with TLS through it to the gateway and to the API', async (t) => {
    const before = getCACertificates('default');
    t.after(() => setDefaultCACertificates(before));
    setDefaultCACertificates([...before, CERTIFICATE]);
    await using gateway = await WireServer.start('wss');
    await using proxy = await ConnectProxy.start('https');
    const info = { url: gateway.url.replace('127.0.0.1', 'localhost'), shards: 1 };
    const limit = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 };
    const api = createServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, (request, response) => {
      assert.equal(request.url, '/api/v10/gateway/bot');
      response.end(JSON.stringify({ ...info, session_start_limit: limit }));
    });
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    t.after(() => api.close());
    const { port } = api.address() as AddressInfo;
    await using client = apiClient(
      { apiBase: `https://localhost:${port}/api` },
      { proxy: `https://${credentials}@localhost:${proxy.port}` },
    );
    const opening = client.open();
    const wire = await gateway.wire();
    assert.equal(wire.serverName, 'localhost');
    wire.accept();
    const say = (payload: object): void => wire.send(FrameOpcode.TEXT, JSON.stringify(payload));
    say({ op: 10, d: { heartbeat_interval: 45_000 }, s: null, t: null });
    assert.equal(JSON.parse((await wire.frames.take())[1]).op, 2);
    say({ op: 0, t: 'READY', s: 1, d: { session_id: 'one', resume_gateway_url: info.url, user: {} } });
    await opening;
    const heard = client.waitFor('GUILD_CREATE');
    say({ op: 0, t: 'GUILD_CREATE', s: 2, d: { name: 'x'.repeat(200_000) } });
    assert.equal((await heard)[0].name.length, 200_000);
    assert.deepEqual(
      proxy.requests.map(({ url, headers, socket }) => [
        url,
        headers['proxy-authorization'] !== undefined,
        socket instanceof TLSSocket,
      ]),
      [
        [`localhost:${port}`, true, true],
        [new URL(info.url).host, true, true],
      ],
    );
    const closing = client.close();
    assert.equal((await wire.frames.take())[1], '1000');
    wire.send(FrameOpcode.CLOSE, Buffer.of(3, 232));
    wire.socket.end();
    await closing;
    while (proxy.openSockets > 0) await new Promise(setImmediate);
  });

  describe('that cannot be reached is named, with what is wrong', () => {
    const table: readonly (readonly [
      name: string,
      listens: 'http' | 'https' | null,
      asked: 'http' | 'https',
      message: RegExp,
      causeCode: RegExp,
    ])[] = [
      [
        'a certificate that nobody trusts',
        'https',
        'https',
        /has a certificate that is not trusted: .*set NODE_EXTRA_CA_CERTS/,
        /CERT/,
      ],
      ['no TLS where it is expected', 'http', 'https', /does not speak TLS; write "http:"/, /SSL|EPROTO/],
      ['nobody there', null, 'https', /could not be reached over TLS: .*ECONNREFUSED/, /ECONNREFUSED/],
      ['nobody there, without TLS', null, 'http', /could not be reached: .*ECONNREFUSED/, /ECONNREFUSED/],
      [
        'TLS where it is not expected',
        'https',
        'http',
        /without an answer|does not speak HTTP|could not be/,
        /.*/,
      ],
    ];
    for (const [name, listens, asked, message, causeCode] of table) {
      test(name, async (t) => {
        await using gateway = await FakeGateway.start();
        const proxy = await ConnectProxy.start(listens ?? 'http');
        t.after(() => proxy[Symbol.asyncDispose]());
        if (listens === null) await proxy[Symbol.asyncDispose]();
        const { port } = proxy;
        const options = { proxy: `${asked}://${credentials}@127.0.0.1:${port}` };
        const judge = (error: unknown): boolean => {
          assert.ok(error instanceof ProxyError, inspect(error));
          assert.match(error.message, new RegExp(`^The proxy 127\\.0\\.0\\.1:${port} `));
          assert.match(error.message, message);
          assert.match(String((error.cause as { code?: string } | undefined)?.code), causeCode);
          return true;
        };
        await using client = quickClient(gateway, options);
        const losses = collect(client, 'shardDisconnected');
        const end = assert.rejects(client.open(), { code: 'CLOSED' });
        const { cause, reason, error } = await losses.take();
        assert.equal(cause, 'dial-failed');
        assert.equal(error.code, 'DIAL_FAILED');
        judge(error.cause);
        assert.match(reason ?? '', message);
        await client.close();
        await end;
        await assert.rejects(apiClient(gateway, options).open(), (refusal: Error) => {
          assert.equal((refusal as GatewayInfoError).code, 'UNREACHABLE');
          return judge(refusal.cause);
        });
        assert.equal(gateway.dials, 0);
      });
    }
  });
});
