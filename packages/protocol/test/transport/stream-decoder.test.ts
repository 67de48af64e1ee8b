import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { constants, createDeflate, deflateSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { createDecoder } from '../../src/transport/decoder.ts';
import { NativeInflater } from '../../src/transport/native-inflater.ts';
import { PublicZlibInflater } from '../../src/transport/public-inflater.ts';
import { StreamDecoder } from '../../src/transport/stream-decoder.ts';
import type { StreamInflater } from '../../src/transport/stream-inflater.ts';
import { ConnectionEncoder } from './connection-encoder.ts';
import { bodies, chatter, conversation, noise, randomFrom } from './corpus.ts';

const MAX_BYTES = 1024 * 1024;

const zlibWays: readonly (readonly [name: string, () => StreamInflater])[] = [
  ['native handle', () => new NativeInflater('zlib')],
  ['public API', () => new PublicZlibInflater()],
];

/** What a server with a compressor per connection sends, which refers to earlier messages. */
async function deflatedInContext(texts: readonly string[], level: number): Promise<Buffer[]> {
  const stream = createDeflate({ level });
  const out: Buffer[] = [];
  stream.on('data', (part: Buffer) => out.push(part));
  const messages: Buffer[] = [];
  for (const text of texts) {
    stream.write(text);
    await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
    await new Promise(setImmediate);
    messages.push(Buffer.concat(out.splice(0)));
  }
  stream.destroy();
  return messages;
}

function json(content: string): string {
  return JSON.stringify({ op: 0, s: 1, t: 'A', d: { content } });
}

for (const [way, makeInflater] of zlibWays) {
  const decoder = (maxBytes = MAX_BYTES) => new StreamDecoder('zlib', makeInflater(), maxBytes);

  describe(`zlib-stream by the ${way}`, () => {
    test('messages of a compressor that keeps its context', async () => {
      const random = randomFrom(21);
      const texts = Array.from({ length: 40 }, (_, i) =>
        json(chatter(i % 7 === 6 ? 40_000 : 50 * i, random)),
      );
      const reader = decoder();
      for (const [index, message] of (await deflatedInContext(texts, 6)).entries()) {
        assert.equal(reader.push(message, true)?.toString(), texts[index]);
      }
      reader.close();
    });

    test('a message cut anywhere comes out with its last piece', () => {
      const random = randomFrom(22);
      const shared = bodies(random);
      fc.assert(
        fc.property(
          fc.integer(),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
          (seed, cuts) => {
            const reader = decoder();
            for (const { message, value } of conversation(
              new ConnectionEncoder('zlib-stream'),
              shared,
              3,
              randomFrom(seed),
            )) {
              const bytes = message.payload;
              const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort(
                (a, b) => a - b,
              );
              let start = 0;
              let text: Buffer | null = null;
              for (const end of ends) {
                // An empty piece at the end would come after the message.
                if (end === start) continue;
                assert.equal(text, null, 'only the last piece completes it');
                text = reader.push(bytes.subarray(start, end), true);
                start = end;
              }
              assert.deepEqual(JSON.parse(text?.toString() ?? ''), value);
            }
            reader.close();
          },
        ),
        { numRuns: 40 },
      );
    });

    test('every cut of a small message, within the suffix too', () => {
      const text = json('abc');
      const message = new ConnectionEncoder('zlib-stream').text(text).payload;
      for (let cut = 1; cut < message.length; cut += 1) {
        const reader = decoder();
        assert.equal(reader.push(message.subarray(0, cut), true), null);
        assert.equal(reader.push(message.subarray(cut), true)?.toString(), text);
        reader.close();
      }
    });

    test('a piece that ends in a flush of its own waits for the rest', async () => {
      const [first = Buffer.of(), second = Buffer.of(), third = Buffer.of()] = await deflatedInContext(
        ['{"op":0,"d":{"a":[1,2', ',3]', '}}'],
        6,
      );
      const reader = decoder();
      assert.equal(reader.push(first, true), null);
      assert.equal(reader.push(second, true), null);
      assert.equal(reader.push(third, true)?.toString(), '{"op":0,"d":{"a":[1,2,3]}}');
      reader.close();
    });

    test('a piece that ends in 00 00 FF FF by chance, within a block, waits for the rest', () => {
      const text = Buffer.concat([
        Buffer.from('{"op":0,"d":"'),
        Buffer.from([0x41, 0x00, 0x00, 0xff, 0xff, 0x42]),
        Buffer.from('"}'),
      ]);
      // Level 0 stores the bytes as they are.
      const message = deflateSync(text, { level: 0, finishFlush: constants.Z_SYNC_FLUSH });
      const cut = message.indexOf(Buffer.from([0x00, 0x00, 0xff, 0xff, 0x42])) + 4;
      const reader = decoder();
      assert.equal(reader.push(message.subarray(0, cut), true), null);
      assert.deepEqual(reader.push(message.subarray(cut), true), text);
      assert.equal(
        reader.push(new ConnectionEncoder('zlib-stream').text('{}').payload.subarray(2), true)?.toString(),
        '{}',
      );
      reader.close();
    });

    test('a flush without text gives nothing', () => {
      const reader = decoder();
      assert.equal(reader.push(Buffer.from('789c', 'hex'), true), null);
      assert.equal(reader.push(Buffer.from('000000ffff', 'hex'), true), null);
      const text = new ConnectionEncoder('zlib-stream').text('{}').payload.subarray(2);
      assert.equal(reader.push(text, true)?.toString(), '{}');
      reader.close();
    });

    test('white space behind the object belongs to the message', () => {
      const reader = decoder();
      assert.equal(
        reader.push(new ConnectionEncoder('zlib-stream').text('{} \n').payload, true)?.toString(),
        '{} \n',
      );
      reader.close();
    });

    test('a bomb is stopped at the limit', () => {
      const bomb = deflateSync(Buffer.alloc(50 * 1024 * 1024, ' '), { finishFlush: constants.Z_SYNC_FLUSH });
      const reader = decoder(100_000);
      // External memory is where Buffers live.
      const before = process.memoryUsage().arrayBuffers;
      assert.throws(() => reader.push(bomb, true), { name: 'TransportError', code: 'TOO_LARGE' });
      assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024);
      reader.close();
    });

    test('a text in pieces is bounded as a whole, and so are compressed pieces without an end', async () => {
      const pieces = await deflatedInContext(
        Array.from({ length: 4 }, () => ' '.repeat(40_000)),
        6,
      );
      const reader = decoder(100_000);
      assert.equal(reader.push(pieces[0] ?? Buffer.of(), true), null);
      assert.equal(reader.push(pieces[1] ?? Buffer.of(), true), null);
      assert.throws(() => reader.push(pieces[2] ?? Buffer.of(), true), { code: 'TOO_LARGE' });

      const waiting = decoder(100_000);
      const endless = Buffer.alloc(60_000, 1);
      assert.equal(waiting.push(endless, true), null);
      assert.throws(() => waiting.push(endless, true), { code: 'TOO_LARGE' });
    });

    test('a message of exactly the limit passes, one byte more does not', () => {
      const text = json('x'.repeat(500));
      const exact = decoder(text.length);
      assert.equal(
        exact.push(new ConnectionEncoder('zlib-stream').text(text).payload, true)?.toString(),
        text,
      );
      const short = decoder(text.length - 1);
      assert.throws(() => short.push(new ConnectionEncoder('zlib-stream').text(text).payload, true), {
        code: 'TOO_LARGE',
      });
    });

    test('corrupt input is an error, and stays one', () => {
      const message = new ConnectionEncoder('zlib-stream').text(json(chatter(3_000, randomFrom(5)))).payload;
      for (const [what, bytes] of [
        ['no header', message.subarray(2)],
        ['a preset dictionary', Buffer.concat([Buffer.from('78bb', 'hex'), message.subarray(2)])],
        ['a reserved block type', Buffer.from('789c070000ffff', 'hex')],
        ['a wrong stored length', Buffer.from('789c000500ffff41414141410000ffff', 'hex')],
      ] as const) {
        const reader = decoder();
        assert.throws(() => reader.push(bytes, true), { code: 'INFLATE_FAILED' }, what);
        assert.throws(() => reader.push(message, true), { code: 'INFLATE_FAILED' }, what);
        reader.close();
      }
    });

    test('flipped bits never end in anything but text, silence or a TransportError', () => {
      const message = new ConnectionEncoder('zlib-stream').text(json(chatter(600, randomFrom(6)))).payload;
      for (let bit = 0; bit < message.length * 8; bit += 5) {
        const broken = Buffer.from(message);
        broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const reader = decoder();
        try {
          const text = reader.push(broken, true);
          assert.ok(text === null || Buffer.isBuffer(text));
        } catch (error) {
          assert.equal(error instanceof Error && error.name, 'TransportError');
        }
        reader.close();
      }
    });

    test('bytes behind the end of the stream are an error', () => {
      const whole = deflateSync('{"op":1}');
      const reader = decoder();
      const trailing = Buffer.concat([whole, Buffer.from('0000ffff', 'hex')]);
      assert.throws(() => reader.push(trailing, true), { code: 'INFLATE_FAILED' });
    });

    test('text frames are refused, and after close nothing happens', () => {
      const message = new ConnectionEncoder('zlib-stream').text('{}').payload;
      const closed = decoder();
      closed.close();
      closed.close();
      assert.equal(closed.push(message, true), null);
      assert.throws(() => decoder().push(message, false), { code: 'UNEXPECTED_FRAME' });
    });

    test('a text is read before the next push, of whichever connection', () => {
      const [first, second] = [decoder(), decoder()];
      const encoders = [new ConnectionEncoder('zlib-stream'), new ConnectionEncoder('zlib-stream')];
      for (const length of [10, 70_000, 20, 200_000, 900_000, 5]) {
        for (const [index, reader] of [first, second].entries()) {
          const text = json(`${index}`.repeat(length));
          const message = encoders[index]?.text(text).payload ?? Buffer.of();
          assert.equal(reader.push(message, true)?.toString(), text);
        }
      }
      first.close();
      second.close();
    });

    test('a text that waits for its rest is not lost to messages of other connections', async () => {
      const [begin = Buffer.of(), end = Buffer.of()] = await deflatedInContext(['{"op":0,"d":[1', ',2]}'], 6);
      const [first, second] = [decoder(), decoder()];
      assert.equal(first.push(begin, true), null);
      const other = new ConnectionEncoder('zlib-stream').text(json(chatter(5_000, randomFrom(9)))).payload;
      assert.ok(second.push(other, true) !== null);
      assert.equal(first.push(end, true)?.toString(), '{"op":0,"d":[1,2]}');
      first.close();
      second.close();
    });
  });
}

