/** The same server through its second door. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { GuildhallOptionError, makeCertificate, startGuildhall } from '../../src/index.ts';

const DEADLINE = { timeout: 30_000 };

test('addresses are told with the scheme by which the client has come', DEADLINE, async () => {
  await using hall = await startGuildhall({ tls: true, log: 'silent' });
  const secure = hall.secure;
  assert.ok(secure !== null);
  const plain = await fetch(`${hall.apiBase}/v10/gateway`);
  assert.deepEqual(await plain.json(), { url: hall.gatewayUrl });
  assert.deepEqual(await getJson(`${secure.apiBase}/v10/gateway`, secure.ca), { url: secure.gatewayUrl });
  assert.notEqual(new URL(secure.apiBase).port, new URL(hall.apiBase).port);
});

test('without the option there is no second door', DEADLINE, async () => {
  await using hall = await startGuildhall({ log: 'silent' });
  assert.equal(hall.secure, null);
});

test('who does not trust the certificate goes away, and the others are undisturbed', DEADLINE, async () => {
  await using hall = await startGuildhall({ tls: true, log: 'silent' });
  assert.ok(hall.secure !== null);
  await assert.rejects(fetch(`${hall.secure.apiBase}/v10/gateway`));
  await assert.rejects(fetch(hall.secure.apiBase.replace('https', 'http')));
  await assert.rejects(getJson(`${hall.secure.apiBase}/v10/gateway`, makeCertificate().ca));
  await getJson(`${hall.secure.apiBase}/v10/gateway`, hall.secure.ca);
});

test(
  'a given certificate is served, and what is none is refused by the name of the option',
  DEADLINE,
  async () => {
    const { cert, key, ca } = makeCertificate();
    await using hall = await startGuildhall({ tls: { cert, key }, log: 'silent' });
    assert.ok(hall.secure !== null);
    assert.equal(hall.secure.ca, cert);
    await getJson(`${hall.secure.apiBase}/v10/gateway`, ca);
    const other = makeCertificate();
    for (const tls of [{ cert, key: other.key }, { cert: 'x', key: 'x' }, { cert }, { port: -1 }]) {
      await assert.rejects(
        startGuildhall({ tls, log: 'silent' }),
        (error) => error instanceof GuildhallOptionError && !error.message.includes('PRIVATE'),
      );
    }
  },
);

test('curl trusts it with --cacert', DEADLINE, async (t) => {
  if (spawnSync('curl', ['--version']).status !== 0) return t.skip('curl is not installed');
  await using hall = await startGuildhall({ tls: true, log: 'silent' });
  assert.ok(hall.secure !== null);
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-tls-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'ca.pem');
  await writeFile(file, hall.secure.ca);
  const url = `${hall.secure.apiBase}/v10/gateway`.replace('127.0.0.1', 'localhost');
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--fail', '--cacert', file, url]);
  assert.equal(JSON.parse(stdout).url, hall.secure.gatewayUrl.replace('127.0.0.1', 'localhost'));
});

test(
  'READY over wss names a wss address to resume at, and a reset connection is lost',
  DEADLINE,
  async () => {
    await using guildhall = await startGuildhall({ tls: true, log: 'silent' });
    assert.ok(guildhall.secure !== null);
    const { token } = await guildhall.createApplication({ name: 'bot' });
    const webSocket = new WebSocket(`${guildhall.secure.gatewayUrl}?v=10`, { ca: guildhall.secure.ca });
    const closed = once(webSocket, 'close');
    webSocket.once('message', () => {
      const properties = { os: 'linux', browser: 'test', device: 'test' };
      webSocket.send(JSON.stringify({ op: 2, d: { token, intents: 0, properties } }));
    });
    const ready = await new Promise<{ readonly resume_gateway_url: string }>((resolve) => {
      webSocket.on('message', (data) => {
        const { t, d } = JSON.parse(String(data));
        if (t === 'READY') resolve(d);
      });
    });
    assert.equal(ready.resume_gateway_url, guildhall.secure.gatewayUrl);
    guildhall.gateway.faults.add({ fault: { kind: 'reset' } });
    assert.equal((await closed)[0], 1006);
  },
);

test('close() lets go of both ports, whatever is still open on them', DEADLINE, async () => {
  const hall = await startGuildhall({ tls: true, log: 'silent' });
  assert.ok(hall.secure !== null);
  const port = Number(new URL(hall.secure.apiBase).port);
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  const idle = connectSecurely({ port, host: '127.0.0.1', ca: hall.secure.ca });
  await once(idle, 'secureConnect');
  const ends = Promise.all([silent, idle].map((socket) => once(socket.resume(), 'close')));
  await hall.close();
  await ends;
  await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
});

test('a second port that is taken lets go of the first', DEADLINE, async () => {
  await using hall = await startGuildhall({ log: 'silent' });
  const port = Number(new URL(hall.apiBase).port);
  await assert.rejects(startGuildhall({ tls: { port }, log: 'silent' }), { code: 'EADDRINUSE' });
});

function getJson(url: string, ca: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ask = request(url, { ca, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text));
    });
    ask.on('error', reject).end();
  });
}
