import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { EtfDecoder } from '../../src/encoding/etf-decoder.ts';
import { EtfEncoder } from '../../src/encoding/etf-encoder.ts';
import { parseEtfData, peekEtf } from '../../src/envelope/etf-peek.ts';
import { DecodeError, EnvelopeError } from '../../src/errors.ts';

const encoder = new EtfEncoder();
const decoder = new EtfDecoder();

const envelopes: readonly (readonly [value: object, outside: object])[] = [
  [
    { t: 'MESSAGE_CREATE', s: 7, op: 0, d: { id: '1' } },
    { op: 0, s: 7, t: 'MESSAGE_CREATE' },
  ],
  [
    { d: { d: [1, 2, { op: 5 }] }, op: 0, t: 'A', s: 2 ** 31 },
    { op: 0, s: 2 ** 31, t: 'A' },
  ],
  [{ op: 11 }, { op: 11, s: null, t: null }],
  [
    { op: 10, d: null, s: null, t: null },
    { op: 10, s: null, t: null },
  ],
  [
    { _: ' '.repeat(33), operator: 1, dd: 2, op: 0, s: 1, t: 'A', d: [], more: {} },
    { op: 0, s: 1, t: 'A' },
  ],
  [
    { op: 0, s: '7', t: 7, d: 1 },
    { op: 0, s: null, t: null },
  ],
  [
    { op: 0, s: 1.5, t: null, d: 1 },
    { op: 0, s: null, t: null },
  ],
];

for (const [value, outside] of envelopes) {
  test(`${JSON.stringify(value)} is peeked`, () => {
    const bytes = encoder.encode(value);
    const { d, ...rest } = peekEtf(bytes);
    assert.deepEqual(rest, outside);
    assert.equal(d !== null, 'd' in value);
    assert.deepEqual(parseEtfData(bytes, { d }), 'd' in value ? value.d : undefined);
  });
}

test('keys may be atoms of all four kinds, and numbers of all kinds', () => {
  for (const atom of [
    (key: string) => Buffer.from([100, 0, key.length, ...Buffer.from(key)]),
    (key: string) => Buffer.from([118, 0, key.length, ...Buffer.from(key)]),
    (key: string) => Buffer.from([115, key.length, ...Buffer.from(key)]),
    (key: string) => Buffer.from([119, key.length, ...Buffer.from(key)]),
  ]) {
    const bytes = Buffer.concat([
      Buffer.from('837400000004', 'hex'),
      atom('op'),
      Buffer.from('4600000000' + '00000000', 'hex'),
      atom('s'),
      Buffer.from('6e0200e803', 'hex'),
      atom('t'),
      atom('READY'),
      atom('d'),
      Buffer.from('6a', 'hex'),
    ]);
    assert.deepEqual(peekEtf(bytes), {
      op: 0,
      s: 1000,
      t: 'READY',
      d: { start: bytes.length - 1, end: bytes.length },
    });
  }
});

test('a compressed message is decoded as a whole', () => {
  const term = encoder.encode({ op: 0, s: 1, t: 'A', d: { a: [1] } }).subarray(1);
  const header = Buffer.from([131, 80, 0, 0, 0, term.length]);
  const bytes = Buffer.concat([header, deflateSync(term)]);
  const peeked = peekEtf(bytes);
  assert.deepEqual(peeked, { op: 0, s: 1, t: 'A', d: null });
  assert.deepEqual(parseEtfData(bytes, peeked), { a: [1] });
});

test('what is no envelope is refused', () => {
  for (const value of [null, 1, 'op', [], ['op', 1]]) {
    assert.throws(() => peekEtf(encoder.encode(value)), { name: 'EnvelopeError', code: 'NOT_AN_OBJECT' });
  }
  for (const value of [{}, { op: null }, { op: '0' }, { op: 1.5 }, { s: 1 }]) {
    assert.throws(() => peekEtf(encoder.encode(value)), { name: 'EnvelopeError', code: 'INVALID_OPCODE' });
  }
  for (const bytes of [Buffer.of(), Buffer.from('{"op":0}'), Buffer.from('8374', 'hex')]) {
    assert.throws(() => peekEtf(bytes), { name: 'DecodeError', code: 'MALFORMED' });
  }
});

test('broken data is found when it is parsed', () => {
  const bytes = encoder.encode({ op: 0, s: 1, t: 'A', d: 'text' });
  for (const broken of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])]) {
    const peeked = peekEtf(broken);
    assert.equal(peeked.t, 'A');
    assert.throws(() => parseEtfData(broken, peeked), { name: 'DecodeError' });
  }
});

test('peek and decode agree on every message, in every order of its keys', () => {
  const entry = fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('op', 's', 't', 'd', '_') },
      { weight: 1, arbitrary: fc.string() },
    ),
    fc.oneof(fc.nat(12), fc.constant(null), fc.constant('READY'), fc.jsonValue({ maxDepth: 2 })),
  );
  let agreed = 0;
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), fc.nat(6), fc.nat(12), (others, at, op) => {
      const entries = others.toSpliced(at, 0, ['op', op]);
      const pairs = entries.map((pair) => pair.map((part) => encoder.encode(part).subarray(1)));
      const bytes = Buffer.concat([Buffer.from([131, 116, 0, 0, 0, entries.length]), ...pairs.flat()]);
      const value = Object(decoder.decode(bytes));
      if (!Number.isInteger(value.op)) {
        assert.throws(() => peekEtf(bytes), { name: 'EnvelopeError', code: 'INVALID_OPCODE' });
        return;
      }
      agreed += 1;
      const peeked = peekEtf(bytes);
      assert.equal(peeked.op, value.op);
      assert.equal(peeked.s, Number.isInteger(value.s) ? value.s : null);
      assert.equal(peeked.t, typeof value.t === 'string' ? value.t : null);
      assert.deepEqual(parseEtfData(bytes, peeked), value.d);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(agreed > 1_000, 'most of them are envelopes');
});

test('any bytes are an envelope or a typed error', () => {
  const bytes = encoder.encode({ op: 0, s: 1, t: 'A', d: { a: [1, 'b', null] } });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(bytes.length),
      (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const [at, byte] of changes) broken[at] = byte;
        const cut = broken.subarray(0, length);
        try {
          parseEtfData(cut, peekEtf(cut));
        } catch (error) {
          assert.ok(error instanceof DecodeError || error instanceof EnvelopeError);
        }
      },
    ),
    { numRuns: 5_000 },
  );
});
