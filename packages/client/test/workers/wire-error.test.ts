import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isNativeError } from 'node:util/types';
import { AbortedError, IdentifyBudgetError, ProtocolError, SendError } from '@guildhall/client';
import { packError, unpackError } from '../../src/workers/wire-error.ts';

function cross(thrown: unknown): unknown {
  return unpackError(structuredClone(packError(thrown)));
}

describe('an error that crosses', () => {
  test('stays an instance of its class, with all that it says', () => {
    const errors = [
      new SendError('QUEUE_FULL', 'too many'),
      new IdentifyBudgetError(1_500),
      new ProtocolError(3, 'nonsense', new RangeError('far off')),
      new AbortedError('enough'),
    ];
    for (const error of errors) {
      const arrived = cross(error);
      assert.ok(arrived instanceof Error && arrived instanceof error.constructor);
      assert.ok(isNativeError(arrived));
      assert.deepEqual({ ...arrived }, { ...error });
      assert.equal(arrived.message, error.message);
      assert.equal(arrived.stack, error.stack);
    }
  });

  test('brings its causes', () => {
    const arrived = cross(
      new ProtocolError(3, 'nonsense', new RangeError('far off', { cause: { any: 'thing' } })),
    );
    assert.ok(arrived instanceof ProtocolError && arrived.cause instanceof Error);
    assert.equal(arrived.cause.name, 'RangeError');
    assert.equal(arrived.cause.message, 'far off');
    assert.equal(arrived.cause.cause, "{ any: 'thing' }");
  });

  test('that is its own cause does not go on for ever', () => {
    const error = new Error('round');
    error.cause = error;
    assert.ok(cross(error) instanceof Error);
  });

  test('may be anything that can be thrown', () => {
    assert.equal(cross('text'), 'text');
    assert.equal(cross(null), null);
    assert.match(String(cross(() => 1)), /Function/);
  });
});
