import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { adler32 } from '../../src/transport/adler32.ts';
import { SharedBody } from '../../src/transport/shared-body.ts';
import { BODY_LENGTHS, chatter, noise, randomFrom } from './corpus.ts';

test('each form is made once', () => {
  const body = new SharedBody('"t":"A","op":0,"d":"ü"}');
  assert.equal(body.plain, body.plain);
  assert.equal(body.deflated, body.deflated);
  assert.equal(body.zstdBlocks, body.zstdBlocks);
  assert.equal(body.adler, adler32(body.plain));
});

test('the length is that of the UTF-8 text, whichever form is asked for first', () => {
  for (const text of ['abc', 'äöü', '🎉€', '']) {
    const body = new SharedBody(text);
    assert.equal(body.byteLength, Buffer.byteLength(text));
    assert.equal(body.plain.toString(), text);
    assert.equal(body.byteLength, body.plain.length);
  }
});

test('retained bytes count what is held, and a form holds no memory besides its own', () => {
  const text = chatter(3_000, randomFrom(1));
  const body = new SharedBody(text);
  assert.ok(body.retainedBytes >= text.length && body.retainedBytes <= 2 * text.length);
  const forms = [body.plain, body.deflated, body.zstdBlocks];
  assert.equal(
    body.retainedBytes,
    forms.reduce((sum, form) => sum + form.buffer.byteLength, 0),
  );
});

test('deflated blocks stand alone, end in a sync flush and hold no final block', () => {
  const random = randomFrom(2);
  for (const length of [...BODY_LENGTHS, 16_383, 16_385, 65_535, 65_536, 65_537]) {
    for (const text of [chatter(length, random), noise(length, random)]) {
      const { deflated } = new SharedBody(text);
      assert.equal(deflated.subarray(-4).toString('hex'), '0000ffff');
      assert.notEqual(deflated[0], 0x78);
      assert.throws(() => inflateRawSync(deflated), { code: 'Z_BUF_ERROR' }, 'the stream goes on');
      const closed = Buffer.concat([deflated, Buffer.from('010000ffff', 'hex')]);
      assert.equal(inflateRawSync(closed).toString(), text);
    }
  }
});
