/** Whoever attacks gets a plain answer or none; the server stays small, and the bots beside do not notice. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { multipart } from '../support/multipart.ts';
import { startTestServer } from '../support/test-server.ts';
import { Siege } from './siege.ts';

const MIB = 1_048_576;
/** Ten thousand make one wait for nothing but the sockets of this machine: GUILDHALL_HALF_OPEN=10000. */
const HALF_OPEN = Number(process.env.GUILDHALL_HALF_OPEN ?? 1_500);
const AT_ONCE = 100;
const TIMEOUT = { timeout: 120_000 };

let siege: Siege;
before(async () => {
  siege = await Siege.begin();
});
after(() => siege[Symbol.asyncDispose]());

const authorized = () =>
  `Authorization: Bot ${siege.token}\r\nHost: 127.0.0.1\r\nContent-Type: application/json`;
const post = (headers: string) =>
  `POST /api/v10/channels/${siege.channelId}/messages HTTP/1.1\r\n${authorized()}\r\n${headers}\r\n\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

async function times(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - done);
    await Promise.all(Array.from({ length: some }, (_, index) => act(done + index)));
  }
}

describe('connections', TIMEOUT, () => {
  test(`${HALF_OPEN} upgrades that are never finished`, async () => {
    await siege.withstands(
      () =>
        times(HALF_OPEN, async () => {
          const socket = await siege.open();
          socket.write('GET /?v=10&encoding=json HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConn');
        }),
      64,
    );
  });

  test(`${HALF_OPEN} that are upgraded and say nothing`, async () => {
    const upgrade =
      'GET /?v=10&encoding=json HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    await siege.withstands(
      () =>
        times(HALF_OPEN, async () => {
          const socket = await siege.open();
          socket.write(upgrade);
          await once(socket, 'data');
        }),
      128,
    );
  });

  test('that send a byte now and then are ended once their time is over', async () => {
    const HEADERS_TIMEOUT_MS = 400;
    await using server = await startTestServer({
      headersTimeoutMs: HEADERS_TIMEOUT_MS,
      requestTimeoutMs: 2 * HEADERS_TIMEOUT_MS,
    });
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as { port: number };
    const drip = async (start: string) => {
      const socket: Socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.write(start);
      const timer = setInterval(() => socket.write('x'), 20);
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(timer);
      return statusOf(answer);
    };
    assert.equal(await drip('GET /api/v10/gateway HTTP/1.1\r\nHost: 127.0.0.1\r\nX: '), 408);
    const body =
      'POST /api/v10/users/@me/channels HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n';
    const type = `Authorization: Bot ${server.token}\r\nContent-Type: application/json\r\n\r\n`;
    assert.equal(await drip(`${body}${type}`), 408);
  });

  test('that ask for a large file and do not read it', async () => {
    const form = multipart({ content: '' }, [
      { field: 'files[0]', filename: 'large.bin', bytes: Buffer.alloc(8 * MIB, 7) },
    ]);
    const response = await fetch(`${siege.apiBase}/v10/channels/${siege.channelId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${siege.token}`, ...form.headers },
      body: new Uint8Array(form.payload),
    });
    const { attachments } = (await response.json()) as { attachments: readonly { url: string }[] };
    const path = new URL(attachments[0]?.url ?? '').pathname;
    await siege.withstands(
      () =>
        times(300, async () => {
          const socket = await siege.open();
          socket.pause();
          socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
        }),
      128,
    );
  });
});

describe('requests', TIMEOUT, () => {
  test('with a body that is announced, or goes on, beyond the bound are refused with 413', async () => {
    await siege.withstands(async () => {
      const announced = await siege.answerTo(post('Content-Length: 1000000000000'));
      assert.equal(statusOf(announced), 413);
      const chunk = Buffer.alloc(MIB, 'x');
      const endless = Buffer.concat([
        Buffer.from(post('Transfer-Encoding: chunked')),
        ...Array.from({ length: 8 }, () => [
          Buffer.from(`${MIB.toString(16)}\r\n`),
          chunk,
          Buffer.from('\r\n'),
        ]).flat(),
      ]);
      // Who goes on sending may lose the answer to the reset of the connection (RFC 9112, section 9.6).
      const answers: string[] = [];
      await times(20, async () => answers.push(await siege.answerTo(endless)));
      const heard = answers.filter((answer) => answer !== '').map(statusOf);
      assert.deepEqual([...new Set(heard)], [413]);
    }, 64);
  });

  test('with a compressed body are not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, ' '));
    await siege.withstands(
      () =>
        times(50, async () => {
          const head = Buffer.from(post(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}`));
          assert.equal(statusOf(await siege.answerTo(Buffer.concat([head, bomb]))), 400);
        }),
      64,
    );
  });

  test('with headers beyond the bound are refused with 431', async () => {
    await siege.withstands(
      () =>
        times(200, async () => {
          const head = `GET /api/v10/gateway HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'y'.repeat(60_000)}\r\n\r\n`;
          assert.equal(statusOf(await siege.answerTo(head)), 431);
        }),
      64,
    );
  });

  test('with a body that is nested without end are refused', async () => {
    await siege.withstands(
      () =>
        times(20, async (index) => {
          const depth = 400_000;
          const body =
            index % 2 === 0 ? '['.repeat(depth) : `${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}`;
          const answer = await siege.answerTo(`${post(`Content-Length: ${body.length}`)}${body}`);
          assert.equal(statusOf(answer), 400, answer.slice(0, 300));
        }),
      64,
    );
  });

  test('for what lies beside the attachments find nothing', async () => {
    await siege.withstands(async () => {
      for (const path of [
        '/attachments/../../../../etc/passwd',
        '/attachments/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
        '/attachments/..%2f..%2f..%2fetc%2fpasswd',
        `/attachments/${siege.channelId}/..%2f..%2fworld.sqlite/x`,
        `/attachments/${siege.channelId}/%00/x`,
        '/attachments//etc/passwd',
        '\\attachments\\..\\..\\etc\\passwd',
      ]) {
        const status = statusOf(await siege.answerTo(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));
        assert.ok(status === 400 || status === 404, `${path}: ${status}`);
      }
    }, 32);
  });
});

