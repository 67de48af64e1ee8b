/** Discord's ban of addresses that keep sending requests which cannot succeed. */
import type { FastifyInstance } from 'fastify';
import type { RateLimit } from './rate-limits.ts';

/** Invalid requests (401, 403, 429) of one address per window, and what follows one more. */
export interface InvalidRequestSettings extends Partial<RateLimit> {
  /** How long the address is banned. Default: 3,600,000 ms; Discord says "temporarily". */
  readonly banMs?: number;
  /** Addresses remembered at once; beyond it the oldest is forgotten, banned or not. Default: 10,000. */
  readonly maxAddresses?: number;
}

/** `discord`: 10,000 in 10 minutes and an hour, as Discord's; `off`: nobody is banned. */
export type InvalidRequestOption = 'discord' | 'off' | InvalidRequestSettings;

interface Tally {
  count: number;
  /** When the window ends, or the ban. */
  endsAtMs: number;
  isBanned: boolean;
}

const DEFAULT_SETTINGS: Required<InvalidRequestSettings> = {
  limit: 10_000,
  windowMs: 600_000,
  banMs: 3_600_000,
  maxAddresses: 10_000,
};
const INVALID_STATUSES: ReadonlySet<number> = new Set([401, 403, 429]);
const TOO_MANY_REQUESTS_STATUS = 429;
const MS_PER_SECOND = 1_000;

/** @see https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans */
export class InvalidRequests {
  readonly #settings: Required<InvalidRequestSettings>;
  readonly #clock: () => number;
  /** In the order in which the windows began. */
  readonly #tallies = new Map<string, Tally>();

  /**
   * @param clock Unix milliseconds
   * @throws RangeError when a setting is not a positive integer
   */
  constructor(settings: InvalidRequestSettings, clock: () => number) {
    this.#settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#clock = clock;
    for (const [name, value] of Object.entries(this.#settings)) {
      if (!Number.isInteger(value) || value <= 0) {
        throw new RangeError(`invalidRequests.${name} must be a positive integer, not ${value}`);
      }
    }
  }

  /** Addresses remembered at present. */
  get size(): number {
    return this.#tallies.size;
  }

  /** Milliseconds until the address may come again; 0 when it may now. */
  bannedForMs(address: string): number {
    const tally = this.#tallies.get(address);
    return tally?.isBanned === true ? Math.max(0, tally.endsAtMs - this.#clock()) : 0;
  }

  /** Counts an invalid request. @returns whether the address is banned for it, from now on */
  count(address: string): boolean {
    const { limit, banMs } = this.#settings;
    const tally = this.#tally(address);
    tally.count += 1;
    if (tally.isBanned || tally.count < limit) return false;
    tally.isBanned = true;
    tally.endsAtMs = this.#clock() + banMs;
    return true;
  }

  #tally(address: string): Tally {
    const nowMs = this.#clock();
    const known = this.#tallies.get(address);
    if (known !== undefined && known.endsAtMs > nowMs) return known;
    // Deleted first, so that the map stays in the order in which windows began.
    this.#tallies.delete(address);
    for (const [oldest, { endsAtMs }] of this.#tallies) {
      if (endsAtMs > nowMs && this.#tallies.size < this.#settings.maxAddresses) break;
      this.#tallies.delete(oldest);
    }
    const tally: Tally = { count: 0, endsAtMs: nowMs + this.#settings.windowMs, isBanned: false };
    this.#tallies.set(address, tally);
    return tally;
  }
}

/** Must be called before all that may refuse a request. */
export function banInvalidRequests(app: FastifyInstance, invalidRequests: InvalidRequests): void {
  app.addHook('onRequest', async (request, reply) => {
    const ms = invalidRequests.bannedForMs(request.ip);
    if (ms === 0) return;
    // What stands before Discord answers, not Discord: by the missing header libraries know it from a limit of the API.
    reply.removeHeader('via');
    reply.header('retry-after', String(Math.ceil(ms / MS_PER_SECOND)));
    return reply.code(TOO_MANY_REQUESTS_STATUS).type('text/html; charset=UTF-8').send(BAN_PAGE);
  });
  app.addHook('onResponse', async (request, reply) => {
    const isShared = reply.getHeader('x-ratelimit-scope') === 'shared';
    if (!INVALID_STATUSES.has(reply.statusCode) || isShared) return;
    if (invalidRequests.count(request.ip)) {
      request.log.warn({ ip: request.ip }, 'an address is banned for its invalid requests');
    }
  });
}

const BAN_PAGE = `<!DOCTYPE html>
<html lang="en-US">
<head><title>Access denied</title></head>
<body>
<h1>Error 1015</h1>
<p>You are being rate limited: this address has sent too many invalid requests and is banned for a while.</p>
<p>error code: 1015</p>
</body>
</html>
`;
