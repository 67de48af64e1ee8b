/**
 * What many connections are sent by the one write path, compared as text message by message. Its faults would be silent:
 * a number of another session, a text of another event, a stream that decodes to something else of the same length.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createInflate, createZstdDecompress, inflateSync } from 'node:zlib';
import {
  type EncodingName,
  etfEncoding,
  FrameReader,
  SharedBody,
  type TransportName,
} from '@guildhall/protocol';
import pino from 'pino';
import { Connection, type ConnectionParts } from '../../src/gateway/connection.ts';
import { ControlFrames } from '../../src/gateway/control-frames.ts';
import { FaultPlans } from '../../src/gateway/faults/fault-plans.ts';
import { Flusher } from '../../src/gateway/flusher.ts';
import { gatewayLimits } from '../../src/gateway/limits.ts';
import { Session, type SessionIdentity } from '../../src/gateway/session.ts';
import { TimerWheel } from '../../src/gateway/timer-wheel.ts';
import { Traffic } from '../../src/gateway/traffic.ts';
import { FakeSocket } from './support/fake-socket.ts';

const WAYS: readonly (readonly [EncodingName, TransportName])[] = [
  ['json', 'none'],
  ['json', 'zlib-stream'],
  ['json', 'zstd-stream'],
  ['json', 'zlib-payload'],
  ['etf', 'none'],
  ['etf', 'zlib-stream'],
  ['etf', 'zstd-stream'],
];
const etf = etfEncoding();
const HEARTBEATS = {
  json: Buffer.from('{"op":1,"d":null}'),
  etf: etf.encode({ op: 1, d: null }),
};

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function partsWith(flusher: Flusher, maxWritableBytes: number): ConnectionParts {
  const nothing = () => {};
  return {
    host: {
      identify: nothing,
      resume: nothing,
      command: nothing,
      heartbeat: nothing,
      detached: nothing,
      feed: () => false,
      ended: nothing,
    },
    limits: gatewayLimits({ sendsPerWindow: 1_000_000 }),
    maxPayloadBytes: 4_096,
    maxWritableBytes,
    closeTimeoutMs: 1_000,
    flusher,
    controlFrames: new ControlFrames(),
    faults: new FaultPlans(() => 0, nothing, nothing),
    traffic: new Traffic(),
    wheel: new TimerWheel({ onError: (error) => assert.fail(String(error)) }),
    nowMs: () => 0,
    now: () => 0,
    log: pino({ level: 'silent' }),
  };
}

function compressingSession(): Session {
  const identity: SessionIdentity = {
    applicationId: '1',
    botUserId: '1',
    shard: [0, 1],
    intents: 0,
    version: 10,
    seesContent: true,
    obfuscatesChannels: false,
    largeThreshold: 50,
    compress: true,
    library: { os: '', browser: '', device: '' },
  };
  return new Session(identity, new Set(), { replayBytes: 0, createdAtMs: 0, logsFrames: false });
}

interface Received {
  readonly values: readonly unknown[];
  readonly closeCode: number | null;
}

/** One connection, and what its client must have read in the end. */
class Line {
  readonly encoding: EncodingName;
  readonly transport: TransportName;
  readonly socket = new FakeSocket({ allowHalfOpen: true });
  readonly connection: Connection;
  readonly expected: unknown[] = [{ t: null, s: null, op: 10, d: { heartbeat_interval: 41_250 } }];
  seq: number;

  constructor(
    [encoding, transport]: readonly [EncodingName, TransportName],
    parts: ConnectionParts,
    firstSeq: number,
  ) {
    this.encoding = encoding;
    this.transport = transport;
    this.seq = firstSeq;
    const terms = {
      version: 10,
      versionSupported: true,
      encodingSupported: true,
      encoding: 'json' as const,
      url: 'ws://test/',
      resumeGatewayUrl: '',
    };
    const inUrl = transport === 'zlib-payload' ? 'none' : transport;
    this.connection = new Connection(this.socket, { ...terms, encoding, transport: inUrl }, parts);
    this.connection.open(Buffer.alloc(0));
    if (transport === 'zlib-payload') this.connection.accept(compressingSession(), true);
  }

  hears({ body, t, d }: Event): void {
    this.seq += 1;
    this.connection.dispatch(this.seq, body);
    this.expected.push({ s: this.seq, t, op: 0, d });
  }

  beats(): void {
    this.connection.message(HEARTBEATS[this.encoding], this.encoding === 'etf');
    this.expected.push({ t: null, s: null, op: 11, d: null });
  }

  /** Decoded by node:zlib's streams, each message when its bytes are in. */
  async read(): Promise<Received> {
    const messages: { readonly payload: Buffer; readonly binary: boolean }[] = [];
    let closeCode: number | null = null;
    const reader = new FrameReader(
      { role: 'client', maxMessageBytes: 2 ** 24 },
      {
        message: (payload, binary) => messages.push({ payload: Buffer.from(payload), binary }),
        ping: () => assert.fail('nobody pings'),
        pong: () => assert.fail('nobody pinged'),
        close: (code) => {
          closeCode = code;
        },
      },
    );
    reader.push(Buffer.concat(this.socket.sent));
    const inflate = inflaterOf(this.transport);
    const values: unknown[] = [];
    for (const { payload, binary } of messages) {
      const bytes = await inflate(payload, binary);
      values.push(this.encoding === 'etf' ? withoutPadding(etf.decode(bytes)) : JSON.parse(bytes.toString()));
    }
    return { values, closeCode };
  }
}

