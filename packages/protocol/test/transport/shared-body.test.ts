import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { adler32 } from '../../src/transport/adler32.ts';
import { deflateBlocks } from '../../src/transport/deflate-blocks.ts';
import { SharedBody } from '../../src/transport/shared-body.ts';
import { BODY_LENGTHS, chatter, noise, randomFrom } from './corpus.ts';

test('each form is made once and holds no memory besides its own', () => {
  const { json } = new SharedBody('A', JSON.stringify(chatter(3_000, randomFrom(1))));
  assert.equal(json.plain, json.plain);
  assert.equal(json.deflated, json.deflated);
  assert.equal(json.zstdBlocks, json.zstdBlocks);
  assert.equal(json.adler, adler32(json.plain));
  for (const form of [json.plain, json.deflated, json.zstdBlocks]) {
    assert.equal(form.length, form.buffer.byteLength);
  }
});

test('the text is that of a dispatch behind its prefix, and the length counts its UTF-8', () => {
  for (const content of ['abc', 'äöü', '🎉€', '']) {
    const body = new SharedBody('A_NAME', JSON.stringify(content));
    assert.equal(body.json.plain.toString(), `"t":"A_NAME","op":0,"d":${JSON.stringify(content)}}`);
    assert.equal(body.byteLength, body.json.plain.length);
  }
});

test('deflated blocks stand alone, end in a sync flush and hold no final block', () => {
  const random = randomFrom(2);
  for (const length of [...BODY_LENGTHS, 16_383, 16_385, 65_535, 65_536, 65_537]) {
    for (const text of [chatter(length, random), noise(length, random)]) {
      const deflated = deflateBlocks(Buffer.from(text));
      assert.equal(deflated.subarray(-4).toString('hex'), '0000ffff');
      assert.notEqual(deflated[0], 0x78);
      assert.throws(() => inflateRawSync(deflated), { code: 'Z_BUF_ERROR' }, 'the stream goes on');
      const closed = Buffer.concat([deflated, Buffer.from('010000ffff', 'hex')]);
      assert.equal(inflateRawSync(closed).toString(), text);
    }
  }
});
