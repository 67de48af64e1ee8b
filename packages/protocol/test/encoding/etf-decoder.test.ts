import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { EtfDecoder, type EtfDecoderOptions } from '../../src/encoding/etf-decoder.ts';
import { DecodeError, type DecodeErrorCode } from '../../src/errors.ts';

const decode = (hex: string, options?: EtfDecoderOptions) =>
  new EtfDecoder(options).decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** What OTP 25 writes for a term (erlang:term_to_binary/1,2), and terms that others write. */
const rows: readonly (readonly [term: string, hex: string, expected: unknown])[] = [
  ['SMALL_INTEGER 0', '83 61 00', 0],
  ['SMALL_INTEGER 255', '83 61 ff', 255],
  ['INTEGER 256', '83 62 00000100', 256],
  ['INTEGER −1', '83 62 ffffffff', -1],
  ['INTEGER −2^31', '83 62 80000000', -(2 ** 31)],
  ['INTEGER 5, longer than need be', '83 62 00000005', 5],
  ['SMALL_BIG 2^31', '83 6e 04 00 00000080', 2 ** 31],
  ['SMALL_BIG −2^31 − 1', '83 6e 04 01 01000080', -(2 ** 31) - 1],
  ['SMALL_BIG 2^48', '83 6e 07 00 00000000000001', 2 ** 48],
  ['SMALL_BIG 2^53 − 1', '83 6e 07 00 ffffffffffff1f', Number.MAX_SAFE_INTEGER],
  ['SMALL_BIG −(2^53 − 1)', '83 6e 07 01 ffffffffffff1f', Number.MIN_SAFE_INTEGER],
  ['SMALL_BIG 2^53', '83 6e 07 00 00000000000020', '9007199254740992'],
  ['SMALL_BIG −2^53', '83 6e 07 01 00000000000020', '-9007199254740992'],
  ['SMALL_BIG, an id', '83 6e 08 00 470002c15a067102', '175928847299117127'],
  ['SMALL_BIG 2^64 − 1', '83 6e 08 00 ffffffffffffffff', '18446744073709551615'],
  ['SMALL_BIG 2^64', '83 6e 09 00 000000000000000001', '18446744073709551616'],
  ['SMALL_BIG 7 in eight bytes', '83 6e 08 00 0700000000000000', 7],
  ['SMALL_BIG of no bytes', '83 6e 00 00', 0],
  ['SMALL_BIG −0', '83 6e 01 01 00', 0],
  ['LARGE_BIG 1', '83 6f 00000001 00 01', 1],
  ['LARGE_BIG −2^72', '83 6f 0000000a 01 00000000000000000001', '-4722366482869645213696'],
  ['NEW_FLOAT 1.5', '83 46 3ff8000000000000', 1.5],
  ['NEW_FLOAT 1.0, which is 1', '83 46 3ff0000000000000', 1],
  ['NEW_FLOAT −0.0', '83 46 8000000000000000', -0],
  ['FLOAT 1.5', `83 63 ${hexOf('1.50000000000000000000e+00')}0000000000`, 1.5],
  ['FLOAT −2.5e-3', `83 63 ${hexOf('-2.50000000000000000000e-03')}00000000`, -0.0025],
  ['BINARY', `83 6d 00000003 ${hexOf('abc')}`, 'abc'],
  ['BINARY in UTF-8', `83 6d 00000006 ${hexOf('ü🎉')}`, 'ü🎉'],
  ['BINARY that is no UTF-8', '83 6d 00000002 61ff', 'a\ufffd'],
  ['BINARY, empty', '83 6d 00000000', ''],
  ['STRING, which is a list', '83 6b 0003 010203', [1, 2, 3]],
  ['NIL', '83 6a', []],
  ['LIST', '83 6c 00000002 6101 6a 6a', [1, []]],
  ['LIST of none', '83 6c 00000000 6a', []],
  ['SMALL_TUPLE', '83 68 02 6101 6102', [1, 2]],
  ['SMALL_TUPLE, empty', '83 68 00', []],
  ['LARGE_TUPLE', '83 69 00000001 6101', [1]],
  ['ATOM nil', `83 64 0003 ${hexOf('nil')}`, null],
  ['ATOM null', `83 64 0004 ${hexOf('null')}`, null],
  ['SMALL_ATOM true', `83 73 04 ${hexOf('true')}`, true],
  ['SMALL_ATOM_UTF8 false', `83 77 05 ${hexOf('false')}`, false],
  ['ATOM_UTF8, another', `83 76 0002 ${hexOf('ü')}`, 'ü'],
  ['ATOM, another', '83 64 0001 fc', 'ü'],
  ['SMALL_ATOM undefined', `83 73 09 ${hexOf('undefined')}`, 'undefined'],
  ['SMALL_ATOM_UTF8, empty', '83 77 00', ''],
  ['MAP of none', '83 74 00000000', {}],
  ['MAP', `83 74 00000002 6d00000001 61 6101 6d00000001 62 7303${hexOf('nil')}`, { a: 1, b: null }],
  ['MAP, atoms as keys', '83 74 00000002 730161 6101 770162 6102', { a: 1, b: 2 }],
  ['MAP, true as a key', `83 74 00000001 7304${hexOf('true')} 6101`, { true: 1 }],
  [
    'MAP, integers as keys',
    '83 74 00000002 6105 6101 6e0800 470002c15a067102 6102',
    { 5: 1, '175928847299117127': 2 },
  ],
  ['MAP, a key twice', '83 74 00000002 6d00000001 61 6101 730161 6102', { a: 2 }],
];

