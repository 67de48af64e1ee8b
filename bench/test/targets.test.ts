import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { obstacles, TARGETS, verdicts } from '../harness/targets.ts';

const judge = (bench: string, measures: Record<string, number>) =>
  verdicts(new Map([[bench, { measures }]])).find(({ verdict }) => verdict !== 'not measured');

describe('verdicts', () => {
  test('say by how much of the target it was missed', () => {
    assert.deepEqual(judge('fan-out', { 'none/floor': 1.5 })?.verdict, 'missed by 20 %');
    assert.deepEqual(judge('fan-out', { 'deflate/ours': 9 })?.verdict, 'missed by 50 %');
  });

  test('call the limit itself met, from either side', () => {
    assert.equal(judge('fan-out', { 'none/floor': 1.25 })?.verdict, 'met');
    assert.equal(judge('fan-out', { 'deflate/ours': 18 })?.verdict, 'met');
  });

  test('are given on the benches that ran, and name what they did not measure', () => {
    const rows = verdicts(new Map([['idle', { measures: {} }]]));
    assert.equal(rows.length, TARGETS.filter(({ bench }) => bench === 'idle').length);
    assert.ok(rows.every(({ verdict }) => verdict === 'not measured'));
  });

  test('come with what holds a missed one back', () => {
    const told = (ratio: number) =>
      obstacles(new Map([['fan-out', { measures: { 'deflate/ours': ratio } }]]));
    assert.match(told(9).join(), /kernel/);
    assert.deepEqual(told(18), []);
  });
});
