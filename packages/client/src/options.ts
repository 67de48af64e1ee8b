import {
  DEFAULT_SHARD_TIMING,
  type EncodingName,
  type IntentName,
  isTransportAvailable,
  type ResumeUrlPolicy,
  resolveIntents,
  type SessionStartLimit,
  type ShardTiming,
  type TransportName,
} from '@guildhall/protocol/client';
import type { GatewayPresenceUpdateData } from 'discord-api-types/v10';
import { OptionError } from './errors.ts';
import { type HandlingOptions, type ResolvedHandling, resolveHandling } from './handling-options.ts';
import type { IntentsOption } from './hearable.ts';
import { HttpProxy } from './http-proxy.ts';
import type { IdentifyGate } from './identify-gate.ts';
import { type Logger, SILENT_LOGGER } from './logger.ts';
import { integer, isStringArray } from './option-checks.ts';
import type { SessionStore } from './session-store.ts';
import type { TokenProvider } from './token-source.ts';
import { type ResolvedWorkers, resolveWorkers, type WorkersOption } from './workers/workers-option.ts';

/** Compression of what the gateway sends. `auto`: zstd where this Node has it, else zlib. */
export type Compression = 'auto' | 'none' | 'zlib' | 'zstd';

/** Which shards run here, of how many in all. */
export interface ShardSelection {
  /** Each 0..count-1, none twice. */
  readonly ids: readonly number[];
  readonly count: number;
}

export interface IdentifyOptions {
  /** Pause between two identifies of one bucket, in ms. Default 5000, Discord's own; 0..600000. */
  readonly bucketMs?: number;
  /** Identifies per `bucketMs` where `gatewayUrl` is given; otherwise the API says it. Default 1; 1..1024. */
  readonly maxConcurrency?: number;
  /** Replaces the gate of this process, for a bot that runs on several machines. `bucketMs` is then unused. */
  readonly gate?: IdentifyGate;
  /**
   * Session starts of the day that are not used, neither by `open` nor later: what is left for you after a loop has
   * eaten the rest. Default: a twentieth of the total, 50 of Discord's 1000; 0..1000000.
   */
  readonly reserve?: number;
  /**
   * What is known of the day's session starts where `gatewayUrl` is given, such as `identifyBudget` of the process
   * before; otherwise the API says it. Default: Discord's 1000, none of them used.
   */
  readonly startLimit?: SessionStartLimit;
}

export interface LimitOptions {
  /**
   * Largest message of the gateway in bytes, before and after decompression. Default 64 MiB, far above the largest
   * GUILD_CREATE seen, so that only a broken or hostile peer meets it; 65536..1073741824.
   */
  readonly maxMessageBytes?: number;
  /** Largest payload that `send` takes, in bytes. Default 4096: the gateway closes with 4002 beyond; 128..1048576. */
  readonly maxSendBytes?: number;
  /** Payloads per connection and window. Default 120: the gateway closes with 4008 beyond; 1..100000. */
  readonly sendsPerWindow?: number;
  /** Length of the window in ms. Default 60000; 100..3600000. */
  readonly sendWindowMs?: number;
  /** Commands of one shard that may wait for their turn; more are refused. Default 500; 1..100000. */
  readonly maxQueuedSends?: number;
}

/** About the option `sessionStore`, and about snapshots that are attached. */
export interface SessionOptions {
  /**
   * Age in ms above which a record is not used. Default 600000: Discord forgets a session some minutes after its
   * connection, and asking for a forgotten one costs a round trip and no more; 1000..86400000.
   */
  readonly maxAgeMs?: number;
  /**
   * Time between two saves in ms. Default 10000. After a crash, events of the time since the last save come again,
   * marked as `replayed`; after `close` or `detach` none do; 100..3600000.
   */
  readonly saveEveryMs?: number;
}

