import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { imageSize } from '../../src/http/image-size.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** Beginnings of files as encoders write them. */
const PICTURES: readonly [name: string, head: Buffer, type: string, width: number, height: number][] = [
  ['PNG', hex('89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08060000'), 'image/png', 640, 480],
  ['GIF', hex('474946383961 4001 f000 f70000'), 'image/gif', 320, 240],
  [
    'JPEG with JFIF',
    hex(
      'ffd8 ffe0 0010 4a46494600010100000100010000 ffdb 0005 000102 ffc0 0011 08 01e0 0280 03 012200 021101 031101',
    ),
    'image/jpeg',
    640,
    480,
  ],
  [
    'progressive JPEG, with fill bytes',
    hex('ffd8 ffffff fe 0004 6869 ffc2 0011 08 0002 0003 03 012200 021101 031101'),
    'image/jpeg',
    3,
    2,
  ],
  [
    'WebP, lossy',
    hex('52494646 24000000 57454250 56503820 18000000 300100 9d012a 0a00 1400 0002'),
    'image/webp',
    10,
    20,
  ],
  [
    'WebP, lossless',
    hex('52494646 1e000000 57454250 5650384c 11000000 2f 09c00400 00000000 00000000'),
    'image/webp',
    10,
    20,
  ],
  [
    'WebP, extended',
    hex('52494646 1e000000 57454250 56503858 0a000000 10000000 630000 c70000 00'),
    'image/webp',
    100,
    200,
  ],
];

describe('the size of a picture', () => {
  for (const [name, head, type, width, height] of PICTURES) {
    test(`is read from ${name}`, () => {
      assert.deepEqual(imageSize(head), { type, width, height });
      assert.equal(imageSize(head.subarray(0, 8)), null, 'not from too few bytes');
    });
  }

  test('is none for text, for nothing, and for a JPEG that goes on with something else', () => {
    for (const head of [
      Buffer.from('hello, this is a text'),
      Buffer.alloc(0),
      hex('ffd8 0102030405060708090a'),
    ]) {
      assert.equal(imageSize(head), null);
    }
  });

  test('is looked for without failing in any bytes', () => {
    const starts = PICTURES.map(([, head]) => head.subarray(0, 12));
    fc.assert(
      fc.property(
        fc.constantFrom(...starts, Buffer.alloc(0)),
        fc.uint8Array({ maxLength: 64 }),
        (start, rest) => {
          imageSize(Buffer.concat([start, rest]));
        },
      ),
    );
  });
});
