/** Every option of the server, its one default, and what is allowed. */
import { type Logger, pino } from 'pino';
import { type GatewayLimits, gatewayLimits } from './gateway/limits.ts';
import { GuildhallOptionError, requireInteger, requireOneOf } from './option-error.ts';
import type { InvalidRequestOption } from './rest/invalid-requests.ts';
import type { RateLimitOption } from './rest/rate-limits.ts';
import type { KeyPair } from './tls/certificate.ts';
import type { WorldLimits } from './world/limits.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface GuildhallOptions {
  /** Address to listen on. Default `127.0.0.1`; any other than a loopback address opens the server to the network. */
  readonly host?: string;
  /** TCP port, 0 to 65,535. Default 0: a free one. */
  readonly port?: number;
  /**
   * Whether HTTPS and wss: are served too, on a port of their own. `true`: on a free port, with a certificate made at start;
   * {@link Guildhall.secure} says what a client must trust. Default false.
   */
  readonly tls?: boolean | TlsOptions;
  /** Where the world is kept: for the life of the process, or in an SQLite file. Default `memory`. */
  readonly store?: 'memory' | { readonly file: string };
  /** Key of the owner's API, 16 to 200 printable characters without spaces. Default: a random one of 43. */
  readonly ownerKey?: string;
  /** Whether the portal's page is served, if it has been built. Default true. */
  readonly portal?: boolean;
  /** Host names beside localhost and the loopback addresses under which the server may be addressed. Default none. */
  readonly allowedHosts?: readonly string[];
  /** ws: or wss: URL told to clients that come under another name. Default: the address that they have reached. */
  readonly publicUrl?: string;
  /**
   * Whose channels without VIEW_CHANNEL are obfuscated: `opt-in` for sessions that ask for it with the capability
   * CHANNEL_OBFUSCATION, `always` for all, and then REST leaves them out of lists. Default `opt-in`.
   */
  readonly channelObfuscation?: ChannelObfuscation;
  /**
   * Host and port of a voice server of your own, which VOICE_SERVER_UPDATE tells bots that come into a voice channel.
   * Default null: as on Discord while no server can be had, they are not to connect.
   */
  readonly voiceEndpoint?: string | null;
  /** Rate limits of the bot API. Default `discord`. */
  readonly rateLimits?: RateLimitOption;
  /** Bans of addresses whose requests keep failing with 401, 403 or 429. Default `discord`; the owner's API bans nobody. */
  readonly invalidRequests?: InvalidRequestOption;
  /** Limits of the gateway; see {@link GatewayLimits} for each. */
  readonly limits?: Partial<GatewayLimits>;
  /** How much the world holds; see {@link WorldLimits} for each. */
  readonly worldLimits?: Partial<WorldLimits>;
  /** A pino logger, or the level of one that writes to standard error. Default `warn`. Tokens are never logged. */
  readonly log?: Logger | LogLevel;
}

export type ChannelObfuscation = 'opt-in' | 'always';

export interface TlsOptions {
  /** TCP port, 0 to 65,535. Default 0: a free one. */
  readonly port?: number;
  /** The certificate and those above it, in PEM; given together with `key`. Default: one made at start. */
  readonly cert?: string;
  /** The private key, in PEM, without a passphrase. */
  readonly key?: string;
}

export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly port: number; readonly pair: KeyPair | null } | null;
  readonly store: 'memory' | { readonly file: string };
  readonly ownerKey: string | null;
  readonly portal: boolean;
  readonly allowedHosts: readonly string[];
  readonly publicUrl: string | null;
  readonly channelObfuscation: ChannelObfuscation;
  readonly voiceEndpoint: string | null;
  readonly rateLimits: RateLimitOption;
  readonly invalidRequests: InvalidRequestOption;
  readonly limits: GatewayLimits;
  readonly worldLimits: Partial<WorldLimits>;
  readonly log: Logger;
}

const DEFAULT_HOST = '127.0.0.1';
const MAX_PORT = 65_535;
const OWNER_KEY = /^[\x21-\x7e]{16,200}$/;
const HOST = /^[0-9a-z._:-]{1,253}$/i;
const LOOPBACK = /^(localhost|::1|127(\.\d{1,3}){3})$/i;
const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const NAMES: ReadonlySet<string> = new Set<keyof GuildhallOptions>([
  'host',
  'port',
  'tls',
  'store',
  'ownerKey',
  'portal',
  'allowedHosts',
  'publicUrl',
  'channelObfuscation',
  'voiceEndpoint',
  'rateLimits',
  'invalidRequests',
  'limits',
  'worldLimits',
  'log',
]);