for (const [term, hex, expected] of rows) {
  test(`${term} decodes to ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(decode(hex), expected);
  });
}

const refused: readonly (readonly [what: string, hex: string, DecodeErrorCode])[] = [
  ['nothing', '', 'MALFORMED'],
  ['JSON', hexOf('{"op":1}'), 'MALFORMED'],
  ['another version', '82 61 01', 'MALFORMED'],
  ['a version alone', '83', 'MALFORMED'],
  ['bytes behind the term', '83 61 01 00', 'MALFORMED'],
  ['a number cut off', '83 62 0000', 'MALFORMED'],
  ['a float cut off', '83 46 3ff8', 'MALFORMED'],
  ['a binary cut off', '83 6d 00000005 61', 'MALFORMED'],
  ['a length cut off', '83 6d 0000', 'MALFORMED'],
  ['an atom cut off', '83 73 05 6e', 'MALFORMED'],
  ['a list of 2^32 − 1', '83 6c ffffffff 6a6a6a6a6a6a6a6a', 'MALFORMED'],
  ['a tuple of 2^32 − 1', '83 69 ffffffff 6a6a6a6a6a6a6a6a', 'MALFORMED'],
  ['a map of 2^32 − 1', '83 74 ffffffff 6a6a6a6a6a6a6a6a', 'MALFORMED'],
  ['a list without its tail', '83 6c 00000001 6101', 'MALFORMED'],
  ['a number with a sign of 2', '83 6e 01 02 01', 'MALFORMED'],
  ['a float that is infinite', '83 46 7ff0000000000000', 'MALFORMED'],
  ['a float that is no number', '83 46 7ff8000000000000', 'MALFORMED'],
  ['a float text that is none', `83 63 ${hexOf('Infinity')}${'00'.repeat(23)}`, 'MALFORMED'],
  ['an empty float text', `83 63 ${'00'.repeat(31)}`, 'MALFORMED'],
  ['a float text out of range', `83 63 ${hexOf('1e999')}${'00'.repeat(26)}`, 'MALFORMED'],
  ['a list with a tail of its own', '83 6c 00000001 6101 6102', 'UNSUPPORTED'],
  ['an integer of 256 bytes', `83 6f 00000100 00 ${'01'.repeat(256)}`, 'UNSUPPORTED'],
  ['a process id', `83 58 7701 61 ${'00'.repeat(12)}`, 'UNSUPPORTED'],
  ['a bit string', '83 4d 00000001 03 a0', 'UNSUPPORTED'],
  ['a map whose key is a list', '83 74 00000001 6a 6101', 'UNSUPPORTED'],
  ['a map whose key is a float', '83 74 00000001 46 3ff8000000000000 6101', 'UNSUPPORTED'],
];

for (const [what, hex, code] of refused) {
  test(`${what} is refused`, () => {
    assert.throws(() => decode(hex), { name: 'DecodeError', code });
  });
}

test('what is refused is not quoted', () => {
  assert.throws(
    () => decode(`83 6d 00000006 ${hexOf('secret')} 00`),
    (error: unknown) => error instanceof DecodeError && !String(error.stack).includes('secret'),
  );
});

describe('the options', () => {
  test('atoms are refused as keys, not as values', () => {
    const strict = { atomKeys: 'refuse' } as const;
    assert.throws(() => decode('83 74 00000001 730161 6101', strict), { code: 'ATOM_KEY' });
    assert.throws(() => decode('83 6c 00000001 74 00000001 770161 6101 6a', strict), { code: 'ATOM_KEY' });
    assert.deepEqual(decode('83 74 00000001 6d00000001 61 7704 74727565', strict), { a: true });
  });

  test('a bad limit is refused at once', () => {
    for (const maxInflatedBytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new EtfDecoder({ maxInflatedBytes }), RangeError);
    }
  });
});

describe('compressed terms', () => {
  const list = Buffer.from(`6c000003e8${'6101'.repeat(1000)}6a`, 'hex');
  function compressed(term: Buffer, size = term.length): Buffer {
    const header = Buffer.from([131, 80, 0, 0, 0, 0]);
    header.writeUInt32BE(size, 2);
    return Buffer.concat([header, deflateSync(term)]);
  }
  const hex = compressed(list).toString('hex');

  test('one is read, up to the limit', () => {
    assert.deepEqual(decode(hex), new Array(1000).fill(1));
    assert.deepEqual(decode(hex, { maxInflatedBytes: list.length }), new Array(1000).fill(1));
    assert.throws(() => decode(hex, { maxInflatedBytes: list.length - 1 }), { code: 'TOO_LARGE' });
    assert.throws(() => decode(hex, { maxInflatedBytes: 0 }), { code: 'UNSUPPORTED' });
  });

  test('a wrong size, a bomb, bytes behind it and rubbish are refused', () => {
    const bomb = compressed(Buffer.alloc(10_000_000, 0x6a), 100);
    for (const bytes of [
      compressed(list, list.length - 1),
      compressed(list, list.length + 1),
      compressed(list, 0),
      bomb,
      Buffer.concat([compressed(list), Buffer.of(0)]),
      compressed(list).subarray(0, -1),
      Buffer.from('8350000000106162', 'hex'),
      Buffer.from('835000', 'hex'),
      // Within a term, and within another compressed one.
      Buffer.concat([Buffer.from('836801', 'hex'), compressed(list).subarray(1)]),
      compressed(compressed(list).subarray(1)),
    ]) {
      assert.throws(() => new EtfDecoder().decode(bytes), { name: 'DecodeError' });
    }
  });
});

describe('what an attacker may send', () => {
  test('a __proto__ key is an ordinary property', () => {
    for (const key of [`6d00000009${hexOf('__proto__')}`, `7309${hexOf('__proto__')}`]) {
      const value = decode(`83 74 00000001 ${key} 74 00000001 6d00000008 ${hexOf('polluted')} 6101`);
      assert.ok(typeof value === 'object' && value !== null);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.deepEqual(Object.keys(value), ['__proto__']);
      assert.equal('polluted' in {}, false);
    }
  });

  test('nesting goes down to a limit, in all that nests', () => {
    const nest = (depth: number, open: string, close: string) =>
      decode(`83 ${open.repeat(depth)} 6101 ${close.repeat(depth)}`);
    for (const [open, close] of [
      ['6c00000001', '6a'],
      ['6801', ''],
      ['6900000001', ''],
      ['74000000016d0000000161', ''],
    ] as const) {
      nest(256, open, close);
      assert.throws(() => nest(257, open, close), { code: 'TOO_DEEP' });
      assert.throws(() => nest(200_000, open, close), { code: 'TOO_DEEP' });
    }
  });

  test('the same decoder goes on after an error', () => {
    const decoder = new EtfDecoder();
    for (let round = 0; round < 300; round += 1) {
      assert.throws(() => decoder.decode(Buffer.from('836c0000000268016b', 'hex')), { name: 'DecodeError' });
    }
    assert.deepEqual(decoder.decode(Buffer.from('8368016101', 'hex')), [1]);
  });

  test('any bytes are a value or a DecodeError', () => {
    const decoder = new EtfDecoder();
    const tag = fc.constantFrom(
      ...[70, 80, 97, 98, 99, 100, 104, 105, 106, 107, 108, 109, 110, 111, 115, 116, 118, 119],
    );
    const bytes = fc.array(fc.oneof(tag, fc.constantFrom(0, 1, 2), fc.integer({ min: 0, max: 255 })), {
      maxLength: 80,
    });
    let values = 0;
    fc.assert(
      fc.property(bytes, (term) => {
        try {
          decoder.decode(Buffer.from([131, ...term]));
          values += 1;
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
      { numRuns: 20_000 },
    );
    assert.ok(values > 50, 'some of them are terms');
  });

  test('what a length claims is not allocated', () => {
    const decoder = new EtfDecoder();
    const before = process.memoryUsage().rss;
    for (const header of [
      '6cffffffff',
      '69ffffffff',
      '74ffffffff',
      '6dffffffff',
      '6fffffffff00',
      '8350ffffffff',
    ]) {
      const term = Buffer.concat([Buffer.from(`83${header}`, 'hex'), Buffer.alloc(14, 0x6a)]);
      for (let round = 0; round < 1_000; round += 1) {
        assert.throws(() => decoder.decode(term), { name: 'DecodeError' });
      }
    }
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
  });
});

test('a key comes out right whatever was read before it in its place', () => {
  const decoder = new EtfDecoder();
  const keys = fc.array(fc.string({ unit: 'binary', maxLength: 34 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(keys, (names) => {
      for (const name of names) {
        const text = Buffer.from(name);
        const head = Buffer.from('8374000000016d00000000', 'hex');
        head.writeUInt32BE(text.length, 7);
        const value = decoder.decode(Buffer.concat([head, text, Buffer.from('6101', 'hex')]));
        assert.deepEqual(Object.keys(Object(value)), [text.toString()]);
      }
    }),
  );
});
