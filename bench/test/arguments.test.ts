import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchArgumentError, readArguments } from '../arguments.ts';

const KNOWN = ['fan-out', 'client', 'idle'];

describe('bench arguments', () => {
  test('no name means all, in their order', () => {
    assert.deepEqual(readArguments([], KNOWN), { names: KNOWN, quick: false, writeDocs: false });
  });

  test('names are run in the order of the benches', () => {
    assert.deepEqual(readArguments(['idle', '--quick', 'fan-out'], KNOWN), {
      names: ['fan-out', 'idle'],
      quick: true,
      writeDocs: false,
    });
  });

  for (const args of [['fly'], ['--fast'], ['--quick', '--write-docs']]) {
    test(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readArguments(args, KNOWN), BenchArgumentError);
    });
  }
});
