import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PORT, parseServeArguments, UsageError } from '../src/arguments.ts';

test('without arguments the server is on loopback, keeps a file and lets its members talk', () => {
  assert.deepEqual(parseServeArguments([]), {
    host: '127.0.0.1',
    port: DEFAULT_PORT,
    tls: null,
    dataDir: 'guildhall-data',
    ownerKeyFile: null,
    portal: true,
    memory: false,
    messagesPerMinute: 20,
    botFile: null,
    logLevel: 'warn',
  });
});

test('every option is read', () => {
  const tls = '--tls-port 1 --tls-cert c --tls-key k';
  const page = '--owner-key-file k --no-portal';
  const args = `--host ::1 --port 0 ${tls} --data d ${page} --memory --rate 600 --bot b.ts --log debug`.split(
    ' ',
  );
  assert.deepEqual(parseServeArguments(args), {
    host: '::1',
    port: 0,
    tls: { port: 1, files: { certFile: 'c', keyFile: 'k' } },
    dataDir: 'd',
    ownerKeyFile: 'k',
    portal: false,
    memory: true,
    messagesPerMinute: 600,
    botFile: 'b.ts',
    logLevel: 'debug',
  });
});

test('--quiet silences the members whatever the rate', () => {
  assert.equal(parseServeArguments(['--rate', '5', '--quiet']).messagesPerMinute, 0);
});

test('--no-bot leaves out the bot that --bot names, as npm start does', () => {
  assert.equal(parseServeArguments(['--bot', 'b.ts', '--no-bot']).botFile, null);
});

test('--tls alone makes a certificate and takes the usual port, and any of its options means it', () => {
  assert.deepEqual(parseServeArguments(['--tls']).tls, { port: 4443, files: null });
  assert.deepEqual(parseServeArguments(['--tls-port', '0']).tls, { port: 0, files: null });
});

const REFUSED: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['--port', '65536'], /--port takes a whole number from 0 to 65535, not "65536"/],
  [['--port', '-1'], /--port/],
  [['--port', '1e3'], /--port/],
  [['--port', ''], /--port/],
  [['--tls-port', '65536'], /--tls-port takes a whole number/],
  [['--tls-cert', 'c'], /--tls-cert and --tls-key go together/],
  [['--tls', '--tls-key', 'k'], /--tls-cert and --tls-key go together/],
  [['--rate', '6001'], /--rate takes a whole number from 0 to 6000/],
  [['--rate', '1.5'], /--rate/],
  [['--log', 'loud'], /--log takes one of trace, debug, info, warn, error, silent/],
  [['--prot', '1'], /--prot/],
  [['extra'], /extra/],
];
for (const [args, says] of REFUSED) {
  test(`${JSON.stringify(args)} is refused with what is allowed`, () => {
    assert.throws(
      () => parseServeArguments(args),
      (error) => error instanceof UsageError && says.test(error.message),
    );
  });
}
