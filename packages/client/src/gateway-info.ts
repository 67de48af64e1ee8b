import { type ApiRequest, apiGet } from './api-get.ts';
import { GatewayInfoError } from './errors.ts';
import { MAX_SHARD_COUNT } from './options.ts';
import { fieldsOf, numberField } from './untyped.ts';

/** The answer of `GET /gateway/bot`. */
export interface GatewayInfo {
  readonly url: string;
  /** Recommended number of shards. */
  readonly shards: number;
  readonly sessionStartLimit: {
    readonly total: number;
    readonly remaining: number;
    readonly resetAfterMs: number;
    readonly maxConcurrency: number;
  };
}

/**
 * @throws GatewayInfoError
 * @throws the signal's reason when it is aborted
 * @see https://docs.discord.com/developers/events/gateway#get-gateway-bot
 */
export async function fetchGatewayInfo(request: ApiRequest): Promise<GatewayInfo> {
  const info = readGatewayInfo(await apiGet('/gateway/bot', request));
  if (info === null) {
    const what = `GET ${request.apiBase}/gateway/bot did not answer with a gateway address`;
    throw new GatewayInfoError('MALFORMED', what, 200);
  }
  return info;
}

function readGatewayInfo(value: unknown): GatewayInfo | null {
  const { url, session_start_limit: limit } = fieldsOf(value);
  const shards = numberField(value, 'shards');
  const total = numberField(limit, 'total');
  const remaining = numberField(limit, 'remaining');
  const resetAfterMs = numberField(limit, 'reset_after');
  const maxConcurrency = numberField(limit, 'max_concurrency');
  if (
    typeof url !== 'string' ||
    !isGatewayUrl(url) ||
    !isInteger(shards, 1, MAX_SHARD_COUNT) ||
    !isInteger(total, 0, Number.MAX_SAFE_INTEGER) ||
    !isInteger(remaining, 0, Number.MAX_SAFE_INTEGER) ||
    !isInteger(maxConcurrency, 1, MAX_SHARD_COUNT) ||
    resetAfterMs === null
  ) {
    return null;
  }
  return { url, shards, sessionStartLimit: { total, remaining, resetAfterMs, maxConcurrency } };
}

function isGatewayUrl(text: string): boolean {
  return URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol);
}

function isInteger(value: number | null, min: number, max: number): value is number {
  return value !== null && Number.isInteger(value) && value >= min && value <= max;
}
