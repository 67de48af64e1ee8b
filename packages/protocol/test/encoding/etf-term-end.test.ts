import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EtfDecoder } from '../../src/encoding/etf-decoder.ts';
import { EtfEncoder } from '../../src/encoding/etf-encoder.ts';
import { etfTermEnd } from '../../src/encoding/etf-term-end.ts';
import { DecodeError } from '../../src/errors.ts';

/** One of each tag, without the version. */
const TERMS = [
  '6101',
  '6200000100',
  '463ff8000000000000',
  `63${'31'.padEnd(62, '0')}`,
  '6400016e',
  '7600016e',
  '73016e',
  '77016e',
  '68026101616a',
  '69000000026a6a',
  '6a',
  '6b0003010203',
  '6c0000000261016a6a',
  '6d00000003616263',
  '6e080001020304050607ff',
  '6f0000000200ffff',
  '7400000002730161610173016268016a',
] as const;

for (const hex of TERMS) {
  const term = Buffer.from(hex, 'hex');

  test(`${hex.slice(0, 20)} ends with its last byte, whatever follows`, () => {
    const within = Buffer.concat([Buffer.from('ffff', 'hex'), term, Buffer.from('ffff', 'hex')]);
    assert.equal(etfTermEnd(within, 2), 2 + term.length);
  });

  test(`${hex.slice(0, 20)} does not end earlier`, () => {
    for (let length = 0; length < term.length; length += 1) {
      assert.throws(() => etfTermEnd(term.subarray(0, length), 0), { code: 'MALFORMED' });
    }
  });
}

test('tags without a place in gateway messages are refused', () => {
  for (const hex of ['4d0000000103a0', '5877016100', '83', '50', 'ff']) {
    assert.throws(() => etfTermEnd(Buffer.from(hex, 'hex'), 0), { code: 'UNSUPPORTED' });
  }
});

test('a value ends where its bytes end', () => {
  const encoder = new EtfEncoder();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const message = encoder.encode(value);
      assert.equal(etfTermEnd(Buffer.concat([message, Buffer.alloc(8)]), 1), message.length);
    }),
  );
});

test('of any bytes, those that decode end where the decoder says', () => {
  const decoder = new EtfDecoder();
  const tag = fc.constantFrom(...TERMS.map((hex) => Number.parseInt(hex.slice(0, 2), 16)));
  const bytes = fc.array(fc.oneof(tag, fc.constantFrom(0, 1, 2), fc.integer({ min: 0, max: 255 })), {
    maxLength: 40,
  });
  let terms = 0;
  fc.assert(
    fc.property(bytes, (content) => {
      const term = Buffer.from(content);
      let end: number;
      try {
        end = etfTermEnd(term, 0);
      } catch (error) {
        assert.ok(error instanceof DecodeError);
        assert.throws(() => decoder.decodeTerm(term, 0, term.length), DecodeError);
        return;
      }
      terms += 1;
      assert.ok(end > 0 && end <= term.length);
      if (end < term.length) assert.throws(() => decoder.decodeTerm(term, 0, term.length), DecodeError);
    }),
    { numRuns: 5_000 },
  );
  assert.ok(terms > 100);
});

test('deep nesting and wild claims take no memory and no stack', () => {
  const deep = Buffer.alloc(1_000_000, Buffer.from('6801', 'hex'));
  deep[deep.length - 1] = 0;
  assert.equal(etfTermEnd(deep, 0), deep.length);
  for (const header of ['6cffffffff', '69ffffffff', '74ffffffff', '6dffffffff', '6fffffffff00']) {
    const claimed = Buffer.concat([Buffer.from(header.repeat(3), 'hex'), Buffer.alloc(1_000, 0x6a)]);
    assert.throws(() => etfTermEnd(claimed, 0), { code: 'MALFORMED' });
  }
});
