import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@guildhall/protocol';
import fc from 'fast-check';
import { encodeClose, encodeText, type Frame, FrameReader } from '../src/frame-codec.ts';
import { VirtualClock } from '../src/virtual-clock.ts';
import { type End, Wire } from '../src/wire.ts';

const ASCII = fc.string({ unit: 'grapheme-ascii', maxLength: 300 });
const FRAME: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: ASCII }, { noNullPrototype: true }),
  fc.record(
    { kind: fc.constant('close' as const), code: fc.integer({ min: 1000, max: 4999 }) },
    { noNullPrototype: true },
  ),
);

function encode(frame: Frame): Buffer {
  return frame.kind === 'text' ? encodeText(frame.text) : encodeClose(frame.code);
}

interface Story {
  readonly wire: Wire;
  readonly clock: VirtualClock;
  /** What each end was told. */
  readonly client: string[];
  readonly server: string[];
}

function dialled(seed: number): Story {
  const clock = new VirtualClock(10_000);
  const delay = { minMs: 10, jitterMs: 40 };
  const wire = new Wire({ clock, random: new Random(seed), up: delay, down: delay, closeDeadlineMs: 2_000 });
  const client = listen(wire.client);
  const server = listen(wire.server);
  wire.upgrade(() => ({ accepted: true, answerAfterMs: 0 }));
  clock.runUntil(1_000);
  return { wire, clock, client, server };
}

function listen(end: End): string[] {
  const heard: string[] = [];
  end.attach({
    connected: () => heard.push('connected'),
    opened: () => heard.push('opened'),
    text: (text) => heard.push(text),
    closed: (code) => heard.push(`closed ${code}`),
  });
  return heard;
}

test('frames come out as they went in, however the bytes are split', () => {
  fc.assert(
    fc.property(
      fc.array(FRAME, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (frames, sizes) => {
        const bytes = Buffer.concat(frames.map(encode));
        const reader = new FrameReader();
        const read: Frame[] = [];
        let offset = 0;
        for (const size of [...sizes, bytes.length]) {
          read.push(...reader.push(bytes.subarray(offset, offset + size)));
          offset += size;
        }
        assert.deepEqual(read, frames);
      },
    ),
  );
});

test('a cut delivers every message whose last byte came before it, and nothing after', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(ASCII, { minLength: 1, maxLength: 6 }),
      fc.nat(1_000),
      (seed, texts, cut) => {
        const { wire, clock, client } = dialled(seed);
        wire.cutAfter('down', cut, { client: true, server: false });
        for (const text of texts) wire.server.send(text);
        clock.runUntil(10_000);
        const whole: string[] = [];
        let bytes = 0;
        for (const text of texts) {
          bytes += encodeText(text).length;
          if (bytes <= cut) whole.push(text);
        }
        const broke = bytes > cut ? ['closed null'] : [];
        assert.deepEqual(client, ['opened', ...whole, ...broke]);
      },
    ),
  );
});

test('messages keep their order', () => {
  const { wire, clock, server } = dialled(3);
  const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);
  for (const text of texts) wire.client.send(text);
  clock.runUntil(10_000);
  assert.deepEqual(server, ['opened', ...texts]);
});

test('a close frame is echoed, and both ends learn its code', () => {
  const { wire, clock, client, server } = dialled(1);
  wire.server.close(4003);
  clock.runUntil(10_000);
  assert.deepEqual(
    [client, server],
    [
      ['opened', 'closed 4003'],
      ['opened', 'closed 4003'],
    ],
  );
});

test('an end of a half-open connection hears nothing, and its own close ends at the deadline', () => {
  const { wire, clock, client, server } = dialled(1);
  wire.sever({ client: false, server: false });
  wire.server.send('lost');
  clock.runUntil(100_000);
  assert.deepEqual([client, server], [['opened'], ['opened']]);
  wire.client.close(4900);
  clock.runUntil(101_999);
  assert.deepEqual(client, ['opened']);
  clock.runUntil(102_000);
  assert.deepEqual([client, server], [['opened', 'closed null'], ['opened']]);
});

test('a mute direction loses its bytes; the other goes on', () => {
  const { wire, clock, client, server } = dialled(1);
  wire.mute('up');
  wire.client.send('lost');
  wire.server.send('heard');
  clock.runUntil(10_000);
  assert.deepEqual([client, server], [['opened', 'heard'], ['opened']]);
});

test('a stalled direction delivers late and in order', () => {
  const { wire, clock, client } = dialled(1);
  wire.stall('down', 50_000);
  wire.server.send('first');
  wire.server.send('second');
  clock.runUntil(49_999);
  assert.deepEqual(client, ['opened']);
  clock.runUntil(51_000);
  assert.deepEqual(client, ['opened', 'first', 'second']);
});

test('the clock handles equal moments in the order in which they were scheduled', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (delays) => {
      const clock = new VirtualClock(1_000);
      const fired: (readonly [number, number])[] = [];
      delays.forEach((delay, index) => {
        clock.schedule(delay, () => fired.push([delay, index]));
      });
      clock.runUntil(20);
      const expected = delays.map((delay, index) => [delay, index] as const);
      assert.deepEqual(
        fired,
        expected.toSorted(([left], [right]) => left - right),
      );
    }),
  );
});

test('a cancelled timer does not fire', () => {
  const clock = new VirtualClock(10);
  const timer = clock.schedule(5, () => assert.fail('fired'));
  clock.cancel(timer);
  clock.runUntil(10);
  assert.equal(clock.nowMs, 10);
});
