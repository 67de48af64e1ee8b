import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createInflate, createZstdDecompress, inflateSync } from 'node:zlib';
import { createDecoder, isTransportAvailable, type TransportDecoder } from '../../src/transport/decoder.ts';
import { NativeInflater } from '../../src/transport/native-inflater.ts';
import { PublicZlibInflater } from '../../src/transport/public-inflater.ts';
import { StreamDecoder } from '../../src/transport/stream-decoder.ts';
import type { TransportName } from '../../src/transport/wire-format.ts';
import { ConnectionEncoder } from './connection-encoder.ts';
import { bodies, conversation, randomFrom, type Sent } from './corpus.ts';

const MAX_BYTES = 1024 * 1024;
const SEQUENCES = 12;
const MESSAGES = 15;

const decoders: readonly (readonly [name: string, transport: TransportName, () => TransportDecoder])[] = [
  ['plain text', 'none', () => createDecoder('none')],
  ['zlib-stream', 'zlib-stream', () => createDecoder('zlib-stream')],
  [
    'zlib-stream, native handle',
    'zlib-stream',
    () => new StreamDecoder('zlib', new NativeInflater('zlib'), MAX_BYTES),
  ],
  [
    'zlib-stream, public API',
    'zlib-stream',
    () => new StreamDecoder('zlib', new PublicZlibInflater(), MAX_BYTES),
  ],
  ['zstd-stream', 'zstd-stream', () => createDecoder('zstd-stream')],
  ['zlib-payload', 'zlib-payload', () => createDecoder('zlib-payload')],
];

for (const [name, transport, make] of decoders) {
  test(`${name}: our decoder gives back every message, whole and in time`, () => {
    for (let seed = 0; seed < SEQUENCES; seed += 1) {
      const random = randomFrom(seed);
      const decoder = make();
      for (const { message, value } of conversation(
        new ConnectionEncoder(transport),
        bodies(random),
        MESSAGES,
        random,
      )) {
        const text = decoder.push(message.payload, message.binary);
        assert.deepEqual(JSON.parse(text?.toString() ?? ''), value);
      }
      decoder.close();
    }
  });
}

describe('the streams of node:zlib', () => {
  for (const [transport, createStream] of [
    ['zlib-stream', createInflate],
    ['zstd-stream', createZstdDecompress],
  ] as const) {
    test(`${transport}: each message comes out as soon as its bytes are in`, async () => {
      for (let seed = 100; seed < 100 + SEQUENCES; seed += 1) {
        const random = randomFrom(seed);
        const stream = createStream();
        const out: Buffer[] = [];
        stream.on('data', (part: Buffer) => out.push(part));
        for (const sent of conversation(new ConnectionEncoder(transport), bodies(random), MESSAGES, random)) {
          await new Promise<void>((resolve, reject) => {
            stream.write(sent.message.payload, (error) => (error ? reject(error) : resolve()));
          });
          await new Promise(setImmediate);
          assert.deepEqual(JSON.parse(Buffer.concat(out.splice(0)).toString()), sent.value);
        }
        stream.destroy();
      }
    });
  }

  test('zlib-payload: each blob is complete, its check sum included', () => {
    const random = randomFrom(7);
    let blobs = 0;
    for (const { message, value } of conversation(
      new ConnectionEncoder('zlib-payload'),
      bodies(random),
      100,
      random,
    )) {
      const bytes = message.payload;
      if (message.binary) blobs += 1;
      // The adler is looked at by inflateSync; a wrong one is an error.
      assert.deepEqual(JSON.parse((message.binary ? inflateSync(bytes) : bytes).toString()), value);
      const plainBytes = message.binary ? inflateSync(bytes).length : bytes.length;
      assert.equal(message.binary, plainBytes >= 1024);
    }
    assert.ok(blobs > 20 && blobs < 80, 'both kinds occurred');
  });
});

test('two dispatches of a body differ in nothing but the number, and in payloads the check sum', () => {
  const random = randomFrom(3);
  for (const { body } of bodies(random)) {
    for (const transport of ['none', 'zlib-stream', 'zstd-stream', 'zlib-payload'] as const) {
      const encoder = new ConnectionEncoder(transport);
      encoder.text('{"op":10}');
      const first = encoder.dispatch(1_111_111_111, body).payload;
      const second = encoder.dispatch(2_222_222_222, body).payload;
      const changed = [...first.keys()].filter((at) => first[at] !== second[at]);
      assert.equal(first.length, second.length);
      const digits = changed.filter((at) => first[at] === 0x31 && second[at] === 0x32);
      assert.ok(digits.length >= 10 && changed.length <= 14, `${transport}: ${changed}`);
    }
  }
});

describe('the stream header comes with the first message and never again', () => {
  const messages = (transport: TransportName, first: 'text' | 'dispatch'): string[] => {
    const encoder = new ConnectionEncoder(transport);
    const [{ body } = { body: undefined }] = bodies(randomFrom(4));
    assert.ok(body !== undefined);
    const sent: Sent['message'][] = [];
    if (first === 'text') sent.push(encoder.text('{"op":10}'));
    for (let seq = 1; seq < 50; seq += 1) sent.push(encoder.dispatch(seq, body), encoder.text('{"op":11}'));
    return sent.map((message) => message.payload.toString('hex'));
  };

  for (const first of ['text', 'dispatch'] as const) {
    test(`zlib-stream beginning with a ${first}`, () => {
      const [head = '', ...rest] = messages('zlib-stream', first);
      assert.ok(head.startsWith('789c'));
      assert.equal(head.startsWith('789c001000efff7b2273223a'), first === 'dispatch');
      for (const message of rest) {
        assert.ok(!message.startsWith('78'), 'Discord.Net would take it for a header');
        assert.ok(message.endsWith('0000ffff'));
      }
    });

    test(`zstd-stream beginning with a ${first}`, () => {
      const [head = '', ...rest] = messages('zstd-stream', first);
      assert.ok(head.startsWith('28b52ffd0040'));
      assert.equal(head.startsWith('28b52ffd0040800000'), first === 'dispatch');
      for (const message of rest) assert.ok(!message.includes('28b52ffd'));
    });
  }
});

test('every transport is available on the runtime that the tests run on', () => {
  for (const transport of ['none', 'zlib-stream', 'zstd-stream', 'zlib-payload'] as const) {
    assert.equal(isTransportAvailable(transport), true);
  }
});
