import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGatewayUrl } from '../../src/http/gateway-url.ts';
import { HostPolicy, parseAuthority } from '../../src/http/host-policy.ts';
import { redactPath } from '../../src/http/request-log.ts';

describe('HostPolicy', () => {
  const policy = new HostPolicy(['guildhall.test']);
  const cases: readonly [host: string | undefined, allowed: boolean][] = [
    ['localhost', true],
    ['LocalHost:4000', true],
    ['127.0.0.1:4000', true],
    ['127.5.6.7', true],
    ['[::1]:4000', true],
    ['guildhall.test:80', true],
    ['Guildhall.Test', true],
    [undefined, false],
    ['', false],
    ['evil.test', false],
    ['localhost.evil.test', false],
    ['127.0.0.1.evil.test', false],
    ['localhost:99999', false],
    ['localhost:', false],
    ['user@localhost', false],
    ['localhost/evil', false],
    [`${'a'.repeat(300)}`, false],
  ];
  for (const [host, allowed] of cases) {
    test(`${allowed ? 'allows' : 'refuses'} the Host ${String(host).slice(0, 30)}`, () => {
      assert.equal(policy.allows(host), allowed);
    });
  }

  test('refuses a configured host that is no bare name', () => {
    for (const host of ['http://x', 'x:80', '', 'a b'])
      assert.throws(() => new HostPolicy([host]), TypeError);
  });

  test('keeps the brackets of an IPv6 address', () => {
    assert.deepEqual(parseAuthority('[::1]:1'), { host: '[::1]', port: 1 });
  });
});

describe('gatewayUrl', () => {
  const socket = { localAddress: '127.0.0.1', localPort: 4000 };
  const policy = new HostPolicy(['guildhall.test']);

  test('repeats the name and port by which the client came, with a trailing slash', () => {
    const url = createGatewayUrl(policy);
    for (const host of ['127.0.0.1:4000', 'localhost:4000', '[::1]:4000', 'guildhall.test']) {
      assert.equal(url({ headers: { host }, socket }), `ws://${host}/`);
    }
  });

  test('has the scheme by which the client came', () => {
    const request = { headers: { host: 'guildhall.test' }, socket: { ...socket, encrypted: true } };
    assert.equal(createGatewayUrl(policy)(request), 'wss://guildhall.test/');
    assert.equal(createGatewayUrl(policy)({ ...request, headers: {} }), 'wss://127.0.0.1:4000/');
  });

  test('answers a foreign name with the public URL, or else with the address reached', () => {
    const request = { headers: { host: 'evil.test' }, socket };
    assert.equal(createGatewayUrl(policy, 'wss://bots.test')(request), 'wss://bots.test/');
    assert.equal(createGatewayUrl(policy)(request), 'ws://127.0.0.1:4000/');
    assert.equal(
      createGatewayUrl(policy)({ headers: {}, socket: { localAddress: '::1', localPort: 1 } }),
      'ws://[::1]:1/',
    );
  });

  test('refuses a public URL that clients could not append a query to', () => {
    for (const url of ['http://x', 'ws://x/?v=10', 'x', 'ws://x/#a']) {
      assert.throws(() => createGatewayUrl(policy, url), TypeError);
    }
  });
});

describe('redactPath', () => {
  const token = 'aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA';
  const cases: readonly [url: string, logged: string][] = [
    [
      '/api/v10/channels/1234567890123456789/messages?x=secret',
      '/api/v10/channels/1234567890123456789/messages',
    ],
    [`/api/v10/webhooks/1/${token}`, '/api/v10/webhooks/1/[redacted]'],
    [`/api/v10/interactions/1/${token}/callback`, '/api/v10/interactions/1/[redacted]/callback'],
  ];
  for (const [url, logged] of cases) {
    test(`logs ${logged}`, () => assert.equal(redactPath(url), logged));
  }
});