/** In zstd the 33 spaces of the reset block are the value of one more key. */
function withoutPadding(value: unknown): unknown {
  assert.ok(typeof value === 'object' && value !== null);
  const { _: padding = ' '.repeat(33), ...rest } = value as { readonly _?: string };
  assert.equal(padding, ' '.repeat(33));
  return rest;
}

type Inflate = (payload: Buffer, binary: boolean) => Buffer | Promise<Buffer>;

function inflaterOf(transport: TransportName): Inflate {
  if (transport === 'none') return (payload) => payload;
  if (transport === 'zlib-payload') return (payload, binary) => (binary ? inflateSync(payload) : payload);
  const stream = transport === 'zlib-stream' ? createInflate() : createZstdDecompress();
  let out: Buffer[] = [];
  stream.on('data', (part: Buffer) => out.push(part));
  return async (payload) => {
    await new Promise<void>((resolve, reject) => {
      stream.write(payload, (error) => (error ? reject(error) : resolve()));
    });
    const whole = Buffer.concat(out);
    out = [];
    return whole;
  };
}

interface Event {
  readonly body: SharedBody;
  readonly t: string;
  readonly d: unknown;
}

function eventOf(random: () => number, number: number): Event {
  const t = random() < 0.5 ? 'MESSAGE_CREATE' : 'PRESENCE_UPDATE';
  const length = Math.floor(random() ** 4 * 20_000);
  const edited = random() < 0.5 ? '2025-01-01T00:00:00.000000+00:00' : null;
  const d = { edited_timestamp: edited, number, content: 'ü and again '.repeat(length / 12), last: random() };
  return { body: new SharedBody(t, JSON.stringify(d)), t, d };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('every client reads what was meant for it', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    test(`over all transports, with slow readers, bursts, gaps and heartbeats (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      const parts = partsWith(new Flusher(), 2 ** 30);
      const lines = Array.from({ length: 28 }, (_, index) => {
        const way = WAYS[index % WAYS.length] ?? WAYS[0];
        assert.ok(way !== undefined);
        // Some have the same numbers, others numbers of another length.
        const digits = way[0] === 'etf' ? 9 : 10;
        return new Line(way, parts, index < 6 ? 5 : Math.floor(10 ** (random() * digits)) - 1);
      });
      for (let round = 0; round < 60; round += 1) {
        for (const line of lines) line.socket.isSlow = random() < 0.3;
        const events = Array.from({ length: Math.floor(random() * 6) }, (_, index) =>
          eventOf(random, round * 10 + index),
        );
        for (const event of events) for (const line of lines) if (random() < 0.8) line.hears(event);
        for (const line of lines) {
          if (random() < 0.1) line.beats();
          // READY and RESUMED use up numbers that a replay leaves out.
          if (random() < 0.1) line.seq += 1;
          if (random() < 0.1) line.hears(eventOf(random, -1));
        }
        await turn();
        await turn();
        for (const line of lines) if (random() < 0.5) line.socket.takeOne();
      }
      for (const line of lines) line.socket.takeAll();
      await turn();
      for (const line of lines) {
        assert.deepEqual((await line.read()).values, line.expected, `${line.encoding} ${line.transport}`);
      }
    });
  }
});

describe('a turn', () => {
  test('ends in one write, however many events it had', async () => {
    const parts = partsWith(new Flusher(), 2 ** 20);
    const line = new Line(['json', 'none'], parts, 0);
    const writesBefore = line.socket.sent.length;
    const random = randomFrom(9);
    for (let count = 0; count < 8; count += 1) {
      const d = { count };
      line.hears({ body: new SharedBody('A', JSON.stringify(d)), t: 'A', d });
    }
    assert.equal(line.socket.sent.length, writesBefore);
    await turn();
    assert.equal(line.socket.sent.length, writesBefore + 1);
    // More than a batch may hold goes out before the end of the turn.
    const large = eventOf(() => 0.999, 1);
    for (let count = 0; count < 8; count += 1) line.hears(large);
    assert.ok(line.socket.sent.length > writesBefore + 1);
    await turn();
    line.hears(eventOf(random, 2));
    line.connection.close(4000);
    const { values, closeCode } = await line.read();
    assert.deepEqual(values, line.expected);
    assert.equal(closeCode, 4000, 'what is owed goes before the close frame');
    line.hears(large);
    await turn();
    assert.equal((await line.read()).values.length, values.length, 'and nothing after it');
  });

  test('a reader that is too slow is closed with 4000', async () => {
    const parts = partsWith(new Flusher(), 2 ** 20);
    const line = new Line(['json', 'none'], parts, 0);
    line.socket.isSlow = true;
    const event = eventOf(() => 0.999, 1);
    for (let count = 0; count < 100; count += 1) line.hears(event);
    await turn();
    line.socket.takeAll();
    await turn();
    assert.equal((await line.read()).closeCode, 4000);
  });
});
