import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SharedBody, wireFormat } from '@guildhall/protocol';
import { Batch } from '../../src/gateway/batch.ts';

const A = new SharedBody('A', '{}');
const B = new SharedBody('B', '{}');
const C = new SharedBody('C', '{}');
const PLAIN = wireFormat('json', 'none');

describe('a batch', () => {
  test('is the same for all that hear the same, in whatever order they come to hear it', () => {
    const root = Batch.root();
    assert.equal(root.with(A), root.with(A));
    assert.notEqual(root.with(B), root.with(A));
    assert.equal(root.with(A).with(B), root.with(A).with(B));
    assert.notEqual(root.with(A).with(C), root.with(A).with(B));
    // Ways that were left and taken again.
    const ways = [root.with(A), root.with(B), root.with(C)];
    assert.deepEqual([root.with(C), root.with(A), root.with(B)], [ways[2], ways[0], ways[1]]);
  });

  test('spells its dispatches out in order, in one template for each format', () => {
    const batch = Batch.root().with(A).with(B).with(A);
    assert.equal(batch.length, 3);
    const text = batch.template(PLAIN).numbered(7).toString('latin1');
    assert.deepEqual(
      text.match(/"s": *\d+,"t":"."/g)?.map((part) => part.replace(/ /g, '')),
      ['"s":7,"t":"A"', '"s":8,"t":"B"', '"s":9,"t":"A"'],
    );
    assert.equal(batch.template(PLAIN), batch.template(PLAIN));
    assert.notEqual(batch.template(PLAIN), batch.template(wireFormat('json', 'zlib-stream')));
  });

  test('is full after 64 KiB or 256 dispatches', () => {
    const large = new SharedBody('A', JSON.stringify('x'.repeat(70_000)));
    assert.equal(Batch.root().with(A).isFull, false);
    assert.equal(Batch.root().with(large).isFull, true);
    let batch = Batch.root();
    for (let count = 1; count < 256; count += 1) batch = batch.with(A);
    assert.equal(batch.isFull, false);
    assert.equal(batch.with(A).isFull, true);
  });
});

describe('a template', () => {
  test('is written over in place for the next number', () => {
    const template = Batch.root().with(A).template(PLAIN);
    const first = template.numbered(1);
    assert.equal(template.numbered(2).buffer, first.buffer);
    assert.match(first.toString('latin1'), /"s": {9}2,/);
  });

  test('leaves alone what a socket still points at', () => {
    const template = Batch.root().with(A).template(PLAIN);
    const kept = template.numbered(1);
    template.keep();
    // Those whose numbers are the same may share it.
    assert.equal(template.numbered(1), kept);
    const next = template.numbered(2);
    assert.match(kept.toString('latin1'), /"s": {9}1,/);
    assert.match(next.toString('latin1'), /"s": {9}2,/);
    assert.equal(template.numbered(3), next);
  });
});
