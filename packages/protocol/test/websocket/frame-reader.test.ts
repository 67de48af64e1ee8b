import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { WebSocketError, type WebSocketErrorCode } from '../../src/errors.ts';
import { type FrameListener, FrameReader } from '../../src/websocket/frame-reader.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  closeWith,
  MASK,
  PING,
  PONG,
  type RawFrame,
  rawFrame,
  TEXT,
} from './raw-frame.ts';

type Role = 'client' | 'server';
type Heard = readonly [what: string, ...details: unknown[]];

const ROLES: readonly Role[] = ['client', 'server'];
const MAX_BYTES = 100_000;

/** A reader and what it says, the error that ends it as well. */
function reading(role: Role, maxMessageBytes = MAX_BYTES) {
  const heard: Heard[] = [];
  const listener: FrameListener = {
    message: (payload, binary) => heard.push([binary ? 'binary' : 'text', payload.toString('latin1')]),
    ping: (payload) => heard.push(['ping', payload.toString('latin1')]),
    pong: (payload) => heard.push(['pong', payload.toString('latin1')]),
    close: (code, reason) => heard.push(['close', code, reason]),
  };
  const reader = new FrameReader({ role, maxMessageBytes }, listener);
  const push = (chunk: Buffer): void => {
    try {
      reader.push(chunk);
    } catch (error) {
      assert.ok(error instanceof WebSocketError, String(error));
      heard.push(['error', error.code, error.closeCode]);
    }
  };
  return { heard, push };
}

/** The frames as the other end of the role sends them. */
function sentTo(role: Role, frames: readonly RawFrame[]): Buffer {
  return Buffer.concat(frames.map((frame) => rawFrame(role === 'server' ? { mask: MASK, ...frame } : frame)));
}

function hear(role: Role, frames: readonly RawFrame[], maxMessageBytes?: number): readonly Heard[] {
  const { heard, push } = reading(role, maxMessageBytes);
  push(sentTo(role, frames));
  return heard;
}

const CONVERSATION: readonly RawFrame[] = [
  { opcode: TEXT, payload: '{"op":10}' },
  { opcode: BINARY, payload: Buffer.alloc(130, 0xe1) },
  { opcode: PING, payload: 'a' },
  { opcode: TEXT, fin: false, payload: Buffer.from('ü').subarray(0, 1) },
  { opcode: PONG },
  { opcode: CONTINUATION, fin: false },
  { opcode: CONTINUATION, payload: Buffer.from('ü').subarray(1) },
  { opcode: TEXT },
  { opcode: CLOSE, payload: closeWith(4004, 'grün') },
  { opcode: TEXT, payload: 'behind the close frame' },
];
const CONVERSATION_HEARD: readonly Heard[] = [
  ['text', '{"op":10}'],
  ['binary', '\xe1'.repeat(130)],
  ['ping', 'a'],
  ['pong', ''],
  ['text', '\xc3\xbc'],
  ['text', ''],
  ['close', 4004, 'grün'],
];

