import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Prose } from '../harness/prose.ts';
import { SyncCodec } from '../harness/sync-codec.ts';

const MIB = 2 ** 20;

describe('the codecs of the harness', () => {
  for (const compression of ['zlib', 'zstd'] as const) {
    test(`${compression}: each message comes out of one context as it went in, small or large`, () => {
      const compressor = SyncCodec.compressor(compression);
      const decompressor = SyncCodec.decompressor(compression);
      const prose = new Prose();
      const texts = [prose.text(20), prose.text(2_000), 'x'.repeat(2 * MIB), prose.text(MIB), prose.text(20)];
      for (const text of texts) {
        const compressed = Buffer.from(compressor.push(Buffer.from(text)));
        assert.equal(decompressor.push(compressed).toString(), text);
      }
    });
  }
});
