import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { constants, deflateSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { etfEncoding } from '../../src/encoding/encoding.ts';
import { EtfEnvelopeReader } from '../../src/envelope/etf-envelope-reader.ts';
import { createDecoder } from '../../src/transport/decoder.ts';
import { EtfMessageEnd } from '../../src/transport/etf-message-end.ts';

const etf = etfEncoding();

/** Cuts anywhere; the last piece ends the bytes. */
function cutsOf(bytes: Buffer, points: readonly number[]): number[] {
  const cuts = points.map((point) => point % bytes.length).filter((cut) => cut > 0);
  return [...new Set([...cuts, bytes.length])].sort((a, b) => a - b);
}

describe('the end of a message in ETF', () => {
  test('is where its term ends, in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.nat(), { maxLength: 20 }), (value, points) => {
        const message = etf.encode(value);
        const end = new EtfMessageEnd();
        // Twice: the second message begins anew.
        for (let round = 0; round < 2; round += 1) {
          for (const cut of cutsOf(message, points)) {
            assert.equal(end.isWhole(message.subarray(0, cut)), cut === message.length);
          }
        }
      }),
    );
  });

  test('is not waited for where there is none, and nothing may follow it', () => {
    const message = etf.encode({ op: 11 });
    assert.equal(new EtfMessageEnd().isWhole(Buffer.from('{"op":11')), true);
    assert.equal(new EtfMessageEnd().isWhole(Buffer.of(131, 80, 0)), true);
    assert.equal(new EtfMessageEnd().isWhole(Buffer.of()), false);
    assert.throws(() => new EtfMessageEnd().isWhole(Buffer.concat([message, Buffer.of(0)])), {
      code: 'MALFORMED',
    });
    assert.throws(() => new EtfMessageEnd().isWhole(Buffer.of(131, 88)), { code: 'UNSUPPORTED' });
  });
});

describe('decoders of connections in ETF', () => {
  const value = { t: 'MESSAGE_CREATE', s: 7, op: 0, d: { content: 'ü}'.repeat(500), n: null } };
  const message = etf.encode(value);
  const half = message.subarray(0, 600);
  const rest = message.subarray(600);
  const flush = { finishFlush: constants.Z_SYNC_FLUSH };
  const zstdFlush = { finishFlush: constants.ZSTD_e_flush };
  const zstd = (text: Buffer): Buffer => zstdCompressSync(text, zstdFlush);

  test('take binary frames, text frames never', () => {
    const decoder = createDecoder('none', { messageEnd: new EtfMessageEnd() });
    assert.deepEqual(decoder.push(message, true), message);
    assert.throws(() => decoder.push(message, false), { code: 'UNEXPECTED_FRAME' });
  });

  test('hand over a message when its last flush is there', () => {
    const decoder = createDecoder('zlib-stream', { messageEnd: new EtfMessageEnd() });
    const reader = new EtfEnvelopeReader();
    assert.equal(decoder.push(deflateSync(half, flush), true), null);
    // The stream goes on: a second one without its header, in a stored block.
    const stored = Buffer.alloc(5);
    stored.writeUInt16LE(rest.length, 1);
    stored.writeUInt16LE(~rest.length & 0xffff, 3);
    const whole = decoder.push(Buffer.concat([stored, rest, Buffer.of(0, 0, 0, 0xff, 0xff)]), true);
    assert.ok(whole !== null);
    reader.read(whole);
    assert.deepEqual([reader.op, reader.s, reader.t], [0, 7, 'MESSAGE_CREATE']);
    assert.deepEqual(reader.parseData(whole), value.d);
  });

  test('do so with zstd, too', () => {
    const decoder = createDecoder('zstd-stream', { messageEnd: new EtfMessageEnd() });
    const whole = decoder.push(zstd(message), true);
    assert.deepEqual(whole, message);
  });
});
