/** erlpack from the registry, Discord's own coder of ETF for JavaScript: what we write it reads, what it writes we read. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { etfEncoding, parseEtfData, peekEtf, SharedBody, wireFormat } from '@guildhall/protocol';
import fc from 'fast-check';
import { Decompress } from 'fzstd';
import { Inflate, Z_SYNC_FLUSH } from 'pako';
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

/** How a client takes the messages of a connection apart. */
const transports = {
  none: () => (payload: Buffer) => payload,
  'zlib-stream': () => {
    const inflate = new Inflate();
    return (payload: Buffer) => {
      const parts: Uint8Array[] = [];
      inflate.onData = (part) => parts.push(part);
      inflate.push(payload, Z_SYNC_FLUSH);
      return Buffer.concat(parts);
    };
  },
  'zstd-stream': () => {
    let parts: Uint8Array[] = [];
    const stream = new Decompress((part) => parts.push(part));
    return (payload: Buffer) => {
      parts = [];
      stream.push(payload);
      return Buffer.concat(parts);
    };
  },
} as const;

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

for (const transport of ['none', 'zlib-stream', 'zstd-stream'] as const) {
  test(`erlpack reads a conversation over ${transport}, dispatches and others`, { skip }, () => {
    const format = wireFormat('etf', transport);
    const decode = transports[transport]();
    const d = { id: ID, content: 'ü🎉', embeds: [], member: null, flags: 2 ** 31 - 1 };
    const body = new SharedBody('MESSAGE_CREATE', JSON.stringify(d));
    const padding = transport === 'zstd-stream' ? { _: PADDING } : {};
    const hello = format.message({ op: 10, d: { heartbeat_interval: 41_250 }, s: null, t: null });
    assert.deepEqual(erlpack?.unpack(decode(Buffer.concat([format.opening, hello.payload]))), {
      op: 10,
      d: { heartbeat_interval: 41_250 },
      s: null,
      t: null,
      ...padding,
    });
    for (const s of [0, 1, 255, 256, 123_456, 2 ** 31 - 1]) {
      const payload = Buffer.alloc(format.dispatchBytes(body));
      format.writeDispatch(body, payload, 0);
      format.setSeq(s, body, payload, 0);
      const term = decode(payload);
      assert.deepEqual(erlpack?.unpack(term), { s, t: 'MESSAGE_CREATE', op: 0, d, ...padding });
      assert.deepEqual(parseEtfData(term, peekEtf(term)), d);
      assert.deepEqual(erlpack?.unpack(decode(format.message({ op: 11, d: null }).payload)), {
        op: 11,
        d: null,
        ...padding,
      });
    }
  });
}

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
