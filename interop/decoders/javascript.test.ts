/** Decoders of other makers for JavaScript: each message comes out, character by character, when its bytes are in. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Unzlib } from 'fflate';
import { Decompress } from 'fzstd';
import { Inflate, Z_SYNC_FLUSH } from 'pako';
import { ZLIB_SYNC } from '../discordjs/zlib-sync.ts';
import { buildAddon } from '../native-addon.ts';
import { conversations } from './conversations.ts';

/** @returns what has come out since the last call. `last`: these bytes are the end of a message */
type Decode = (bytes: Buffer, last: boolean) => Buffer;

/** As discord.js uses it. */
interface ZlibSync {
  readonly Inflate: new (options: {
    readonly chunkSize: number;
  }) => {
    readonly err: number;
    readonly result: Buffer | null;
    push(bytes: Buffer, flush: number | false): void;
  };
  readonly Z_SYNC_FLUSH: number;
}

/** Of discord.js. */
const ZLIB_SYNC_CHUNK_BYTES = 65_535;
/** zlib-sync 0.1.10 brings Node 24 down when one of its decoders is collected as garbage. */
const uncollected: object[] = [];

/** In front of the shared blocks of every zstd message, and what it decodes to. */
const OFFSETS_RESET = Buffer.from('4c0000c12003440800b8dd4a', 'hex');
const RESET_TEXT = ' '.repeat(33);

const addon = await buildAddon(ZLIB_SYNC);

interface Decoder {
  readonly name: string;
  readonly transport: keyof typeof sent;
  readonly make: () => Decode;
  /** Longer messages come in one piece. Default: none. */
  readonly maxPiecedBytes?: number;
  readonly skip?: string | false;
}

const decoders: readonly Decoder[] = [
  {
    name: 'zlib-sync',
    transport: 'zlib-stream',
    make: zlibSync,
    // It writes outside its memory, with streams of anyone, when pieces make more than one chunk of text.
    maxPiecedBytes: ZLIB_SYNC_CHUNK_BYTES,
    skip: addon.type === 'missing' && addon.why,
  },
  { name: 'pako', transport: 'zlib-stream', make: pako },
  { name: 'fflate', transport: 'zlib-stream', make: fflate },
  { name: 'fzstd', transport: 'zstd-stream', make: fzstd },
];

const sent = { 'zlib-stream': conversations('zlib-stream'), 'zstd-stream': conversations('zstd-stream') };

for (const { name, transport, make, maxPiecedBytes = Number.POSITIVE_INFINITY, skip = false } of decoders) {
  test(`${name} decodes ${transport} message by message`, { skip }, () => {
    for (const messages of sent[transport]) {
      const decode = make();
      for (const { payload, text } of messages) assertText(decode(payload, true), text);
    }
  });

  test(`${name} decodes ${transport} whose messages come in pieces`, { skip }, () => {
    for (const messages of sent[transport].slice(0, 10)) {
      const decode = make();
      for (const { payload, text } of messages) {
        const pieces = Buffer.byteLength(text) > maxPiecedBytes ? [payload] : cut(payload);
        const parts = pieces.map((piece, index) => decode(piece, index === pieces.length - 1));
        assertText(Buffer.concat(parts), text);
      }
    }
  });
}

test('without the block that resets the offsets, some messages of zstd-stream would come out wrong', () => {
  const wrong = sent['zstd-stream'].filter((messages) => {
    const decode = fzstd();
    try {
      return messages.some(({ payload, text }) => {
        const at = payload.indexOf(OFFSETS_RESET);
        assert.ok(at >= 0 && at < 50);
        const without = Buffer.concat([payload.subarray(0, at), payload.subarray(at + OFFSETS_RESET.length)]);
        return decode(without, true).toString() !== text.replace(RESET_TEXT, '');
      });
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return true;
    }
  });
  assert.ok(wrong.length > 0, 'the conversations would show it');
});

test('the conversations begin with a dispatch or a message of their own, and go on with both', () => {
  for (const all of Object.values(sent)) {
    const isDispatch = (text: string) => text.startsWith('{"s":');
    for (const wanted of [true, false]) {
      assert.ok(all.some(([first]) => first !== undefined && isDispatch(first.text) === wanted));
      assert.ok(all.every((messages) => messages.some(({ text }) => isDispatch(text) === wanted)));
    }
  }
});

/** assert.equal would print both texts whole. */
function assertText(decoded: Buffer, text: string): void {
  assert.ok(decoded.toString() === text, `wrong text of ${decoded.length} bytes`);
}

/** Behind the first byte, in the middle, and within the suffix of a zlib message. */
function cut(payload: Buffer): Buffer[] {
  const { length } = payload;
  const cuts = [0, 1, length >> 1, length - 2, length];
  return cuts.slice(1).map((end, index) => payload.subarray(cuts[index], end));
}

function zlibSync(): Decode {
  if (addon.type === 'missing') throw new Error(addon.why);
  const zlib: ZlibSync = createRequire(import.meta.url)(addon.folder);
  const inflate = new zlib.Inflate({ chunkSize: ZLIB_SYNC_CHUNK_BYTES });
  uncollected.push(inflate);
  return (bytes, last) => {
    inflate.push(bytes, last && zlib.Z_SYNC_FLUSH);
    assert.ok(inflate.err >= 0);
    return (last && inflate.result) || Buffer.of();
  };
}

function pako(): Decode {
  const inflate = new Inflate();
  const out = new Output();
  inflate.onData = (part) => out.add(part);
  return (bytes) => {
    inflate.push(bytes, Z_SYNC_FLUSH);
    assert.equal(inflate.err, 0);
    return out.take();
  };
}

function fflate(): Decode {
  const out = new Output();
  const stream = new Unzlib((part) => out.add(part));
  return (bytes) => {
    stream.push(bytes);
    return out.take();
  };
}

function fzstd(): Decode {
  const out = new Output();
  const stream = new Decompress((part) => out.add(part));
  return (bytes) => {
    stream.push(bytes);
    return out.take();
  };
}

class Output {
  #parts: Buffer[] = [];

  /** Copies, as some decoders go on writing into what they hand out. */
  add(part: Uint8Array): void {
    this.#parts.push(Buffer.from(part));
  }

  take(): Buffer {
    const taken = Buffer.concat(this.#parts);
    this.#parts = [];
    return taken;
  }
}
