import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanLine } from '../src/human-log.ts';

const AT = Date.UTC(2026, 0, 1, 12, 34, 56);

const LINES: readonly (readonly [record: object, line: string])[] = [
  [{ level: 40, time: AT, msg: 'no such route' }, '12:34:56 warn  no such route'],
  [
    { level: 30, time: AT, method: 'GET', path: '/api/v10/x', userAgent: 'DiscordBot (x, 1)', msg: 'm' },
    '12:34:56 info  m method=GET path=/api/v10/x userAgent="DiscordBot (x, 1)"',
  ],
  [
    { level: 50, time: AT, err: { message: 'it "broke"', stack: 'long' }, msg: 'm' },
    '12:34:56 error m err="it \\"broke\\""',
  ],
  [
    { level: 20, time: AT, count: 3, list: [1], none: null, msg: 'm' },
    '12:34:56 debug m count=3 list=[1] none=null',
  ],
];
for (const [record, line] of LINES) {
  test(line, () => assert.equal(humanLine(JSON.stringify(record)), line));
}
test('a line break in a value stays in its line', () => {
  const line = humanLine(JSON.stringify({ level: 40, time: AT, value: 'a\nb', msg: 'm' }));
  assert.equal(line, '12:34:56 warn  m value="a\\nb"');
});