test('what a giant message took is let go, read or refused', () => {
  const giant = json('x'.repeat(20 * 1024 * 1024));
  const message = new ConnectionEncoder('zlib-stream').text(giant).payload;
  const small = new ConnectionEncoder('zlib-stream').text('{}').payload;
  const reader = createDecoder('zlib-stream');
  assert.equal(reader.push(message, true)?.length, giant.length);
  assert.throws(() => createDecoder('zlib-stream', { maxMessageBytes: 10_000_000 }).push(message, true), {
    code: 'TOO_LARGE',
  });
  const text = createDecoder('zlib-stream').push(small, true);
  assert.ok(text !== null && text.buffer.byteLength <= 1024 * 1024);
  reader.close();
});

test('the public way gives up when no block ever ends', () => {
  const reader = new StreamDecoder('zlib', new PublicZlibInflater(), MAX_BYTES);
  const stored = Buffer.concat([Buffer.from('789c00ffff0000', 'hex'), Buffer.from('0000ffff', 'hex')]);
  assert.equal(reader.push(stored, true), null);
  assert.throws(
    () => {
      for (let piece = 0; piece < 100; piece += 1) reader.push(Buffer.from('0000ffff', 'hex'), true);
    },
    { code: 'INFLATE_FAILED' },
  );
});