export interface HeartbeatOptions {
  /**
   * Heartbeat at least so often, in ms, for a proxy or firewall in between that forgets silent connections sooner. A
   * longer interval than the gateway asks for is not kept. Each beat takes its share of `limits.sendsPerWindow`. Default:
   * the gateway's interval, 41250; 1000..600000.
   */
  readonly intervalMs?: number;
}

export interface GatewayClientOptions<Intents extends IntentsOption = IntentsOption> {
  /** The bot token, with or without `Bot ` in front. Never written to a log, an error or an inspection. */
  readonly token?: string;
  /**
   * Instead of `token`: asked at each `open`, and once when the gateway (4004) or the API (401) refuses what it said
   * last. The shards then begin new sessions with the new token, and handlers stay. Refused again, the client stops.
   */
  readonly tokenProvider?: TokenProvider;
  /** What the bot wants to hear, as names or as a bit mask. Of names, the types of `on` know which events they bring. */
  readonly intents: Intents;
  /**
   * Default `auto`: as many as `GET /gateway/bot` recommends, all of them here. A number: that many, all here.
   * At most 65536.
   */
  readonly shards?: 'auto' | number | ShardSelection;
  /** Default `auto`. */
  readonly compression?: Compression;
  /**
   * How messages are written. Default `json`: it is read faster, and events that nobody hears are not parsed at all. `etf`,
   * Erlang's format, is for those who pass messages on to programs that speak it.
   */
  readonly encoding?: EncodingName;
  /** Root of the REST API. Default `https://discord.com/api/v10`; without a version `/v10` is put behind it. */
  readonly apiBase?: string;
  /** A `ws:` or `wss:` URL to connect to without asking the REST API. `shards: 'auto'` then means one shard. */
  readonly gatewayUrl?: string;
  /**
   * Where sessions may be resumed: the token is sent only there, whatever READY says. Default `same-site`: the host of
   * the base URL and those below it; from a host of discord.gg any other of discord.gg, from this machine this machine.
   * `any`: wherever READY says. A list: these hosts besides the base URL's, `*.example.com` for all below it. TLS is
   * never left in either case. A refused address is told by a `ResumeUrlError`; the base URL is used instead.
   */
  readonly resumeUrlPolicy?: ResumeUrlPolicy;
  /** Presence from the first moment on. Default: online, without activities. */
  readonly presence?: GatewayPresenceUpdateData;
  /** Members above which a guild's offline members are left out of GUILD_CREATE. Default: Discord's, 50; 50..250. */
  readonly largeThreshold?: number;
  /** Deadlines and backoff, each with a default of its own: `DEFAULT_SHARD_TIMING`. */
  readonly timing?: Partial<ShardTiming>;
  readonly identify?: IdentifyOptions;
  readonly limits?: LimitOptions;
  /** Lets sessions and the count of session starts outlive the process. Default: they end with it. */
  readonly sessionStore?: SessionStore;
  readonly sessions?: SessionOptions;
  readonly heartbeat?: HeartbeatOptions;
  /** What happens when handlers are slower than the gateway, and from where a kept session goes on. */
  readonly handling?: HandlingOptions;
  /**
   * An HTTP proxy that all connections are tunnelled through by CONNECT, the gateway's and the API's: `http://host:port` or,
   * with TLS to the proxy, `https://host:port`; a user name and password may stand in front of the host. They are
   * never logged. Default: none; no environment variable is read.
   */
  readonly proxy?: string;
  /**
   * Worker threads that hold the connections, decompress and read what comes, so that this thread gets only the events that it
   * listens to. Default 0: all runs in this thread; 1 to 64, at most one for each shard; `auto`: one for each core but one.
   * `{ count?, handlers }`: each worker also loads a module with handlers that run there.
   */
  readonly workers?: WorkersOption;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions {
  /** Null where `tokenProvider` has to be asked. */
  readonly token: string | null;
  readonly tokenProvider: TokenProvider | null;
  readonly intents: number;
  readonly shards: 'auto' | ShardSelection;
  readonly transport: TransportName;
  readonly apiBase: string;
  readonly gatewayUrl: string | null;
  readonly resumeUrlPolicy: ResumeUrlPolicy;
  readonly presence: GatewayPresenceUpdateData | null;
  readonly largeThreshold: number | null;
  readonly timing: ShardTiming;
  readonly identify: {
    readonly bucketMs: number;
    readonly maxConcurrency: number;
    readonly gate: IdentifyGate | null;
    readonly reserve: number | null;
    readonly startLimit: SessionStartLimit;
  };
  readonly limits: Required<LimitOptions>;
  readonly sessionStore: SessionStore | null;
  readonly sessions: Required<SessionOptions>;
  readonly encoding: EncodingName;
  /** Null: the gateway's. */
  readonly heartbeatIntervalMs: number | null;
  readonly handling: ResolvedHandling;
  readonly proxy: HttpProxy | null;
  readonly workers: ResolvedWorkers;
  readonly logger: Logger;
}

export const DEFAULT_API_BASE = 'https://discord.com/api/v10';
export const MAX_SHARD_COUNT = 65_536;
const MAX_STARTS = 1_000_000;
/** @see https://docs.discord.com/developers/events/gateway#session-start-limit-object */
const DISCORD_START_LIMIT: SessionStartLimit = { total: 1_000, remaining: 1_000, resetAfterMs: 0 };

/** Node fires a timer at once when its time does not fit into 31 bits. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws OptionError for the first value that is not allowed */
export function resolveOptions(options: GatewayClientOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) throw new OptionError('options', 'an object');
  const {
    presence,
    largeThreshold,
    identify = {},
    limits = {},
    sessions = {},
    logger = SILENT_LOGGER,
  } = options;
  if (presence !== undefined && (typeof presence !== 'object' || presence === null)) {
    throw new OptionError('presence', 'an object as of opcode 3');
  }
  return {
    ...resolveTokenOptions(options.token, options.tokenProvider),
    intents: resolveIntentsOption(options.intents),
    shards: resolveShards(options.shards ?? 'auto'),
    transport: resolveTransport(options.compression ?? 'auto'),
    apiBase: resolveApiBase(options.apiBase ?? DEFAULT_API_BASE),
    gatewayUrl: options.gatewayUrl === undefined ? null : resolveGatewayUrl(options.gatewayUrl),
    resumeUrlPolicy: resolveResumeUrlPolicy(options.resumeUrlPolicy ?? 'same-site'),
    presence: presence ?? null,
    largeThreshold: largeThreshold === undefined ? null : integer('largeThreshold', largeThreshold, 50, 250),
    timing: resolveTiming(options.timing ?? {}),
    identify: {
      bucketMs: integer('identify.bucketMs', identify.bucketMs ?? 5_000, 0, 600_000),
      maxConcurrency: integer('identify.maxConcurrency', identify.maxConcurrency ?? 1, 1, 1_024),
      gate: resolveGate(identify.gate ?? null),
      reserve:
        identify.reserve === undefined ? null : integer('identify.reserve', identify.reserve, 0, MAX_STARTS),
      startLimit: resolveStartLimit(identify.startLimit ?? DISCORD_START_LIMIT),
    },
    limits: {
      maxMessageBytes: integer(
        'limits.maxMessageBytes',
        limits.maxMessageBytes ?? 64 * 2 ** 20,
        65_536,
        2 ** 30,
      ),
      maxSendBytes: integer('limits.maxSendBytes', limits.maxSendBytes ?? 4_096, 128, 2 ** 20),
      sendsPerWindow: integer('limits.sendsPerWindow', limits.sendsPerWindow ?? 120, 1, 100_000),
      sendWindowMs: integer('limits.sendWindowMs', limits.sendWindowMs ?? 60_000, 100, 3_600_000),
      maxQueuedSends: integer('limits.maxQueuedSends', limits.maxQueuedSends ?? 500, 1, 100_000),
    },
    sessionStore: resolveSessionStore(options.sessionStore ?? null),
    sessions: {
      maxAgeMs: integer('sessions.maxAgeMs', sessions.maxAgeMs ?? 600_000, 1_000, 86_400_000),
      saveEveryMs: integer('sessions.saveEveryMs', sessions.saveEveryMs ?? 10_000, 100, 3_600_000),
    },
    encoding: resolveEncoding(options.encoding ?? 'json'),
    heartbeatIntervalMs: resolveHeartbeat(options.heartbeat ?? {}),
    handling: resolveHandling(options.handling ?? {}),
    proxy: options.proxy === undefined ? null : HttpProxy.parse(options.proxy),
    workers: resolveWorkers(options.workers ?? 0, presence),
    logger: resolveLogger(logger),
  };
}

