import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RateLimiter, rateLimitedBody, rateLimitHeaders } from '../../src/rest/rate-limits.ts';

const BOT = '100';
const START_MS = 1_700_000_000_123;

function limiterAt(settings = {}) {
  const clock = { nowMs: START_MS };
  return { clock, limiter: new RateLimiter(settings, () => clock.nowMs) };
}

describe('RateLimiter', () => {
  test('allows five messages in five seconds and says when the window ends', () => {
    const { clock, limiter } = limiterAt();
    const route = limiter.route('message-create', 'POST', '/channels/:channel_id/messages');
    const remaining = [];
    for (let count = 0; count < 5; count++) {
      const verdict = limiter.take(BOT, route, '1');
      assert.equal(verdict.exceeded, null);
      remaining.push(verdict.remaining);
      clock.nowMs += 100;
    }
    assert.deepEqual(remaining, [4, 3, 2, 1, 0]);
    const refused = limiter.take(BOT, route, '1');
    assert.equal(refused.exceeded, 'route');
    assert.equal(refused.retryAfterMs, 4_500);
    clock.nowMs += 4_500;
    assert.equal(limiter.take(BOT, route, '1').remaining, 4);
  });

  test('keeps bots, major parameters and routes apart', () => {
    const { limiter } = limiterAt({ other: { limit: 1, windowMs: 1_000 } });
    const read = limiter.route('other', 'GET', '/channels/:channel_id');
    const write = limiter.route('other', 'PATCH', '/channels/:channel_id');
    assert.equal(limiter.take(BOT, read, '1').exceeded, null);
    assert.equal(limiter.take(BOT, read, '1').exceeded, 'route');
    assert.equal(limiter.take(BOT, read, '2').exceeded, null);
    assert.equal(limiter.take(BOT, write, '1').exceeded, null);
    assert.equal(limiter.take('200', read, '1').exceeded, null);
  });

  test('gives routes of one group the same bucket and the same window', () => {
    const { clock, limiter } = limiterAt();
    const put = limiter.route('reactions', 'PUT', '/a');
    const remove = limiter.route('reactions', 'DELETE', '/b');
    assert.equal(put.bucket, remove.bucket);
    assert.match(put.bucket, /^[0-9a-f]{32}$/);
    assert.notEqual(put.bucket, limiter.route('other', 'PUT', '/a').bucket);
    assert.equal(limiter.take(BOT, put, '1').exceeded, null);
    assert.equal(limiter.take(BOT, remove, '1').exceeded, 'route');
    clock.nowMs += 250;
    assert.equal(limiter.take(BOT, remove, '1').exceeded, null);
  });

  test('stops a bot at fifty requests a second over all its routes, without using up the route', () => {
    const { clock, limiter } = limiterAt({ other: { limit: 1_000, windowMs: 10_000 } });
    const route = limiter.route('other', 'GET', '/users/@me');
    for (let count = 0; count < 50; count++) assert.equal(limiter.take(BOT, route, '').exceeded, null);
    clock.nowMs += 400;
    const refused = limiter.take(BOT, route, '');
    assert.deepEqual([refused.exceeded, refused.retryAfterMs, refused.remaining], ['global', 600, 950]);
    assert.equal(limiter.take('200', route, '').exceeded, null);
    clock.nowMs += 600;
    assert.equal(limiter.take(BOT, route, '').remaining, 949);
  });

  test('counts a request that its route refuses against the global limit', () => {
    const { limiter } = limiterAt({
      global: { limit: 3, windowMs: 1_000 },
      other: { limit: 1, windowMs: 1_000 },
    });
    const route = limiter.route('other', 'GET', '/x');
    const verdicts = [1, 2, 3, 4].map(() => limiter.take(BOT, route, '').exceeded);
    assert.deepEqual(verdicts, [null, 'route', 'route', 'global']);
  });

  test('remembers no more windows than it may and forgets the oldest first', () => {
    const { limiter } = limiterAt({ maxBuckets: 3, other: { limit: 1, windowMs: 60_000 } });
    const route = limiter.route('other', 'GET', '/x');
    limiter.take(BOT, route, '1');
    limiter.take(BOT, route, '2');
    limiter.take(BOT, route, '3');
    assert.equal(limiter.size, 3);
    assert.equal(limiter.take(BOT, route, '3').exceeded, 'route');
    assert.equal(limiter.take(BOT, route, '1').exceeded, null);
  });

  test('sweeps windows that have ended', () => {
    const { clock, limiter } = limiterAt();
    const route = limiter.route('other', 'GET', '/x');
    for (let major = 0; major < 20; major++) limiter.take(BOT, route, String(major));
    assert.equal(limiter.size, 21);
    clock.nowMs += 20_000;
    limiter.take(BOT, route, '0');
    assert.equal(limiter.size, 2);
  });

  for (const settings of [
    { other: { limit: 0, windowMs: 1 } },
    { reactions: { limit: 1, windowMs: 0.5 } },
    { maxBuckets: -1 },
  ]) {
    test(`refuses the settings ${JSON.stringify(settings)}`, () => {
      assert.throws(() => new RateLimiter(settings), RangeError);
    });
  }
});

describe('rate limit answers', () => {
  test('carry seconds with milliseconds on success', () => {
    const { limiter } = limiterAt();
    const route = limiter.route('reactions', 'PUT', '/a');
    assert.deepEqual(rateLimitHeaders(limiter.take(BOT, route, '1')), {
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1700000000.373',
      'x-ratelimit-reset-after': '0.250',
      'x-ratelimit-bucket': route.bucket,
    });
  });

  test('name the scope and a whole Retry-After when a route refuses', () => {
    const { clock, limiter } = limiterAt();
    const route = limiter.route('reactions', 'PUT', '/a');
    limiter.take(BOT, route, '1');
    clock.nowMs += 1;
    const verdict = limiter.take(BOT, route, '1');
    const headers = rateLimitHeaders(verdict);
    assert.equal(headers['retry-after'], '1');
    assert.equal(headers['x-ratelimit-scope'], 'user');
    assert.equal(headers['x-ratelimit-remaining'], '0');
    assert.equal(headers['x-ratelimit-global'], undefined);
    assert.deepEqual(rateLimitedBody(verdict), {
      message: 'You are being rate limited.',
      retry_after: 0.249,
      global: false,
    });
  });

  test('are marked global, without a bucket, when the bot as a whole is refused', () => {
    const { limiter } = limiterAt({ global: { limit: 1, windowMs: 1_000 } });
    const route = limiter.route('other', 'GET', '/x');
    limiter.take(BOT, route, '');
    const verdict = limiter.take(BOT, route, '');
    assert.deepEqual(rateLimitHeaders(verdict), {
      'retry-after': '1',
      'x-ratelimit-global': 'true',
      'x-ratelimit-scope': 'global',
    });
    assert.equal(rateLimitedBody(verdict).global, true);
  });
});
