import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Peek, parseData, peek } from '../../src/envelope/peek.ts';
import { dispatchBody } from '../../src/envelope/splice.ts';
import { EnvelopeError } from '../../src/errors.ts';

/** The text itself and as bytes. */
function sources(text: string): (string | Buffer)[] {
  return [text, Buffer.from(text)];
}

describe('what senders write is read from the head', () => {
  const rows: readonly (readonly [name: string, text: string, expected: Omit<Peek, 'd'>, d: string])[] = [
    [
      "Discord's dispatch",
      '{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{"content":"ü","n":{"op":9}}}',
      { op: 0, s: 42, t: 'MESSAGE_CREATE' },
      '{"content":"ü","n":{"op":9}}',
    ],
    [
      "Discord's Hello",
      '{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}',
      { op: 10, s: null, t: null },
      '{"heartbeat_interval":41250}',
    ],
    ['an ACK', '{"t":null,"s":null,"op":11,"d":null}', { op: 11, s: null, t: null }, 'null'],
    [
      'our own dispatch',
      `{"s":         7,${dispatchBody('RESUMED', '{}')}`,
      { op: 0, s: 7, t: 'RESUMED' },
      '{}',
    ],
    [
      'white space everywhere',
      ' \r\n{ "op"\t: 0 ,\n"s" :1, "t" : "A" , "d" :  [ 1 ] \n}\n ',
      { op: 0, s: 1, t: 'A' },
      '[ 1 ]',
    ],
  ];
  for (const [name, text, expected, d] of rows) {
    test(name, () => {
      for (const source of sources(text)) {
        const { d: span, ...head } = peek(source);
        assert.deepEqual(head, expected);
        assert.ok(span !== null);
        assert.equal(source.slice(span.start, span.end).toString(), d);
        assert.deepEqual(parseData(source, { d: span }), JSON.parse(d));
      }
    });
  }
});

describe('what is unusual is parsed whole', () => {
  const rows: readonly (readonly [name: string, text: string, expected: Omit<Peek, 'd'>, d: unknown])[] = [
    ['d first', '{"d":{"op":5},"op":2}', { op: 2, s: null, t: null }, { op: 5 }],
    ['missing s and t', '{"op":1,"d":251}', { op: 1, s: null, t: null }, 251],
    ['missing d', '{"op":11}', { op: 11, s: null, t: null }, undefined],
    ['an unknown key first', '{"x":1,"t":"A","s":1,"op":0,"d":1}', { op: 0, s: 1, t: 'A' }, 1],
    ['an escape in a key', '{"\\u006fp":3,"s":1,"t":"A","d":1}', { op: 3, s: 1, t: 'A' }, 1],
    ['an escape in t', '{"op":0,"s":1,"t":"A\\"B","d":1}', { op: 0, s: 1, t: 'A"B' }, 1],
    ['t beyond ASCII', '{"op":0,"s":1,"t":"Ä","d":1}', { op: 0, s: 1, t: 'Ä' }, 1],
    ['a number with exponent', '{"op":1e1,"s":1.0,"t":null,"d":1}', { op: 10, s: 1, t: null }, 1],
    ['a negative number', '{"op":-1,"s":-0,"t":null,"d":1}', { op: -1, s: -0, t: null }, 1],
    ['odd types', '{"op":0,"s":"1","t":5,"d":1}', { op: 0, s: null, t: null }, 1],
    ['a fraction as s', '{"op":0,"s":1.5,"t":"A","d":1}', { op: 0, s: null, t: 'A' }, 1],
    ['a key twice', '{"op":0,"op":2,"s":1,"t":"A","d":1}', { op: 2, s: 1, t: 'A' }, 1],
    ['__proto__', '{"__proto__":{"s":9},"op":2,"d":1}', { op: 2, s: null, t: null }, 1],
  ];
  for (const [name, text, expected, d] of rows) {
    test(name, () => {
      for (const source of sources(text)) {
        const peeked = peek(source);
        assert.deepEqual(peeked, { ...expected, d: null });
        assert.deepEqual(parseData(source, peeked), d);
      }
    });
  }
});

