/**
 * Everything that a client reads, behind the handshake: any bytes, any frames, and what a gateway says with some of it
 * changed. A typed error or nothing comes of it, in bounded memory, and the client goes on.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { constants, createDeflate, createZstdCompress } from 'node:zlib';
import { GatewayClientError } from '@guildhall/client';
import { etfEncoding, FrameOpcode, jsonEncoding } from '@guildhall/protocol';
import fc from 'fast-check';
import { QUICK, quickClient } from './support/fixtures.ts';
import { type Wire, WireServer } from './support/wire-server.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const RUNS = 60;
const SEED = 20_260;
const MAX_MESSAGE_BYTES = 65_536;
const MAX_GROWTH_BYTES = 32 * 2 ** 20;
const NEVER = 1_000_000;
const COMPRESSIONS = ['none', 'zlib', 'zstd'] as const;
const ENCODINGS = ['json', 'etf'] as const;
type Compression = (typeof COMPRESSIONS)[number];
type Encoding = (typeof ENCODINGS)[number];

const HELLO = { t: null, s: null, op: 10, d: { heartbeat_interval: 45_000 } };
const READY = { t: 'READY', s: 1, op: 0, d: { v: 10, session_id: 'one', user: { id: '1' }, guilds: [] } };
const SAID: readonly object[] = [
  HELLO,
  READY,
  { t: 'RESUMED', s: 2, op: 0, d: {} },
  { t: 'MESSAGE_CREATE', s: 2, op: 0, d: { id: '7', content: 'ü \u2028 "s":9', mentions: [] } },
  { t: 'GUILD_CREATE', s: 3, op: 0, d: { id: '8', members: [{ nick: null, deaf: true, roles: ['1'] }] } },
  { t: 'TYPING_START', s: 4, op: 0, d: { timestamp: 1_700_000_000, n: -1.5e-7 } },
  { t: null, s: null, op: 1, d: null },
  { t: null, s: null, op: 7, d: null },
  { t: null, s: null, op: 9, d: true },
  { t: null, s: null, op: 9, d: false },
  { t: null, s: null, op: 11, d: null },
];

/** Puts `bytes` in place of `cut` of them. */
interface Change {
  readonly at: number;
  readonly cut: number;
  readonly bytes: Uint8Array;
}

/** Something that a server does. */
type Act =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'frame'; readonly opcode: FrameOpcode; readonly payload: Uint8Array }
  /** Compressed where the connection is; then changed. */
  | { readonly type: 'message'; readonly text: Uint8Array }
  | {
      readonly type: 'said';
      readonly index: number;
      readonly inside: Change | null;
      readonly wire: Change | null;
    };

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  cut: fc.nat(6),
  bytes: fc.uint8Array({ maxLength: 6 }),
});
const maybe = fc.option(change);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('frame' as const),
      opcode: fc.constantFrom(...Object.values(FrameOpcode)),
      payload: fc.uint8Array({ maxLength: 130 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('message' as const), text: fc.uint8Array({ maxLength: 60 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('said' as const),
      index: fc.nat(SAID.length - 1),
      inside: maybe,
      wire: maybe,
    }),
  },
);
const story = fc.record({
  /** How far the connection comes by the rules: nothing said, HELLO, or a live session. */
  start: fc.constantFrom('nothing', 'hello', 'live', 'live'),
  acts: fc.array(act, { maxLength: 8 }),
});

function changed(bytes: Buffer, by: Change | null): Buffer {
  if (by === null) return bytes;
  const at = Math.floor(by.at * bytes.length);
  return Buffer.concat([bytes.subarray(0, at), by.bytes, bytes.subarray(at + by.cut)]);
}

function memoryBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A gateway's end that can say anything. */
class Talker {
  readonly #wire: Wire;
  readonly #encoding: Encoding;
  readonly #stream: ReturnType<typeof createDeflate> | ReturnType<typeof createZstdCompress> | null;
  readonly #flush: number;

  constructor(wire: Wire, compression: Compression, encoding: Encoding) {
    this.#wire = wire;
    this.#encoding = encoding;
    this.#stream =
      compression === 'none' ? null : compression === 'zlib' ? createDeflate() : createZstdCompress();
    this.#flush = compression === 'zstd' ? constants.ZSTD_e_flush : constants.Z_SYNC_FLUSH;
    wire.accept();
  }

  async say(value: object, inside: Change | null = null, onWire: Change | null = null): Promise<void> {
    const bytes = this.#encoding === 'etf' ? etfEncoding().encode(value) : jsonEncoding.encode(value);
    await this.message(changed(Buffer.from(bytes), inside), onWire);
  }

