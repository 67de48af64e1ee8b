import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonEncoding } from '../../src/encoding/encoding.ts';
import { parseLossless } from '../../src/encoding/json.ts';
import { DecodeError } from '../../src/errors.ts';

const rows: readonly (readonly [text: string, expected: unknown])[] = [
  ['9007199254740991', 9007199254740991],
  ['-9007199254740991', -9007199254740991],
  ['9007199254740992', '9007199254740992'],
  ['-9007199254740993', '-9007199254740993'],
  ['18446744073709551615', '18446744073709551615'],
  ['[175928847299117063,1]', ['175928847299117063', 1]],
  ['{"guild_id": 175928847299117063}', { guild_id: '175928847299117063' }],
  ['{"a":"175928847299117063"}', { a: '175928847299117063' }],
  ['{"175928847299117063":1}', { '175928847299117063': 1 }],
  ['["x, 175928847299117063", 1]', ['x, 175928847299117063', 1]],
  ['["\\"[175928847299117063", 175928847299117063]', ['"[175928847299117063', '175928847299117063']],
  ['0.12345678901234567890', Number('0.12345678901234567890')],
  ['12345678901234567890.5', Number('12345678901234567890.5')],
  ['12345678901234567890e1', Number('12345678901234567890e1')],
  ['1e20', 1e20],
  ['1e400', Number.POSITIVE_INFINITY],
  ['[-0,175928847299117063]', [-0, '175928847299117063']],
  ['-0', -0],
];

for (const [text, expected] of rows) {
  test(`${text} is parsed without loss`, () => {
    assert.deepEqual(parseLossless(text), expected);
  });
}

test('an unsafe integer is found at every place in the text', () => {
  for (let spaces = 0; spaces < 40; spaces += 1) {
    for (const id of ['9007199254740993', '175928847299117063', '12345678901234567890']) {
      assert.deepEqual(parseLossless(`[${' '.repeat(spaces)}${id}]`), [id]);
      assert.deepEqual(parseLossless(`["1234567890123456789${' '.repeat(spaces)}",-${id}]`), [
        `1234567890123456789${' '.repeat(spaces)}`,
        `-${id}`,
      ]);
    }
  }
});

test('whatever JSON.stringify makes is parsed as JSON.parse would', () => {
  const value = fc.oneof(
    fc.jsonValue({ stringUnit: 'binary' }),
    fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String), fc.maxSafeInteger(), fc.double())),
  );
  fc.assert(
    fc.property(value, (given) => {
      const text = JSON.stringify(given);
      // A double like 1e17 prints as an unsafe integer without an exponent: that is one, and becomes a string.
      fc.pre(!/(^|[[,:])-?\d{16,}([\],}]|$)/.test(text));
      assert.deepEqual(parseLossless(text), JSON.parse(text));
    }),
  );
});

test('bare ids anywhere come back digit for digit', () => {
  const id = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), id)), (entries) => {
      const text = `[${entries.map(([key, value]) => `[${JSON.stringify(key)} , ${value}]`).join(',')}]`;
      assert.deepEqual(
        parseLossless(text),
        entries.map(([key, value]) => [key, value.toString()]),
      );
    }),
  );
});

test('a __proto__ key is an ordinary property on both ways', () => {
  for (const id of ['1', '175928847299117063']) {
    const value = parseLossless(`{"__proto__":{"polluted":true},"id":${id}}`);
    assert.ok(typeof value === 'object' && value !== null);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(Object.keys(value), ['__proto__', 'id']);
    assert.equal('polluted' in {}, false);
  }
});

test('deep nesting is a value or an error, never a crash', () => {
  const depth = 200_000;
  const nest = (core: string) => '['.repeat(depth) + core + ']'.repeat(depth);
  assert.ok(Array.isArray(parseLossless(nest('1'))));
  assert.throws(() => parseLossless(nest('175928847299117063')), { name: 'DecodeError', code: 'TOO_DEEP' });
});

test('broken text is refused without being quoted', () => {
  for (const text of ['', '{"token":"secret-token" 1}', '[175928847299117063,secret]', '01', 'undefined']) {
    assert.throws(
      () => parseLossless(text),
      (error: unknown) =>
        error instanceof DecodeError && error.code === 'MALFORMED' && !String(error.stack).includes('secret'),
    );
  }
});

test('a long run of digits in a string does not hide the number behind it', () => {
  for (let digits = 15; digits < 70; digits += 1) {
    const run = '1'.repeat(digits);
    assert.deepEqual(parseLossless(`["${run}",175928847299117063]`), [run, '175928847299117063']);
  }
});

test('the JSON encoding turns values into UTF-8 and back', () => {
  assert.deepEqual(jsonEncoding.encode({ a: 'ü', b: null }), Buffer.from('{"a":"ü","b":null}'));
  assert.deepEqual(jsonEncoding.decode(Buffer.from('{"a":"ü","id":175928847299117063}')), {
    a: 'ü',
    id: '175928847299117063',
  });
});