describe('what is no envelope is refused', () => {
  for (const [text, code] of [
    ['', 'INVALID_JSON'],
    ['{', 'INVALID_JSON'],
    ['{"op":', 'INVALID_JSON'],
    ['{"op":0,"s":1,"t":"A', 'INVALID_JSON'],
    ['{"op":0,"s":1,"t":"A","d":', 'INVALID_JSON'],
    ['{"op":0,"s":1,"t":"A","d":}', 'INVALID_JSON'],
    ['{"op":01,"s":1,"t":"A","d":1}', 'INVALID_JSON'],
    ['{"op":0,"s":1,"t":"A\n","d":1}', 'INVALID_JSON'],
    ['[]', 'NOT_AN_OBJECT'],
    ['null', 'NOT_AN_OBJECT'],
    ['"{}"', 'NOT_AN_OBJECT'],
    ['{}', 'INVALID_OPCODE'],
    ['{"op":null}', 'INVALID_OPCODE'],
    ['{"op":"0"}', 'INVALID_OPCODE'],
    ['{"op":1.5}', 'INVALID_OPCODE'],
    ['{"op":1e400}', 'INVALID_OPCODE'],
    ['{"__proto__":{"op":1}}', 'INVALID_OPCODE'],
  ] as const) {
    test(`${JSON.stringify(text)} is ${code}`, () => {
      for (const source of sources(text)) {
        assert.throws(() => peek(source), { name: 'EnvelopeError', code });
      }
    });
  }

  test('broken JSON within d is found when d is parsed', () => {
    for (const source of sources('{"op":0,"s":1,"t":"A","d":{"a":}}')) {
      const peeked = peek(source);
      assert.equal(peeked.op, 0);
      assert.throws(() => parseData(source, peeked), { name: 'EnvelopeError', code: 'INVALID_JSON' });
    }
  });

  test('an error does not quote the message', () => {
    const secret = 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ';
    assert.throws(
      () => peek(`{"op":2,"d":{"token":"${secret}" "x"}}`),
      (error: unknown) =>
        error instanceof EnvelopeError && !JSON.stringify([error.message, error.stack]).includes('MTk4'),
    );
  });
});

test('peek and parseData agree with JSON.parse on any order of keys, white space and unknown keys', () => {
  const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const name = fc.oneof(fc.constant('MESSAGE_CREATE'), fc.string({ unit: 'binary' }));
  const d = fc.oneof(fc.constantFrom('null', '{}', '[{"op":3},{"d":"}"}]'), fc.json());
  const key = fc.oneof(
    fc.string().filter((text) => !['op', 's', 't', 'd'].includes(text)),
    fc.constantFrom('\\u0064', 'o', 'ops', ''),
  );
  const known = fc.tuple(
    fc.oneof(fc.nat({ max: 50 }).map(String), fc.constantFrom('1e1', '-3', '12345678901234567890')),
    fc.oneof(fc.nat().map(String), fc.constantFrom('null', '0', '-0', '1.5', '9007199254740993')),
    fc.oneof(
      name.map((text) => JSON.stringify(text)),
      fc.constantFrom('null', '7', '"\\u0041"'),
    ),
    d,
  );
  const extra = fc.dictionary(key, fc.json(), { maxKeys: 2 });
  fc.assert(
    fc.property(
      known,
      extra,
      fc.array(space, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 0, max: 15 }),
      fc.infiniteStream(fc.nat()),
      ([op, s, t, data], more, spaces, omitted, random) => {
        const fields = [
          ['"op"', op],
          ['"s"', s],
          ['"t"', t],
          ['"d"', data],
        ].filter((_, index) => index === 0 || (omitted & (1 << index)) === 0);
        for (const [extraKey, value] of Object.entries(more)) fields.push([JSON.stringify(extraKey), value]);
        const order = fields
          .map((field) => ({ field, rank: (random.next().value ?? 0) % 16 }))
          .sort((a, b) => a.rank - b.rank);
        const at = (index: number): string => spaces[index % spaces.length] ?? '';
        const inner = order
          .map(({ field: [k, v] }, i) => `${at(i)}${k}${at(i + 1)}:${at(i + 2)}${v}${at(i + 3)}`)
          .join(',');
        const text = `${at(5)}{${inner}}${at(6)}`;

        const whole: Record<string, unknown> = JSON.parse(text);
        for (const source of sources(text)) {
          const peeked = peek(source);
          assert.equal(peeked.op, whole.op);
          assert.equal(peeked.s, Number.isInteger(whole.s) ? whole.s : null);
          assert.equal(peeked.t, typeof whole.t === 'string' ? whole.t : null);
          assert.deepEqual(parseData(source, peeked), whole.d);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
