import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PORT, parseServeArguments, UsageError } from '../src/arguments.ts';

test('without arguments the server is on loopback, keeps a file and lets its members talk', () => {
  assert.deepEqual(parseServeArguments([]), {
    host: '127.0.0.1',
    port: DEFAULT_PORT,
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
  const args =
    '--host ::1 --port 0 --data d --owner-key-file k --no-portal --memory --rate 600 --bot b.ts --log debug'.split(
      ' ',
    );
  assert.deepEqual(parseServeArguments(args), {
    host: '::1',
    port: 0,
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

const REFUSED: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['--port', '65536'], /--port takes a whole number from 0 to 65535, not "65536"/],
  [['--port', '-1'], /--port/],
  [['--port', '1e3'], /--port/],
  [['--port', ''], /--port/],
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