/** The given options over the defaults. @throws GuildhallOptionError naming the option and what is allowed */
export function resolveOptions(given: GuildhallOptions = {}): ResolvedOptions {
  for (const name of Object.keys(given)) {
    if (!NAMES.has(name)) throw new GuildhallOptionError(name, `one of ${[...NAMES].join(', ')}`, name);
  }
  const host = given.host ?? DEFAULT_HOST;
  if (typeof host !== 'string' || !HOST.test(host)) {
    throw new GuildhallOptionError('host', 'an IP address or a host name', host);
  }
  const limits = gatewayLimits(given.limits);
  if (limits.maxConcurrency > 1 && !LOOPBACK.test(host)) {
    throw new GuildhallOptionError(
      'limits.maxConcurrency',
      '1 unless host is a loopback address',
      limits.maxConcurrency,
    );
  }
  return {
    host,
    port: requireInteger('port', given.port ?? 0, 0, MAX_PORT),
    tls: readTls(given.tls ?? false),
    store: readStore(given.store ?? 'memory'),
    ownerKey: readOwnerKey(given.ownerKey),
    portal: requireOneOf('portal', given.portal ?? true, [true, false]),
    allowedHosts: readHosts(given.allowedHosts ?? []),
    publicUrl: readPublicUrl(given.publicUrl),
    channelObfuscation: requireOneOf('channelObfuscation', given.channelObfuscation ?? 'opt-in', [
      'opt-in',
      'always',
    ]),
    voiceEndpoint: readVoiceEndpoint(given.voiceEndpoint ?? null),
    rateLimits: given.rateLimits ?? 'discord',
    invalidRequests: given.invalidRequests ?? 'discord',
    limits,
    worldLimits: given.worldLimits ?? {},
    log: readLog(given.log ?? 'warn'),
  };
}

/** The message must not repeat the key. */
function readTls(tls: boolean | TlsOptions): ResolvedOptions['tls'] {
  if (tls === false) return null;
  if (tls !== true && (typeof tls !== 'object' || tls === null)) {
    throw new GuildhallOptionError('tls', 'true, false or { port, cert, key }', tls);
  }
  const { port = 0, cert, key }: TlsOptions = tls === true ? {} : tls;
  if (typeof cert !== typeof key || (cert !== undefined && typeof cert !== 'string')) {
    throw new GuildhallOptionError('tls', 'given both cert and key in PEM, or neither', 'one of them');
  }
  return {
    port: requireInteger('tls.port', port, 0, MAX_PORT),
    pair: cert === undefined || key === undefined ? null : { cert, key },
  };
}

function readStore(store: 'memory' | { readonly file: string }): ResolvedOptions['store'] {
  const isFile = typeof store === 'object' && typeof store.file === 'string' && store.file !== '';
  if (store !== 'memory' && !isFile)
    throw new GuildhallOptionError('store', "'memory' or { file: path }", store);
  return store;
}

/** The message must not repeat the key. */
function readOwnerKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  if (typeof key !== 'string' || !OWNER_KEY.test(key)) {
    throw new GuildhallOptionError('ownerKey', '16 to 200 printable ASCII characters without spaces', 'this');
  }
  return key;
}

function readHosts(hosts: readonly string[]): readonly string[] {
  if (!Array.isArray(hosts) || hosts.some((host) => typeof host !== 'string' || !HOST.test(host))) {
    throw new GuildhallOptionError('allowedHosts', 'a list of host names without scheme and port', hosts);
  }
  return hosts;
}

function readPublicUrl(url: string | undefined): string | null {
  if (url === undefined) return null;
  if (!/^wss?:\/\/[^?#]+$/i.test(url) || !URL.canParse(url)) {
    throw new GuildhallOptionError('publicUrl', 'a ws: or wss: URL without query', url);
  }
  return url;
}

function readVoiceEndpoint(endpoint: string | null): string | null {
  const isFit = typeof endpoint === 'string' && /^[^\s/?#@]{1,253}$/.test(endpoint);
  if (endpoint !== null && (!isFit || !URL.canParse(`wss://${endpoint}`))) {
    throw new GuildhallOptionError('voiceEndpoint', 'null, or host and port without a scheme', endpoint);
  }
  return endpoint;
}

function readLog(log: Logger | LogLevel): Logger {
  if (typeof log === 'object') return log;
  const STANDARD_ERROR = 2;
  return pino(
    { level: requireOneOf('log', log, LOG_LEVELS) },
    pino.destination({ dest: STANDARD_ERROR, sync: true }),
  );
}