for (const role of ROLES) {
  describe(`a ${role}`, () => {
    test('hears messages, control frames between fragments, and nothing behind a close frame', () => {
      assert.deepEqual(hear(role, CONVERSATION), CONVERSATION_HEARD);
    });

    test('hears the same wherever the bytes are cut', () => {
      const bytes = sentTo(role, CONVERSATION);
      for (let cut = 1; cut < bytes.length; cut += 1) {
        const { heard, push } = reading(role);
        push(Buffer.from(bytes.subarray(0, cut)));
        push(Buffer.from(bytes.subarray(cut)));
        assert.deepEqual(heard, CONVERSATION_HEARD, `cut at ${cut}`);
      }
    });

    test('hears the same byte by byte, and with any cuts', () => {
      const bytes = sentTo(role, CONVERSATION);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: 40 })), (sizes) => {
          const { heard, push } = reading(role);
          let at = 0;
          for (const size of [...sizes, ...new Array(bytes.length).fill(1)]) {
            push(Buffer.from(bytes.subarray(at, at + size)));
            at += size;
          }
          assert.deepEqual(heard, CONVERSATION_HEARD);
        }),
        { numRuns: 50 },
      );
    });

    const valid: readonly (readonly [what: string, frames: readonly RawFrame[], heard: Heard])[] = [
      ['125 bytes', [{ opcode: BINARY, payload: 'x'.repeat(125) }], ['binary', 'x'.repeat(125)]],
      ['126 bytes', [{ opcode: BINARY, payload: 'x'.repeat(126) }], ['binary', 'x'.repeat(126)]],
      ['65535 bytes', [{ opcode: BINARY, payload: 'x'.repeat(65_535) }], ['binary', 'x'.repeat(65_535)]],
      ['65536 bytes', [{ opcode: BINARY, payload: 'x'.repeat(65_536) }], ['binary', 'x'.repeat(65_536)]],
      ['a ping of 125 bytes', [{ opcode: PING, payload: 'x'.repeat(125) }], ['ping', 'x'.repeat(125)]],
      ['binary that is not UTF-8', [{ opcode: BINARY, payload: Buffer.of(0xff) }], ['binary', '\xff']],
      [
        'as much as is allowed',
        [{ opcode: BINARY, payload: 'x'.repeat(MAX_BYTES) }],
        ['binary', 'x'.repeat(MAX_BYTES)],
      ],
      ['a close frame without code', [{ opcode: CLOSE }], ['close', null, '']],
      [
        'the longest reason',
        [{ opcode: CLOSE, payload: closeWith(1000, 'r'.repeat(123)) }],
        ['close', 1000, 'r'.repeat(123)],
      ],
      ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4014, 4999].map(
        (code) =>
          [`close code ${code}`, [{ opcode: CLOSE, payload: closeWith(code) }], ['close', code, '']] as const,
      ),
    ];
    for (const [what, frames, heard] of valid) {
      test(`takes ${what}`, () => assert.deepEqual(hear(role, frames), [heard]));
    }

    const PROTOCOL_ERROR = 1002;
    const broken: readonly (readonly [
      what: string,
      frames: readonly RawFrame[],
      code: WebSocketErrorCode,
      closeCode?: number,
    ])[] = [
      ...[1, 2, 4, 7].map(
        (reserved) =>
          [`reserved bits ${reserved}`, [{ opcode: TEXT, reserved, payload: 'x' }], 'RESERVED_BITS'] as const,
      ),
      ['reserved bits in a control frame', [{ opcode: PING, reserved: 4 }], 'RESERVED_BITS'],
      ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
        (opcode) => [`opcode ${opcode}`, [{ opcode }], 'RESERVED_OPCODE'] as const,
      ),
      ['5 bytes in the 2-byte form', [{ opcode: TEXT, payload: 'hello', lengthBytes: 3 }], 'INVALID_LENGTH'],
      [
        '125 bytes in the 2-byte form',
        [{ opcode: TEXT, payload: 'x'.repeat(125), lengthBytes: 3 }],
        'INVALID_LENGTH',
      ],
      ['5 bytes in the 8-byte form', [{ opcode: TEXT, payload: 'hello', lengthBytes: 9 }], 'INVALID_LENGTH'],
      [
        '65535 bytes in the 8-byte form',
        [{ opcode: BINARY, payload: 'x'.repeat(65_535), lengthBytes: 9 }],
        'INVALID_LENGTH',
      ],
      ['a length with the highest bit', [{ opcode: BINARY, length: 2n ** 63n }], 'INVALID_LENGTH'],
      ['a length of all ones', [{ opcode: BINARY, length: 2n ** 64n - 1n }], 'INVALID_LENGTH'],
      ['a length beyond 2^53', [{ opcode: BINARY, length: 2n ** 63n - 1n }], 'TOO_LARGE', 1009],
      ['one byte too many', [{ opcode: BINARY, length: BigInt(MAX_BYTES + 1) }], 'TOO_LARGE', 1009],
      [
        'fragments that are too long together',
        [
          { opcode: BINARY, fin: false, payload: 'x'.repeat(MAX_BYTES) },
          { opcode: CONTINUATION, payload: 'x' },
        ],
        'TOO_LARGE',
        1009,
      ],
      ['a ping in fragments', [{ opcode: PING, fin: false }], 'FRAGMENTED_CONTROL'],
      ['a pong in fragments', [{ opcode: PONG, fin: false }], 'FRAGMENTED_CONTROL'],
      ['a close frame in fragments', [{ opcode: CLOSE, fin: false }], 'FRAGMENTED_CONTROL'],
      ['a ping of 126 bytes', [{ opcode: PING, payload: 'x'.repeat(126) }], 'CONTROL_TOO_LONG'],
      ['a ping of 65536 bytes', [{ opcode: PING, payload: 'x'.repeat(65_536) }], 'CONTROL_TOO_LONG'],
      ['a continuation of nothing', [{ opcode: CONTINUATION, payload: 'x' }], 'UNEXPECTED_CONTINUATION'],
      [
        'a message among fragments',
        [
          { opcode: TEXT, fin: false },
          { opcode: TEXT, payload: 'x' },
        ],
        'UNFINISHED_MESSAGE',
      ],
      [
        'the first fragment of a message among fragments',
        [
          { opcode: BINARY, fin: false },
          { opcode: BINARY, fin: false },
        ],
        'UNFINISHED_MESSAGE',
      ],
      ['a close payload of one byte', [{ opcode: CLOSE, payload: 'x' }], 'CLOSE_TOO_SHORT'],
      ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map(
        (code) =>
          [
            `close code ${code}`,
            [{ opcode: CLOSE, payload: closeWith(code) }],
            'INVALID_CLOSE_CODE',
          ] as const,
      ),
      [
        'a close reason that is not UTF-8',
        [{ opcode: CLOSE, payload: closeWith(1000, Buffer.of(0xc3, 0x28)) }],
        'INVALID_UTF8',
        1007,
      ],
      ...[
        ['a lone continuation byte', [0x80]],
        ['an overlong slash', [0xc0, 0xaf]],
        ['a surrogate', [0xed, 0xa0, 0x80]],
        ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
        ['a character cut off', [0x61, 0xf0, 0x9f, 0x8e]],
      ].map(
        ([what, bytes]) =>
          [
            `text with ${what}`,
            [{ opcode: TEXT, payload: Buffer.from(bytes as number[]) }],
            'INVALID_UTF8',
            1007,
          ] as const,
      ),
      [
        'text in fragments that is not UTF-8',
        [
          { opcode: TEXT, fin: false, payload: Buffer.of(0xc3) },
          { opcode: CONTINUATION, payload: 'x' },
        ],
        'INVALID_UTF8',
        1007,
      ],
    ];
    for (const [what, frames, code, closeCode = PROTOCOL_ERROR] of broken) {
      test(`refuses ${what}, wherever the bytes are cut, and reads no further`, () => {
        const bytes = sentTo(role, [
          { opcode: TEXT, payload: 'before' },
          ...frames,
          { opcode: TEXT, payload: 'behind' },
        ]);
        const expected = [
          ['text', 'before'],
          ['error', code, closeCode],
        ];
        const cuts = new Set([0, 1, 2, 9, 10, 11, 12, 15, 19, bytes.length - 9, bytes.length - 1]);
        for (const cut of cuts) {
          const { heard, push } = reading(role);
          push(Buffer.from(bytes.subarray(0, cut)));
          push(Buffer.from(bytes.subarray(cut)));
          push(sentTo(role, [{ opcode: TEXT, payload: 'later' }]));
          assert.deepEqual(heard, expected, `cut at ${cut}`);
        }
      });
    }

    test('refuses a continuation behind the last fragment', () => {
      const frames = [{ opcode: TEXT, fin: false }, { opcode: CONTINUATION }, { opcode: CONTINUATION }];
      assert.deepEqual(hear(role, frames), [
        ['text', ''],
        ['error', 'UNEXPECTED_CONTINUATION', 1002],
      ]);
    });

    test('makes of any bytes messages or one WebSocketError, and keeps no more than the limit', () => {
      const frame = fc.record({
        opcode: fc.nat({ max: 15 }),
        fin: fc.boolean(),
        payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      });
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 400 }).map((raw) => Buffer.from(raw)),
        fc.array(frame, { maxLength: 6 }).map((frames) => sentTo(role, frames)),
      );
      fc.assert(
        fc.property(fc.array(bytes, { maxLength: 4 }), (chunks) => {
          const { heard, push } = reading(role, 200);
          for (const chunk of chunks) push(chunk);
          const ends = heard.filter(([what]) => what === 'error' || what === 'close');
          assert.ok(ends.length <= 1);
          assert.ok(ends.length === 0 || heard.at(-1) === ends[0], 'nothing is heard behind the end');
          for (const [what, text] of heard) {
            if (what === 'text' || what === 'binary') assert.ok(String(text).length <= 200);
          }
        }),
        { numRuns: 2_000 },
      );
    });
  });
}