describe('frames', TIMEOUT, () => {
  const closeCodeFor = async (query: string, send: (socket: WebSocket) => void): Promise<number> => {
    const socket = new WebSocket(`${siege.gatewayUrl}?v=10&${query}`);
    socket.on('error', () => {});
    await once(socket, 'message');
    send(socket);
    const [code] = await once(socket, 'close');
    return code as number;
  };

  test('of ETF that claim, nest or inflate to more than there is end with 4002', async () => {
    const identify = (term: Buffer) => Buffer.concat([Buffer.from([131]), term]);
    const uint32 = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    };
    const inflated = deflateSync(Buffer.alloc(64 * MIB, 0x6a));
    const bombs = [
      identify(Buffer.concat([Buffer.from([108]), uint32(0xffff_ffff)])),
      identify(Buffer.concat([Buffer.from([116]), uint32(0xffff_ffff)])),
      identify(Buffer.concat([Buffer.from([109]), uint32(0xffff_ffff)])),
      identify(Buffer.concat([Buffer.from([111]), uint32(0xffff_ffff), Buffer.from([0])])),
      identify(Buffer.from([...Array(4_000)].flatMap(() => [104, 1]).slice(0, 4_000))),
      identify(Buffer.concat([Buffer.from([80]), uint32(64 * MIB), inflated.subarray(0, 3_000)])),
      identify(Buffer.concat([Buffer.from([80]), uint32(0xffff_ffff), inflated.subarray(0, 3_000)])),
    ];
    await siege.withstands(
      () =>
        times(bombs.length * 20, async (index) => {
          const bomb = bombs[index % bombs.length] ?? Buffer.alloc(0);
          assert.equal(
            await closeCodeFor('encoding=etf', (socket) => socket.send(bomb)),
            4_002,
            `bomb ${index}`,
          );
        }),
      64,
    );
  });

  test('that are larger than allowed, whole, in parts or by their head alone, end with 4002', async () => {
    const huge = Buffer.from([0x82, 0xff, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
    const underneath = (socket: WebSocket) => (socket as unknown as { _socket: Socket })._socket;
    const ways: readonly ((socket: WebSocket) => void)[] = [
      (socket) => socket.send('x'.repeat(5_000)),
      (socket) => {
        for (let part = 0; part < 100; part += 1) socket.send('x'.repeat(1_000), { fin: false });
      },
      (socket) => underneath(socket).write(huge),
    ];
    await siege.withstands(
      () =>
        times(60, async (index) => {
          const way = ways[index % ways.length] ?? (() => {});
          const code = await closeCodeFor('encoding=json', way);
          assert.ok(code === 4_002 || code === 1_009, `way ${index % ways.length}: ${code}`);
        }),
      64,
    );
  });
});
