import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { etfEncoding } from '../../src/encoding/encoding.ts';
import { EtfEncoder } from '../../src/encoding/etf-encoder.ts';

const ID = '175928847299117127';
const ID_HEX = '6e0800470002c15a067102';
const ID_TEXT_HEX = `6d00000012${Buffer.from(ID).toString('hex')}`;

const rows: readonly (readonly [value: unknown, hex: string])[] = [
  [null, '73036e696c'],
  [undefined, '73036e696c'],
  [true, '730474727565'],
  [false, '730566616c7365'],
  [0, '6100'],
  [-0, '6100'],
  [255, '61ff'],
  [256, '6200000100'],
  [-1, '62ffffffff'],
  [2 ** 31 - 1, '627fffffff'],
  [-(2 ** 31), '6280000000'],
  [2 ** 31, '6e040000000080'],
  [-(2 ** 31) - 1, '6e040101000080'],
  [2 ** 32, '6e05000000000001'],
  [2 ** 40 - 1, '6e0500ffffffffff'],
  [1_733_011_200_000, '6e06000058847f9301'],
  [Number.MAX_SAFE_INTEGER, '6e0700ffffffffffff1f'],
  [Number.MIN_SAFE_INTEGER, '6e0701ffffffffffff1f'],
  [2 ** 53, '464340000000000000'],
  [1.5, '463ff8000000000000'],
  [Number.NaN, '73036e696c'],
  [Number.NEGATIVE_INFINITY, '73036e696c'],
  ['', '6d00000000'],
  ['abc', '6d00000003616263'],
  ['ü', '6d00000002c3bc'],
  ['\ud800', '6d00000003efbfbd'],
  [ID, ID_TEXT_HEX],
  [[], '6a'],
  [[1, undefined], '6c00000002610173036e696c6a'],
  [{}, '7400000000'],
  [{ a: 1, b: undefined, c: 2 }, '74000000026d00000001616101' + '6d00000001636102'],
];

for (const [value, hex] of rows) {
  test(`${typeof value === 'object' ? JSON.stringify(value) : String(value)} is ${hex.slice(0, 40)}`, () => {
    assert.equal(new EtfEncoder().encode(value).toString('hex'), `83${hex}`);
  });
}

test('what JSON cannot hold is refused, and the encoder goes on', () => {
  const encoder = new EtfEncoder();
  for (const value of [1n, { a: Symbol('a') }, [() => 0]]) {
    assert.throws(() => encoder.encode(value), TypeError);
    assert.equal(encoder.encode(1).toString('hex'), '836101');
  }
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assert.throws(() => encoder.encode(cycle), RangeError);
  assert.equal(encoder.encode(1).toString('hex'), '836101');
});

describe('ids', () => {
  const fieldHex = (key: string, value: unknown, snowflakes?: 'integer' | 'string') => {
    const hex = new EtfEncoder({ snowflakes }).encode({ [key]: value }).toString('hex');
    const start = `8374000000016d${key.length.toString(16).padStart(8, '0')}${Buffer.from(key).toString('hex')}`;
    assert.ok(hex.startsWith(start));
    return hex.slice(start.length);
  };

  const listHex = (hex: string) => `6c00000001${hex}6a`;

  test('are integers in fields of their own', () => {
    for (const key of ['id', 'guild_id', 'parent_id', 'last_message_id'])
      assert.equal(fieldHex(key, ID), ID_HEX);
    for (const key of ['roles', 'mention_roles', 'sticker_ids', 'user_ids', 'applied_tags']) {
      assert.equal(fieldHex(key, [ID]), listHex(ID_HEX));
    }
  });

  test('are text in all other places', () => {
    for (const key of ['content', 'nonce', 'custom_id', 'session_id', 'value', ID, 'identity', 'ids', '']) {
      assert.equal(fieldHex(key, ID), ID_TEXT_HEX);
    }
    for (const key of ['values', 'id', 'guild_id']) assert.equal(fieldHex(key, [ID]), listHex(ID_TEXT_HEX));
    assert.equal(fieldHex('roles', ID), ID_TEXT_HEX);
    assert.equal(fieldHex('roles', [[ID]]), listHex(listHex(ID_TEXT_HEX)));
  });

  test('are text everywhere, if so wanted', () => {
    assert.equal(fieldHex('id', ID, 'string'), ID_TEXT_HEX);
    assert.equal(fieldHex('roles', [ID], 'string'), listHex(ID_TEXT_HEX));
  });

  test('have eight bytes at most and are no numbers', () => {
    const idHex = (id: string) => fieldHex('id', id).slice(0, 4);
    assert.equal(idHex('9007199254740992'), '6e07');
    assert.equal(idHex('72057594037927935'), '6e07');
    assert.equal(idHex('72057594037927936'), '6e08');
    assert.equal(idHex('18446744073709551615'), '6e08');
    for (const text of [
      '9007199254740991',
      '18446744073709551616',
      '99999999999999999999',
      '0175928847299117127',
      '-175928847299117127',
      '175928847299117127 ',
      '1e17000000000000000',
      'spotify:1234567890',
      '',
    ]) {
      assert.equal(idHex(text), '6d00');
    }
  });

  test('come back digit for digit', () => {
    const { encode, decode } = etfEncoding();
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), (id) => {
        const value = { id: id.toString(), roles: [id.toString()] };
        assert.deepEqual(decode(encode(value)), value);
      }),
    );
  });
});

describe('decode(encode(value))', () => {
  // Without halves of surrogate pairs, which UTF-8 does not have.
  const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });

  test('is what JSON makes of the value', () => {
    for (const encoding of [etfEncoding(), etfEncoding({ snowflakes: 'string', atomKeys: 'refuse' })]) {
      fc.assert(
        fc.property(json, (value) => {
          const parsed: unknown = JSON.parse(JSON.stringify(value));
          assert.deepEqual(encoding.decode(encoding.encode(value)), parsed);
        }),
        { numRuns: 500 },
      );
    }
  });

  test('is the number, for every number that is finite', () => {
    const { encode, decode } = etfEncoding();
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()),
        (number) => {
          assert.equal(decode(encode(number)), number === 0 ? 0 : number);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('is the text, at every length around those where the way of writing changes', () => {
    const { encode, decode } = etfEncoding();
    for (let length = 0; length < 60; length += 1) {
      for (const text of ['a'.repeat(length), `${'a'.repeat(length)}ü`, '🎉'.repeat(length)]) {
        assert.deepEqual(decode(encode({ [text]: text })), { [text]: text });
      }
    }
    const long = 'ü'.repeat(3_000_000);
    assert.equal(decode(encode(long)), long);
    assert.deepEqual(decode(encode(['after it'])), ['after it']);
  });

  test('keeps a __proto__ key', () => {
    const { encode, decode } = etfEncoding();
    const value = JSON.parse('{"__proto__":{"a":1}}');
    assert.deepEqual(Object.entries(Object(decode(encode(value)))), [['__proto__', { a: 1 }]]);
  });
});

test('a term is memory of its own', () => {
  const { encode } = etfEncoding();
  const first = encode({ a: 1 });
  const copy = Buffer.from(first);
  encode({ b: [2, 3, 4] });
  assert.deepEqual(first, copy);
  assert.equal(first.buffer.byteLength, first.length);
});