describe('masks', () => {
  test('are not for a client’s eyes', () => {
    assert.deepEqual(hear('client', [{ opcode: TEXT, payload: 'x', mask: MASK }]), [
      ['error', 'MASKED', 1002],
    ]);
  });

  test('are missed by a server', () => {
    const { heard, push } = reading('server');
    push(rawFrame({ opcode: TEXT, payload: 'x' }));
    assert.deepEqual(heard, [['error', 'UNMASKED', 1002]]);
  });

  test('of all zeros are masks', () => {
    assert.deepEqual(hear('server', [{ opcode: TEXT, payload: 'x', mask: Buffer.alloc(4) }]), [
      ['text', 'x'],
    ]);
  });
});

test('a frame that lies whole in the chunk is handed out where it lies', () => {
  const chunk = sentTo('client', [
    { opcode: TEXT, payload: 'first' },
    { opcode: BINARY, payload: 'x'.repeat(300) },
  ]);
  const places: number[] = [];
  const reader = new FrameReader(
    { role: 'client', maxMessageBytes: MAX_BYTES },
    {
      message: (payload) => {
        assert.equal(payload.buffer, chunk.buffer);
        places.push(payload.byteOffset - chunk.byteOffset);
      },
      ping: () => assert.fail(),
      pong: () => assert.fail(),
      close: () => assert.fail(),
    },
  );
  reader.push(chunk);
  assert.deepEqual(places, [2, 11]);
});

test('a head that promises much takes no memory before the bytes come', () => {
  const { heard, push } = reading('client', 2 ** 30);
  const before = process.memoryUsage().arrayBuffers;
  push(rawFrame({ opcode: BINARY, length: 2n ** 30n, payload: 'x'.repeat(1_000) }));
  assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
  assert.deepEqual(heard, []);
});
