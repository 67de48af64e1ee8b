/** erlpack from the registry, Discord's own coder of ETF for JavaScript: what we write it reads, what it writes we read. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  etfDispatchBody,
  etfDispatchHead,
  etfEncoding,
  etfPaddedDispatchHead,
  padEtfMessage,
  parseEtfData,
  peekEtf,
} from '@guildhall/protocol';
import fc from 'fast-check';
import { buildAddon } from '../native-addon.ts';

interface Erlpack {
  pack(value: unknown): Buffer;
  unpack(bytes: Buffer): unknown;
}

const addon = await buildAddon({ name: 'erlpack', version: '0.1.4', binary: 'erlpack.node' });
const skip = addon.type === 'missing' ? addon.why : false;
const erlpack = addon.type === 'missing' ? null : loadErlpack(addon.folder);

const asDiscord = etfEncoding();
/** What a server takes that is as strict as Discord. */
const strict = etfEncoding({ atomKeys: 'refuse', maxInflatedBytes: 0 });
const ID = '175928847299117127';
const PADDING = ' '.repeat(33);

/** erlpack sets keys as assignments do, so that `__proto__` is lost. */
const json = fc
  .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
  .filter((value) => !JSON.stringify(value).includes('"__proto__":'));

/** erlpack makes strings of integers that have more than four bytes. */
function asErlpackReads(value: unknown): unknown {
  if (typeof value === 'number') {
    const isString = Number.isSafeInteger(value) && (value > 2 ** 32 - 1 || value < -(2 ** 31));
    return isString ? String(value) : value + 0;
  }
  if (Array.isArray(value)) return value.map(asErlpackReads);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asErlpackReads(member)]));
}

function dispatch(head: typeof etfDispatchHead, seq: number, between: string, body: Buffer): Buffer {
  const bytes = Buffer.alloc(head.byteLength);
  head.write(bytes, 0);
  head.setSeq(seq, bytes, 0);
  return Buffer.concat([bytes, Buffer.from(between), body]);
}

test('erlpack reads every value that we write', { skip }, () => {
  for (const encoding of [asDiscord, etfEncoding({ snowflakes: 'string' })]) {
    fc.assert(
      fc.property(json, (value) => {
        assert.deepEqual(erlpack?.unpack(encoding.encode(value)), asErlpackReads(value));
      }),
      { numRuns: 1_000 },
    );
  }
});

test('erlpack reads ids as the strings they were', { skip }, () => {
  const value = { id: ID, roles: ['9007199254740992', '18446744073709551615'], nonce: ID };
  assert.deepEqual(erlpack?.unpack(asDiscord.encode(value)), value);
});

test('we read every value that erlpack writes, as strict as we can be', { skip }, () => {
  fc.assert(
    fc.property(json, (value) => {
      assert.deepEqual(strict.decode(erlpack?.pack(value) ?? Buffer.of()), value);
    }),
    { numRuns: 1_000 },
  );
});

test('an Identify by erlpack is read whole, its undefined members as null', { skip }, () => {
  const identify = { token: 'Bot x', intents: 513, shard: [0, 1], v: 10, compress: false };
  const d = { ...identify, presence: { status: 'online', since: 1_733_011_200_000, activities: [] } };
  const bytes = erlpack?.pack({ op: 2, d: { ...d, large_threshold: undefined } }) ?? Buffer.of();
  assert.deepEqual(strict.decode(bytes), { op: 2, d: { ...d, large_threshold: null } });
  assert.equal(peekEtf(bytes).op, 2);
});

test('erlpack reads a spliced dispatch, padded or not, whatever its number', { skip }, () => {
  const d = { id: ID, content: 'ü🎉', embeds: [], member: null, flags: 2 ** 31 };
  const body = etfDispatchBody('MESSAGE_CREATE', asDiscord.encode(d));
  for (const s of [0, 1, 255, 256, 123_456, 2 ** 31 - 1]) {
    const plain = dispatch(etfDispatchHead, s, '', body);
    assert.deepEqual(erlpack?.unpack(plain), { s, t: 'MESSAGE_CREATE', op: 0, d });
    const padded = dispatch(etfPaddedDispatchHead, s, PADDING, body);
    assert.deepEqual(erlpack?.unpack(padded), { s, _: PADDING, t: 'MESSAGE_CREATE', op: 0, d });
    assert.deepEqual(parseEtfData(padded, peekEtf(padded)), d);
  }
  const { head, rest } = padEtfMessage(asDiscord.encode({ op: 11, d: null }));
  const ack = Buffer.concat([head, Buffer.from(PADDING), rest]);
  assert.deepEqual(erlpack?.unpack(ack), { _: PADDING, op: 11, d: null });
});

function loadErlpack(folder: string): Erlpack {
  const loaded: unknown = createRequire(join(folder, 'package.json'))(folder);
  if (typeof loaded === 'object' && loaded !== null && 'pack' in loaded && 'unpack' in loaded) {
    const { pack, unpack } = loaded;
    if (typeof pack === 'function' && typeof unpack === 'function') {
      return { pack: (value) => pack(value), unpack: (bytes) => unpack(bytes) };
    }
  }
  throw new Error('erlpack is not of the known shape');
}
