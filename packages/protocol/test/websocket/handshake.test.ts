import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { HandshakeError, type HandshakeErrorCode } from '../../src/errors.ts';
import {
  acceptOf,
  isHandshakeKey,
  newHandshakeKey,
  upgradeRequest,
  upgradeResponse,
} from '../../src/websocket/handshake.ts';
import { UpgradeResponseReader } from '../../src/websocket/upgrade-response-reader.ts';

/** Key and answer of RFC 6455, section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const STATUS = 'HTTP/1.1 101 Switching Protocols';
const UPGRADE = 'Upgrade: websocket';
const CONNECTION = 'Connection: Upgrade';
const ACCEPTED = `Sec-WebSocket-Accept: ${ACCEPT}`;

function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function read(text: string): Buffer | null {
  return new UpgradeResponseReader(KEY).push(Buffer.from(text, 'latin1'));
}

test('a key is answered as in the example of the RFC', () => {
  assert.equal(acceptOf(KEY), ACCEPT);
  assert.equal(upgradeResponse(KEY), head(STATUS, UPGRADE, CONNECTION, ACCEPTED));
});

test('fresh keys are 16 bytes in base64, each another', () => {
  const keys = Array.from({ length: 100 }, newHandshakeKey);
  assert.equal(new Set(keys).size, 100);
  for (const key of keys) {
    assert.ok(isHandshakeKey(key));
    assert.equal(Buffer.from(key, 'base64').length, 16);
  }
  for (const text of ['', 'abc', `${KEY}=`, KEY.slice(2), `${KEY}\n`, KEY.replace('d', '!')]) {
    assert.equal(isHandshakeKey(text), false, text);
  }
});

test('the request carries path, query and host, with a port that is not the scheme’s own', () => {
  assert.equal(
    upgradeRequest(new URL('wss://gateway.example/?v=10&encoding=json#gone'), KEY),
    head(
      'GET /?v=10&encoding=json HTTP/1.1',
      'Host: gateway.example',
      UPGRADE,
      CONNECTION,
      `Sec-WebSocket-Key: ${KEY}`,
      'Sec-WebSocket-Version: 13',
    ),
  );
  const request = upgradeRequest(new URL('ws://user:password@[::1]:4400/a b\r\nX: y?q= z'), KEY);
  assert.match(request, /^GET \/a%20bX:%20y\?q=%20z HTTP\/1\.1\r\nHost: \[::1\]:4400\r\n/);
  assert.ok(!request.includes('password'));
});

describe('an answer that opens a WebSocket', () => {
  const answers: readonly (readonly [what: string, text: string])[] = [
    ['of our own', upgradeResponse(KEY)],
    ['without a reason phrase', head('HTTP/1.1 101', UPGRADE, CONNECTION, ACCEPTED)],
    [
      'in another case',
      head(
        STATUS,
        'UPGRADE:WebSocket',
        'connection:upgrade',
        ACCEPTED.toLowerCase().replace(ACCEPT.toLowerCase(), ACCEPT),
      ),
    ],
    [
      'among other headers',
      head(
        STATUS,
        'Date: now',
        UPGRADE,
        'Connection: keep-alive, Upgrade',
        ACCEPTED,
        'Set-Cookie: a=b',
        'Set-Cookie: c=d',
      ),
    ],
    [
      'with space around the values',
      head(STATUS, 'Upgrade: \t websocket \t', 'Connection:  Upgrade ', `${ACCEPTED} `),
    ],
    ['with an empty header', head(STATUS, UPGRADE, CONNECTION, ACCEPTED, 'Via:')],
  ];
  for (const [what, text] of answers) {
    test(`${what} is taken, wherever it is cut`, () => {
      const bytes = Buffer.from(`${text}\x81\x02{}\r\n\r\n`, 'latin1');
      for (let cut = 0; cut < text.length; cut += 1) {
        const reader = new UpgradeResponseReader(KEY);
        assert.equal(reader.push(bytes.subarray(0, cut)), null);
        assert.equal(reader.push(bytes.subarray(cut))?.toString('latin1'), '\x81\x02{}\r\n\r\n');
      }
    });
  }

  test('with nothing behind it leaves nothing', () => {
    assert.equal(read(upgradeResponse(KEY))?.length, 0);
  });
});

describe('an answer that opens none', () => {
  const answers: readonly (readonly [
    what: string,
    text: string,
    code: HandshakeErrorCode,
    status: number | null,
  ])[] = [
    ['503', head('HTTP/1.1 503 Service Unavailable', 'Content-Length: 0'), 'REFUSED', 503],
    ['401 of an old proxy', head('HTTP/1.0 401'), 'REFUSED', 401],
    ['a redirect', head('HTTP/1.1 302 Found', 'Location: ws://elsewhere/'), 'REFUSED', 302],
    ['200', head('HTTP/1.1 200 OK', UPGRADE, CONNECTION, ACCEPTED), 'REFUSED', 200],
    ['HTTP/1.0', head('HTTP/1.0 101 Switching Protocols', UPGRADE, CONNECTION, ACCEPTED), 'MALFORMED', 101],
    ['HTTP/2', head('HTTP/2 101', UPGRADE, CONNECTION, ACCEPTED), 'MALFORMED', null],
    ['another protocol', head('SSH-2.0-OpenSSH_9.6'), 'MALFORMED', null],
    ['nothing', head(''), 'MALFORMED', null],
    ['a status of two digits', head('HTTP/1.1 99 x'), 'MALFORMED', null],
    ['a NUL in the reason phrase', head('HTTP/1.1 101 \0', UPGRADE, CONNECTION, ACCEPTED), 'MALFORMED', null],
    ['a bare line feed', head(`${STATUS}\n${UPGRADE}`, CONNECTION, ACCEPTED), 'MALFORMED', null],
    ['a bare carriage return', head(STATUS, `${UPGRADE}\rx`, CONNECTION, ACCEPTED), 'MALFORMED', 101],
    ['a folded header', head(STATUS, UPGRADE, CONNECTION, ACCEPTED, ' folded'), 'MALFORMED', 101],
    ['space before a colon', head(STATUS, 'Upgrade : websocket', CONNECTION, ACCEPTED), 'MALFORMED', 101],
    ['a header without a name', head(STATUS, UPGRADE, CONNECTION, ACCEPTED, ': x'), 'MALFORMED', 101],
    ['a header without a colon', head(STATUS, UPGRADE, CONNECTION, ACCEPTED, 'x'), 'MALFORMED', 101],
    ['no Upgrade', head(STATUS, CONNECTION, ACCEPTED), 'NOT_WEBSOCKET', 101],
    ['another Upgrade', head(STATUS, 'Upgrade: h2c', CONNECTION, ACCEPTED), 'NOT_WEBSOCKET', 101],
    ['no Connection', head(STATUS, UPGRADE, ACCEPTED), 'NOT_WEBSOCKET', 101],
    ['another Connection', head(STATUS, UPGRADE, 'Connection: close', ACCEPTED), 'NOT_WEBSOCKET', 101],
    ['no accept', head(STATUS, UPGRADE, CONNECTION), 'WRONG_ACCEPT', 101],
    [
      'another accept',
      head(STATUS, UPGRADE, CONNECTION, `Sec-WebSocket-Accept: ${acceptOf('')}`),
      'WRONG_ACCEPT',
      101,
    ],
    [
      'an accept in another case',
      head(STATUS, UPGRADE, CONNECTION, ACCEPTED.toUpperCase()),
      'WRONG_ACCEPT',
      101,
    ],
    ['an accept twice', head(STATUS, UPGRADE, CONNECTION, ACCEPTED, ACCEPTED), 'WRONG_ACCEPT', 101],
    [
      'an extension',
      head(STATUS, UPGRADE, CONNECTION, ACCEPTED, 'Sec-WebSocket-Extensions: permessage-deflate'),
      'NOT_OFFERED',
      101,
    ],
    [
      'a subprotocol',
      head(STATUS, UPGRADE, CONNECTION, ACCEPTED, 'Sec-WebSocket-Protocol: chat'),
      'NOT_OFFERED',
      101,
    ],
    [
      'a head without end',
      head(STATUS, UPGRADE, CONNECTION, ACCEPTED, `X: ${'x'.repeat(17_000)}`),
      'TOO_LARGE',
      null,
    ],
  ];
  for (const [what, text, code, status] of answers) {
    test(`but ${what} is refused, wherever it is cut`, () => {
      for (const cut of [1, 20, text.length - 4, text.length - 1]) {
        const reader = new UpgradeResponseReader(KEY);
        assert.throws(
          () => {
            reader.push(Buffer.from(text.slice(0, cut), 'latin1'));
            reader.push(Buffer.from(text.slice(cut), 'latin1'));
          },
          (error: unknown) =>
            error instanceof HandshakeError &&
            error.code === code &&
            error.status === status &&
            !inspect(error).includes('OpenSSH'),
        );
      }
    });
  }

  test('but drips on without an end is refused', () => {
    const reader = new UpgradeResponseReader(KEY);
    assert.throws(
      () => {
        for (let drop = 0; drop < 20_000; drop += 1) reader.push(Buffer.from('x'));
      },
      { name: 'HandshakeError', code: 'TOO_LARGE' },
    );
  });

  test('but is any text is a HandshakeError or waits for more', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(STATUS, UPGRADE, CONNECTION, '\r\n', ':'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          assert.equal(read(lines.join('\r\n')), null);
        } catch (error) {
          assert.ok(error instanceof HandshakeError);
        }
      }),
    );
  });

  test('but has thousands of spaces costs no time', () => {
    const startedAtMs = performance.now();
    assert.throws(() => read(head(STATUS, `X:${' '.repeat(16_000)}\x01`)), { code: 'MALFORMED' });
    assert.ok(performance.now() - startedAtMs < 100);
  });
});
