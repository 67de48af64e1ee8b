import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DISPATCH_NAMES } from '../../src/dispatch-events.ts';
import { EnvelopeReader } from '../../src/envelope/envelope-reader.ts';
import { NameReader } from '../../src/envelope/name-reader.ts';
import { dispatchBody } from '../../src/envelope/splice.ts';
import { EnvelopeError } from '../../src/errors.ts';

interface Head {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
}

/** One for all tests, as one serves all connections: nothing of a message may be left to the next. */
const reader = new EnvelopeReader();

function read(text: string): { readonly head: Head; readonly dBytes: string | null; readonly d: unknown } {
  const message = Buffer.from(text);
  reader.read(message);
  const { op, s, t, dStart, dEnd } = reader;
  return {
    head: { op, s, t },
    dBytes: dStart < 0 ? null : message.toString('utf8', dStart, dEnd),
    d: reader.parseData(message),
  };
}

describe('what senders write is read from the head', () => {
  const rows: readonly (readonly [name: string, text: string, expected: Head, d: string])[] = [
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
      assert.deepEqual(read(text), { head: expected, dBytes: d, d: JSON.parse(d) });
    });
  }
});

describe('the name of an event', () => {
  const messageOf = (name: string): string => `{"t":"${name}","s":1,"op":0,"d":null}`;

  test('is right whatever names came before', () => {
    const names = [...DISPATCH_NAMES, ...Array.from({ length: 5_000 }, (_, n) => `NAME_${n}`), '', 'a'];
    for (const name of [...names, ...names.toReversed()]) assert.equal(read(messageOf(name)).head.t, name);
  });

  test('has a place of its own when it is documented: no string is made when it comes again', () => {
    const names = new NameReader();
    for (const name of DISPATCH_NAMES) names.read(Buffer.from(`"${name}"`), 1);
    for (const name of DISPATCH_NAMES) {
      const bytes = Buffer.from(`"${name}"`);
      bytes.toString = () => assert.fail(`${name} is made anew`);
      assert.equal(names.read(bytes, 1), name);
      assert.equal(names.end, bytes.length);
    }
  });
});

describe('what is unusual is parsed whole', () => {
  const rows: readonly (readonly [name: string, text: string, expected: Head, d: unknown])[] = [
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
      assert.deepEqual(read(text), { head: expected, dBytes: null, d });
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
      assert.throws(() => reader.read(Buffer.from(text)), { name: 'EnvelopeError', code });
    });
  }

  test('broken JSON within d is found when d is parsed', () => {
    const message = Buffer.from('{"op":0,"s":1,"t":"A","d":{"a":}}');
    reader.read(message);
    assert.equal(reader.op, 0);
    assert.throws(() => reader.parseData(message), { name: 'EnvelopeError', code: 'INVALID_JSON' });
  });

  test('an error does not quote the message', () => {
    const secret = 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ';
    assert.throws(
      () => reader.read(Buffer.from(`{"op":2,"d":{"token":"${secret}" "x"}}`)),
      (error: unknown) =>
        error instanceof EnvelopeError && !JSON.stringify([error.message, error.stack]).includes('MTk4'),
    );
  });
});

test('read and parseData agree with JSON.parse on any order of keys, white space and unknown keys', () => {
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
        const { head, d: parsed } = read(text);
        assert.equal(head.op, whole.op);
        assert.equal(head.s, Number.isInteger(whole.s) ? whole.s : null);
        assert.equal(head.t, typeof whole.t === 'string' ? whole.t : null);
        assert.deepEqual(parsed, whole.d);
      },
    ),
    { numRuns: 1000 },
  );
});