/** The token without `Bot ` in front; null for what cannot be one. */
export function bareToken(token: unknown): string | null {
  const bare = typeof token === 'string' ? token.trim().replace(/^Bot\s+/i, '') : '';
  return /^[\x21-\x7e]+$/.test(bare) ? bare : null;
}

function resolveTokenOptions(
  token: unknown,
  provider: unknown,
): { readonly token: string | null; readonly tokenProvider: TokenProvider | null } {
  if (provider !== undefined) {
    if (typeof provider !== 'function') throw new OptionError('tokenProvider', 'a function');
    if (token !== undefined) throw new OptionError('token', 'left out where "tokenProvider" is given');
    return { token: null, tokenProvider: provider as TokenProvider };
  }
  const bare = bareToken(token);
  if (bare === null) {
    throw new OptionError('token', 'the bot token: text without spaces, optionally with "Bot " in front');
  }
  return { token: bare, tokenProvider: null };
}

function resolveResumeUrlPolicy(policy: unknown): ResumeUrlPolicy {
  if (policy === 'same-site' || policy === 'any') return policy;
  if (isStringArray(policy) && policy.every((host) => /^(\*\.)?[a-z0-9.-]+$/.test(host))) return policy;
  throw new OptionError(
    'resumeUrlPolicy',
    '"same-site", "any" or a list of host names in lower case, without scheme and port',
  );
}

