import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { errorTree, RestError } from '../../src/http/errors.ts';

describe('errorTree', () => {
  test('nests fields, indexes and several faults of one place', () => {
    const fault = (path: (string | number)[], code: string) => ({ path, code, message: code });
    const tree = errorTree([
      fault(['embeds', 0, 'title'], 'A'),
      fault(['embeds', 0, 'title'], 'B'),
      fault(['embeds'], 'C'),
      fault([], 'D'),
    ]);
    assert.equal(
      JSON.stringify(tree),
      JSON.stringify({
        embeds: {
          '0': {
            title: {
              _errors: [
                { code: 'A', message: 'A' },
                { code: 'B', message: 'B' },
              ],
            },
          },
          _errors: [{ code: 'C', message: 'C' }],
        },
        _errors: [{ code: 'D', message: 'D' }],
      }),
    );
  });

  test('takes any field names from the wire without touching a prototype', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '_errors')), {
          maxLength: 4,
        }),
        (path) => {
          const text = JSON.stringify(errorTree([{ path, code: 'X', message: 'x' }]));
          assert.ok(text.includes('"code":"X"'));
          assert.equal(({} as Record<string, unknown>).code, undefined);
        },
      ),
    );
  });
});

describe('RestError', () => {
  test('has a body without errors when no field is at fault', () => {
    assert.deepEqual(RestError.of('UNAUTHORIZED').body(), { message: '401: Unauthorized', code: 0 });
    assert.equal(RestError.of('UNKNOWN_CHANNEL').status, 404);
  });
});