describe('zstd-stream', () => {
  const message = () =>
    new ConnectionEncoder('zstd-stream').text(json(chatter(3_000, randomFrom(5)))).payload;

  test('a message in several pieces comes out with its last one', () => {
    const bytes = message();
    const reader = createDecoder('zstd-stream');
    assert.equal(reader.push(bytes.subarray(0, 3), true), null);
    assert.equal(reader.push(bytes.subarray(3, 100), true), null);
    assert.match(reader.push(bytes.subarray(100), true)?.toString() ?? '', /^ {33}\{"op":0.*\}$/);
    reader.close();
  });

  test('frames of their own, one behind the other, are read as well', () => {
    const reader = createDecoder('zstd-stream');
    for (const text of ['{"a":1}', '{"b":2}']) {
      assert.equal(reader.push(zstdCompressSync(text), true)?.toString(), text);
    }
    const both = Buffer.concat([zstdCompressSync('{"a":'), zstdCompressSync('1}')]);
    assert.equal(reader.push(both, true)?.toString(), '{"a":1}');
    reader.close();
  });

  test('a bomb, a greedy window and corrupt input are refused', () => {
    const bomb = zstdCompressSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    const small = createDecoder('zstd-stream', { maxMessageBytes: 100_000 });
    assert.throws(() => small.push(bomb, true), { code: 'TOO_LARGE' });
    // A window of 2^27.
    const greedy = Buffer.from('28b52ffd0088' + '4c00002020', 'hex');
    assert.throws(() => createDecoder('zstd-stream').push(greedy, true), { code: 'INFLATE_FAILED' });
    assert.throws(() => createDecoder('zstd-stream').push(Buffer.from('{"op":0}'), true), {
      code: 'INFLATE_FAILED',
    });
    assert.throws(() => createDecoder('zstd-stream').push(message(), false), { code: 'UNEXPECTED_FRAME' });
  });

  test('flipped bits never end in anything but text, silence or a TransportError', () => {
    const bytes = message();
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const broken = Buffer.from(bytes);
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const reader = createDecoder('zstd-stream');
      try {
        const text = reader.push(broken, true);
        assert.ok(text === null || Buffer.isBuffer(text));
      } catch (error) {
        assert.equal(error instanceof Error && error.name, 'TransportError');
      }
      reader.close();
    }
  });
});

