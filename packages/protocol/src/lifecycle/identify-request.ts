import { CloseCode } from '../close-codes.ts';

/** Identify's `d`, checked for shape only. What a field means is judged later, in the order of `judgeIdentify`. */
export interface IdentifyRequest {
  /** Without the `Bot ` prefix that some libraries send. */
  readonly token: string;
  readonly properties: { readonly os: string; readonly browser: string; readonly device: string };
  /** Payload compression, for connections without transport compression. */
  readonly compress: boolean;
  /** 25..250. */
  readonly largeThreshold: number;
  /** As sent; `undefined` when absent. */
  readonly shard: unknown;
  /** As sent; `undefined` when absent. */
  readonly intents: unknown;
  /** As sent, for a lenient reader; `undefined` when absent. */
  readonly presence: unknown;
  /** Bits of what the client can do beyond its version; 0 when absent. */
  readonly capabilities: number;
}

export interface ResumeRequest {
  readonly token: string;
  readonly sessionId: string;
  /** As sent; anything but a known sequence number makes the resume fail. */
  readonly seq: unknown;
}

const MIN_LARGE_THRESHOLD = 25;
const MAX_LARGE_THRESHOLD = 250;
const DEFAULT_LARGE_THRESHOLD = 50;

/**
 * Reads op 2. Fields that only old libraries send, or send in an old shape, are tolerated; required ones are not
 * invented.
 * @returns the request, or the close code that the payload earns
 * @see https://docs.discord.com/developers/events/gateway-events#identify
 */
export function readIdentify(
  d: unknown,
): IdentifyRequest | typeof CloseCode.UNKNOWN_OPCODE | typeof CloseCode.DECODE_ERROR {
  if (!isRecord(d)) return CloseCode.DECODE_ERROR;
  const {
    token,
    properties,
    compress,
    large_threshold: threshold,
    shard,
    intents,
    presence,
    capabilities,
  } = d;
  if (typeof token !== 'string' || !isRecord(properties)) return CloseCode.UNKNOWN_OPCODE;
  return {
    token: bareToken(token),
    properties: {
      os: property(properties, 'os'),
      browser: property(properties, 'browser'),
      device: property(properties, 'device'),
    },
    compress: compress === true,
    largeThreshold:
      typeof threshold === 'number' && Number.isFinite(threshold)
        ? Math.min(MAX_LARGE_THRESHOLD, Math.max(MIN_LARGE_THRESHOLD, Math.trunc(threshold)))
        : DEFAULT_LARGE_THRESHOLD,
    shard: shard ?? undefined,
    intents,
    presence: presence ?? undefined,
    capabilities: typeof capabilities === 'number' && Number.isSafeInteger(capabilities) ? capabilities : 0,
  };
}

/**
 * Reads op 6.
 * @see https://docs.discord.com/developers/events/gateway-events#resume
 */
export function readResume(
  d: unknown,
): ResumeRequest | typeof CloseCode.UNKNOWN_OPCODE | typeof CloseCode.DECODE_ERROR {
  if (!isRecord(d)) return CloseCode.DECODE_ERROR;
  const { token, session_id: sessionId, seq } = d;
  if (typeof token !== 'string' || typeof sessionId !== 'string') return CloseCode.UNKNOWN_OPCODE;
  return { token: bareToken(token), sessionId, seq };
}

/** `[id, count]` of Identify; absent means `[0, 1]`. Null when it is not a shard. */
export function readShard(value: unknown): readonly [id: number, count: number] | null {
  if (value === undefined) return [0, 1];
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [id, count]: unknown[] = value;
  if (!Number.isInteger(id) || !Number.isInteger(count)) return null;
  const shard: readonly [number, number] = [id as number, count as number];
  return shard[0] >= 0 && shard[1] >= 1 && shard[0] < shard[1] && shard[1] <= MAX_SHARD_COUNT ? shard : null;
}

/** Far above any real bot; bounds what a client can make the server divide by. */
const MAX_SHARD_COUNT = 1_000_000;
const MAX_PROPERTY_LENGTH = 200;

/** discordgo, discordeno and twilight send the REST form of the token in ops 2 and 6. */
function bareToken(token: string): string {
  return token.startsWith('Bot ') ? token.slice(4) : token;
}

/** The `$` names are the older form, still in use by discordgo. */
function property(properties: Readonly<Record<string, unknown>>, name: string): string {
  const value = properties[name] ?? properties[`$${name}`];
  return typeof value === 'string' ? value.slice(0, MAX_PROPERTY_LENGTH) : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