function resolveStartLimit(limit: SessionStartLimit): SessionStartLimit {
  if (typeof limit !== 'object' || limit === null) throw new OptionError('identify.startLimit', 'an object');
  return {
    total: integer('identify.startLimit.total', limit.total, 1, MAX_STARTS),
    remaining: integer('identify.startLimit.remaining', limit.remaining, 0, MAX_STARTS),
    resetAfterMs: integer('identify.startLimit.resetAfterMs', limit.resetAfterMs, 0, MAX_TIMER_MS),
  };
}

function resolveIntentsOption(intents: unknown): number {
  if (typeof intents !== 'number' && !isStringArray(intents)) {
    throw new OptionError('intents', 'a bit mask or a list of intent names');
  }
  try {
    return resolveIntents(intents as number | readonly IntentName[]);
  } catch (error) {
    throw new OptionError(
      'intents',
      `a set of known intents: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** @throws OptionError */
export function resolveShards(shards: unknown): 'auto' | ShardSelection {
  if (shards === 'auto') return shards;
  if (typeof shards === 'number') {
    const count = integer('shards', shards, 1, MAX_SHARD_COUNT);
    return { ids: Array.from({ length: count }, (_, id) => id), count };
  }
  if (typeof shards !== 'object' || shards === null || !('ids' in shards) || !('count' in shards)) {
    throw new OptionError('shards', '"auto", a number or { ids, count }');
  }
  const count = integer('shards.count', shards.count, 1, MAX_SHARD_COUNT);
  const ids: unknown = shards.ids;
  if (!Array.isArray(ids) || ids.length === 0 || new Set(ids).size !== ids.length) {
    throw new OptionError('shards.ids', 'a list of at least one id, none of them twice');
  }
  return { ids: ids.map((id: unknown) => integer('shards.ids', id, 0, count - 1)), count };
}

function resolveTransport(compression: unknown): TransportName {
  switch (compression) {
    case 'auto':
      return isTransportAvailable('zstd-stream') ? 'zstd-stream' : 'zlib-stream';
    case 'none':
      return 'none';
    case 'zlib':
      return 'zlib-stream';
    case 'zstd':
      if (isTransportAvailable('zstd-stream')) return 'zstd-stream';
      throw new OptionError('compression', '"auto", "none" or "zlib": this runtime has no zstd');
    default:
      throw new OptionError('compression', '"auto", "none", "zlib" or "zstd"');
  }
}

function resolveEncoding(encoding: unknown): EncodingName {
  if (encoding === 'json' || encoding === 'etf') return encoding;
  throw new OptionError('encoding', '"json" or "etf"');
}

function resolveHeartbeat(heartbeat: HeartbeatOptions): number | null {
  if (typeof heartbeat !== 'object' || heartbeat === null) throw new OptionError('heartbeat', 'an object');
  const { intervalMs } = heartbeat;
  return intervalMs === undefined ? null : integer('heartbeat.intervalMs', intervalMs, 1_000, 600_000);
}

function resolveApiBase(apiBase: unknown): string {
  const url = plainUrl('apiBase', apiBase, ['http:', 'https:']);
  const path = url.pathname.replace(/\/+$/, '');
  const version = /\/v(\d+)$/.exec(path)?.[1];
  if (version !== undefined && version !== '10') {
    throw new OptionError('apiBase', 'a URL of API version 10, the only one this client speaks');
  }
  return `${url.origin}${version === undefined ? `${path}/v10` : path}`;
}

function resolveGatewayUrl(gatewayUrl: unknown): string {
  return plainUrl('gatewayUrl', gatewayUrl, ['ws:', 'wss:']).href;
}

/** A URL without user name, query and fragment: those would end up in logs, or be lost. */
function plainUrl(option: string, value: unknown, protocols: readonly string[]): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (
    url === null ||
    !protocols.includes(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new OptionError(option, `a URL of ${protocols.join(' or ')} without user name, query and fragment`);
  }
  return url;
}

function resolveTiming(timing: Partial<ShardTiming>): ShardTiming {
  const resolved: Record<string, number> = { ...DEFAULT_SHARD_TIMING };
  for (const [name, value] of Object.entries(timing)) {
    if (!(name in DEFAULT_SHARD_TIMING)) {
      throw new OptionError(
        `timing.${name}`,
        `left out; known are ${Object.keys(DEFAULT_SHARD_TIMING).join(', ')}`,
      );
    }
    // No wait at all is fine, no time to answer and no attempt are not.
    const min = /(?<!Deadline)Ms$/.test(name) ? 0 : 1;
    if (value !== undefined) resolved[name] = integer(`timing.${name}`, value, min, MAX_TIMER_MS);
  }
  const checked = { ...DEFAULT_SHARD_TIMING, ...resolved };
  if (checked.invalidSessionMinMs > checked.invalidSessionMaxMs) {
    throw new OptionError('timing.invalidSessionMinMs', 'at most timing.invalidSessionMaxMs');
  }
  return checked;
}

function resolveGate(gate: IdentifyGate | null): IdentifyGate | null {
  if (gate !== null && typeof gate.acquire !== 'function') {
    throw new OptionError('identify.gate', 'an object with a method acquire(shardId, signal)');
  }
  return gate;
}

function resolveSessionStore(store: SessionStore | null): SessionStore | null {
  if (store !== null && (typeof store.load !== 'function' || typeof store.save !== 'function')) {
    throw new OptionError('sessionStore', 'an object with the methods load() and save(record)');
  }
  return store;
}

function resolveLogger(logger: Logger): Logger {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    if (typeof logger?.[level] !== 'function') {
      throw new OptionError('logger', 'an object with the methods debug, info, warn and error');
    }
  }
  return logger;
}
