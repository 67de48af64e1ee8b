/** First millisecond of 2015, the zero of every Discord id, in Unix milliseconds. */
export const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Below the 42 time bits: 5 of worker, 5 of process, 12 of increment. */
const TIME_SHIFT = 22n;
const MAX_INCREMENT = 0xfff;
const MAX_SNOWFLAKE = 2n ** 64n - 1n;
const MAX_DIGITS = 20;
const DIGITS = /^[0-9]{1,20}$/;

/**
 * Makes ids that grow strictly, even when the clock stands still, runs backwards, or more than 4096 are made
 * in a millisecond: then their time runs ahead of the clock. Worker and process bits are 0, so only one
 * factory may serve a world.
 */
export class SnowflakeFactory {
  readonly #clock: () => number;
  #timeMs = -1;
  #increment = 0;

  /** @param clock Unix milliseconds. A time before 2015 (a virtual clock) counts as the first moment of 2015. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  next(): string {
    const nowMs = Math.max(0, Math.floor(this.#clock()) - DISCORD_EPOCH_MS);
    if (nowMs > this.#timeMs) {
      this.#timeMs = nowMs;
      this.#increment = 0;
    } else if (this.#increment === MAX_INCREMENT) {
      this.#timeMs += 1;
      this.#increment = 0;
    } else {
      this.#increment += 1;
    }
    return ((BigInt(this.#timeMs) << TIME_SHIFT) | BigInt(this.#increment)).toString();
  }
}

/** When the id was made, in Unix milliseconds. `id` must be a snowflake ({@link isSnowflake}). */
export function snowflakeTimeMs(id: string): number {
  return Number(BigInt(id) >> TIME_SHIFT) + DISCORD_EPOCH_MS;
}

/**
 * The smallest id of a millisecond, as a cursor for `before` and `after`.
 * @param ms Unix milliseconds; a time before 2015 gives `'0'`
 */
export function snowflakeAt(ms: number): string {
  return (BigInt(Math.max(0, Math.floor(ms) - DISCORD_EPOCH_MS)) << TIME_SHIFT).toString();
}

/** Whether a value from the wire is a decimal string of 1 to 20 digits that fits in 64 bits. */
export function isSnowflake(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    DIGITS.test(value) &&
    (value.length < MAX_DIGITS || BigInt(value) <= MAX_SNOWFLAKE)
  );
}

/** Orders ids as numbers, oldest first, for `Array.prototype.sort`. Both must be snowflakes. */
export function compareSnowflakes(a: string, b: string): number {
  // Without leading zeros a shorter number is a smaller one, and equal lengths compare as text.
  const left = a.startsWith('0') ? BigInt(a).toString() : a;
  const right = b.startsWith('0') ? BigInt(b).toString() : b;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The shard that hears of a guild.
 * @param guildId a snowflake
 * @param shardCount 1 or more
 * @throws RangeError when `shardCount` is 0 or not an integer
 * @see https://docs.discord.com/developers/events/gateway#sharding-sharding-formula
 */
export function shardOfGuild(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> TIME_SHIFT) % BigInt(shardCount));
}