describe('single messages', () => {
  test('zlib-payload takes text as it is and blobs up to the limit', () => {
    const reader = createDecoder('zlib-payload', { maxMessageBytes: 5_000 });
    assert.equal(reader.push(Buffer.from('{}'), false)?.toString(), '{}');
    const blob = deflateSync(noise(5_000, randomFrom(8)), { level: 9 });
    assert.equal(reader.push(blob, true)?.length, 5_000);
    assert.throws(() => reader.push(deflateSync(Buffer.alloc(5_001)), true), { code: 'TOO_LARGE' });
    assert.throws(() => reader.push(Buffer.alloc(5_001, '{'), false), { code: 'TOO_LARGE' });
  });

  test('zlib-payload refuses broken and unfinished blobs', () => {
    const blob = deflateSync('{"op":10}');
    const wrongSum = Buffer.from(blob);
    wrongSum[blob.length - 1] = (wrongSum[blob.length - 1] ?? 0) ^ 1;
    for (const bytes of [blob.subarray(0, -1), wrongSum, Buffer.from('{}'), Buffer.of()]) {
      assert.throws(() => createDecoder('zlib-payload').push(bytes, true), { code: 'INFLATE_FAILED' });
    }
  });

  test('without compression there are text frames only, up to the limit', () => {
    const reader = createDecoder('none', { maxMessageBytes: 5 });
    assert.equal(reader.push(Buffer.from('{"":1'), false)?.length, 5);
    assert.throws(() => reader.push(Buffer.from('{"a":1'), false), { code: 'TOO_LARGE' });
    assert.throws(() => reader.push(Buffer.from('{}'), true), { code: 'UNEXPECTED_FRAME' });
    reader.close();
    assert.equal(reader.push(Buffer.from('{}'), true), null);
  });

  test('a limit that is no positive integer is refused', () => {
    for (const maxMessageBytes of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => createDecoder('none', { maxMessageBytes }), RangeError);
    }
  });
});