  async message(bytes: Buffer, onWire: Change | null = null): Promise<void> {
    const stream = this.#stream;
    const isText = stream === null && this.#encoding === 'json';
    let payload = bytes;
    if (stream !== null) {
      const chunks: Buffer[] = [];
      const gather = (chunk: Buffer): void => void chunks.push(chunk);
      stream.on('data', gather);
      if (bytes.length > 0) stream.write(bytes);
      await new Promise<void>((resolve) => stream.flush(this.#flush, resolve));
      stream.off('data', gather);
      payload = Buffer.concat(chunks);
    }
    this.#wire.send(isText ? FrameOpcode.TEXT : FrameOpcode.BINARY, changed(payload, onWire));
  }

  async do(what: Act): Promise<void> {
    if (what.type === 'bytes') this.#wire.socket.write(what.bytes);
    else if (what.type === 'frame') this.#wire.send(what.opcode, what.payload);
    else if (what.type === 'message') await this.message(Buffer.from(what.text));
    else await this.say(SAID[what.index] ?? HELLO, what.inside, what.wire);
  }
}

for (const compression of COMPRESSIONS) {
  for (const encoding of ENCODINGS) {
    describe(`compression ${compression}, encoding ${encoding}`, () => {
      test('whatever comes is read, refused with a typed error, or left aside', {
        timeout: 60_000,
      }, async () => {
        await using server = await WireServer.start();
        await using client = quickClient(
          { url: new URL('/', server.url).href },
          {
            compression,
            encoding,
            limits: { maxMessageBytes: MAX_MESSAGE_BYTES },
            identify: {
              bucketMs: 0,
              startLimit: { total: NEVER, remaining: NEVER, resetAfterMs: 0 },
            },
            timing: {
              ...QUICK,
              backoffBaseMs: 1,
              backoffCapMs: 1,
              identifyBackoffCapMs: 4,
              loopKicks: NEVER,
              quarantineKicks: NEVER,
              quarantineStarts: NEVER,
              earlyRejections: NEVER,
              silentResumes: NEVER,
            },
          },
        );
        let errors = 0;
        const untyped: unknown[] = [];
        const before = memoryBytes();
        let events = 0;
        const told = (error: unknown): void => {
          errors += 1;
          const isTyped = error instanceof GatewayClientError && /^[A-Z][A-Z_]+$/.test(error.code);
          if (!isTyped) untyped.push(error);
        };
        client.on('error', told);
        client.on('*', () => {
          events += 1;
        });
        client.on('shardDisconnected', ({ error }) => told(error));
        client.open().catch(() => {});

        await fc.assert(
          fc.asyncProperty(story, async ({ start, acts }) => {
            const wire = await server.wire();
            const talker = new Talker(wire, compression, encoding);
            if (start !== 'nothing') {
              await talker.say(HELLO);
              await wire.frames.take();
            }
            if (start === 'live') {
              await talker.say(
                client.shards.get(0)?.phase === 'resuming' ? { ...READY, t: 'RESUMED' } : READY,
              );
            }
            for (const what of acts) await talker.do(what);
            // What has been said is read, in order, before the end.
            wire.socket.end();
            await wire.ended;
            wire.socket.destroy();
          }),
          { numRuns: RUNS, seed: SEED },
        );

        assert.ok(memoryBytes() - before < MAX_GROWTH_BYTES);
        assert.ok(events > RUNS / 4, `${events} events were heard`);
        assert.ok(errors > RUNS / 4, `${errors} errors were told`);
        assert.deepEqual(untyped, []);
        const wire = await server.wire();
        const talker = new Talker(wire, compression, encoding);
        const phase = client.waitFor('MESSAGE_CREATE');
        await talker.say(HELLO);
        await wire.frames.take();
        const isResume = client.shards.get(0)?.phase === 'resuming';
        await talker.say({ ...READY, t: isResume ? 'RESUMED' : 'READY', s: 1_000_000_000 });
        await talker.say({ t: 'MESSAGE_CREATE', s: 1_000_000_001, op: 0, d: { id: '9' } });
        assert.equal((await phase)[0].id, '9');
        const closing = client.close();
        wire.socket.destroy();
        await closing;
      });

      // What is too large by itself is refused by its length.
      if (compression === 'none') return;
      test('a message that is too large once it is inflated costs its connection', async () => {
        await using server = await WireServer.start();
        await using client = quickClient(
          { url: new URL('/', server.url).href },
          {
            compression,
            encoding,
            limits: { maxMessageBytes: MAX_MESSAGE_BYTES },
          },
        );
        const lost = client.waitFor('shardDisconnected');
        client.open().catch(() => {});
        const talker = new Talker(await server.wire(), compression, encoding);
        await talker.message(Buffer.alloc(16 * 2 ** 20));
        assert.equal((await lost)[0].error.code, 'UNDECODABLE');
        const next = await server.wire();
        const closing = client.close();
        next.socket.destroy();
        await closing;
      });
    });
  }
}
