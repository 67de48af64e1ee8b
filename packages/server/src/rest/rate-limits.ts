/** Discord's rate limits: a window per route, bot and major parameter, and one for everything a bot does. */
import { createHash } from 'node:crypto';

/** So many requests per window; the window begins with its first request. */
export interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

/** Routes of one group share their windows; `other` routes have one per method and path each. */
export type RateLimitGroup = 'message-create' | 'reactions' | 'webhook-execute' | 'other';

export interface RateLimitSettings {
  /** Requests of one bot over all routes. Default: 50 per second. */
  readonly global?: RateLimit;
  /** `POST /channels/{id}/messages`. Default: 5 per 5 s. */
  readonly messageCreate?: RateLimit;
  /** Adding and removing reactions. Default: 1 per 250 ms. */
  readonly reactions?: RateLimit;
  /** Speaking through a webhook. Default: 5 per 2 s. */
  readonly webhookExecute?: RateLimit;
  /** Any other route. Default: 10 per 10 s. */
  readonly other?: RateLimit;
  /** Windows remembered at once; beyond it the oldest is forgotten, which is in its bot's favour. Default: 10,000. */
  readonly maxBuckets?: number;
}

/** `discord`: the defaults of {@link RateLimitSettings}; `off`: no limits and no headers. */
export type RateLimitOption = 'discord' | 'off' | RateLimitSettings;

/** A route as the limiter sees it. Made once per route. */
export interface LimitedRoute {
  readonly rule: RateLimit;
  /** `X-RateLimit-Bucket`: equal for routes that share a limit, without the major parameter. */
  readonly bucket: string;
}

export interface RateLimitVerdict extends LimitedRoute {
  readonly remaining: number;
  /** When the window ends, Unix milliseconds. */
  readonly resetAtMs: number;
  readonly resetAfterMs: number;
  /** What was exceeded; null when the request may go on. */
  readonly exceeded: 'route' | 'global' | null;
  /** Milliseconds until a repetition may succeed; 0 when the request may go on. */
  readonly retryAfterMs: number;
}

/** The body of a 429. @see https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit-rate-limit-response-structure */
export interface RateLimitedBody {
  readonly message: string;
  /** Seconds. */
  readonly retry_after: number;
  readonly global: boolean;
}

interface Window {
  used: number;
  readonly endsAtMs: number;
}

const DEFAULT_SETTINGS: Required<RateLimitSettings> = {
  global: { limit: 50, windowMs: 1_000 },
  messageCreate: { limit: 5, windowMs: 5_000 },
  reactions: { limit: 1, windowMs: 250 },
  webhookExecute: { limit: 5, windowMs: 2_000 },
  other: { limit: 10, windowMs: 10_000 },
  maxBuckets: 10_000,
};
const SWEEP_INTERVAL_MS = 10_000;
const BUCKET_HASH_CHARS = 32;

export class RateLimiter {
  readonly #settings: Required<RateLimitSettings>;
  readonly #clock: () => number;
  /** In the order in which the windows began. */
  readonly #windows = new Map<string, Window>();
  #sweptAtMs = 0;

  /**
   * @param clock Unix milliseconds
   * @throws RangeError when a limit, a window or `maxBuckets` is not a positive integer
   */
  constructor(settings: RateLimitSettings = {}, clock: () => number = Date.now) {
    this.#settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#clock = clock;
    const { maxBuckets, ...rules } = this.#settings;
    assertPositive('rateLimits.maxBuckets', maxBuckets);
    for (const [name, rule] of Object.entries(rules)) {
      assertPositive(`rateLimits.${name}.limit`, rule.limit);
      assertPositive(`rateLimits.${name}.windowMs`, rule.windowMs);
    }
  }

  /** Windows remembered at present. */
  get size(): number {
    return this.#windows.size;
  }

  /** @param path the route's template without the API version, for example `/channels/:channel_id` */
  route(group: RateLimitGroup, method: string, path: string): LimitedRoute {
    switch (group) {
      case 'message-create':
        return { rule: this.#settings.messageCreate, bucket: bucketHash(group) };
      case 'reactions':
        return { rule: this.#settings.reactions, bucket: bucketHash(group) };
      case 'webhook-execute':
        return { rule: this.#settings.webhookExecute, bucket: bucketHash(group) };
      case 'other':
        return { rule: this.#settings.other, bucket: bucketHash(`${method} ${path}`) };
    }
  }

  /**
   * Counts one request.
   * @param major the channel or guild of the path, or '' where it has none
   */
  take(botId: string, route: LimitedRoute, major: string): RateLimitVerdict {
    const nowMs = this.#clock();
    this.#sweep(nowMs);
    const global = this.#window(`${botId} global`, this.#settings.global, nowMs);
    const window = this.#window(`${botId} ${route.bucket} ${major}`, route.rule, nowMs);
    const exceeded =
      global.used >= this.#settings.global.limit
        ? 'global'
        : window.used >= route.rule.limit
          ? 'route'
          : null;
    // A request that its route refuses still counts for the bot as a whole, as any other request does.
    if (exceeded !== 'global') global.used += 1;
    if (exceeded === null) window.used += 1;
    const retryAtMs = exceeded === 'global' ? global.endsAtMs : window.endsAtMs;
    return {
      ...route,
      remaining: route.rule.limit - window.used,
      resetAtMs: window.endsAtMs,
      resetAfterMs: window.endsAtMs - nowMs,
      exceeded,
      retryAfterMs: exceeded === null ? 0 : retryAtMs - nowMs,
    };
  }

  #window(key: string, rule: RateLimit, nowMs: number): Window {
    const present = this.#windows.get(key);
    if (present !== undefined && present.endsAtMs > nowMs) return present;
    // Deleted first, so that the map stays in the order in which windows began.
    this.#windows.delete(key);
    if (this.#windows.size >= this.#settings.maxBuckets) this.#forgetOldest();
    const window: Window = { used: 0, endsAtMs: nowMs + rule.windowMs };
    this.#windows.set(key, window);
    return window;
  }

  #forgetOldest(): void {
    for (const key of this.#windows.keys()) {
      this.#windows.delete(key);
      return;
    }
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_INTERVAL_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [key, window] of this.#windows) {
      if (window.endsAtMs <= nowMs) this.#windows.delete(key);
    }
  }
}

/** @see https://docs.discord.com/developers/topics/rate-limits#header-format */
export function rateLimitHeaders(verdict: RateLimitVerdict): Record<string, string> {
  const bucketHeaders = {
    'x-ratelimit-limit': String(verdict.rule.limit),
    'x-ratelimit-remaining': String(verdict.remaining),
    'x-ratelimit-reset': seconds(verdict.resetAtMs),
    'x-ratelimit-reset-after': seconds(verdict.resetAfterMs),
    'x-ratelimit-bucket': verdict.bucket,
  };
  // Whole seconds, rounded up: a client that knows only this header must not come back too early.
  const retryAfter = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) };
  switch (verdict.exceeded) {
    case null:
      return bucketHeaders;
    case 'route':
      return { ...bucketHeaders, ...retryAfter, 'x-ratelimit-scope': 'user' };
    case 'global':
      return { ...retryAfter, 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' };
  }
}

export function rateLimitedBody(verdict: RateLimitVerdict): RateLimitedBody {
  return {
    message: 'You are being rate limited.',
    retry_after: verdict.retryAfterMs / 1000,
    global: verdict.exceeded === 'global',
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function bucketHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, BUCKET_HASH_CHARS);
}

function assertPositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new RangeError(`${name} must be a positive integer, not ${value}`);
  }
}
