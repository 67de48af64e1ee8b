/** The limits of the gateway: Discord's where they are known, all of them options. */
import { GuildhallOptionError, requireInteger, requireOneOf } from '../option-error.ts';

/** All are whole numbers unless said otherwise. */
export interface GatewayLimits {
  /** Bytes of one client message; a longer one closes with 4002. 256 to 1,048,576. Default 4,096, as documented. */
  readonly maxPayloadBytes: number;
  /** Messages of a connection per window, heartbeats included; one more closes with 4008. From 2. Default 120. */
  readonly sendsPerWindow: number;
  /** 1 to 600,000 ms. Default 60,000. */
  readonly sendWindowMs: number;
  /** `heartbeat_interval` of HELLO. 20 ms to 10 minutes. Default 41,250 ms, as Discord's. */
  readonly heartbeatIntervalMs: number;
  /** Silence after HELLO before 4000. Default twice the interval. Discord's is not documented. */
  readonly firstHeartbeatDeadlineMs: number;
  /** Silence between two heartbeats before 4000. Default 1.5 times the interval and 5,000 ms. */
  readonly heartbeatDeadlineMs: number;
  /** How long a client may keep the connection after op 7. Up to 10 minutes. Default 10,000 ms. */
  readonly reconnectGraceMs: number;
  /** How long a client may take to answer a close frame before the socket is cut. 1 to 60,000 ms. Default 5,000. */
  readonly closeTimeoutMs: number;
  /** One identify per concurrency bucket and this time. 0 to 600,000 ms. Default 5,000. */
  readonly identifyBucketMs: number;
  /** `max_concurrency`: identifies per bucket time. 1 to 10,000, more than 1 on loopback only. Default 1. */
  readonly maxConcurrency: number;
  /** Longest wait before op 9 answers an identify that came too soon; it is random. 0 to 60,000 ms. Default 2,000. */
  readonly identifyRefusalDelayMs: number;
  /** `session_start_limit.total`; one more start resets the token. From 1. Default 1,000. */
  readonly startsPerWindow: number;
  /** 1 ms to 7 days. Default 24 hours. */
  readonly startsWindowMs: number;
  /** Guilds of one session; more close with 4011. From 1. Default 2,500. */
  readonly guildsPerShard: number;
  /** How long a session without a connection is kept. Up to 24 hours. Default 180,000 ms; Discord says "a few minutes". */
  readonly sessionRetentionMs: number;
  /** Bytes of the dispatches that a session keeps for a resume; the oldest go first. Default 16 MiB. */
  readonly replayBytes: number;
  /** Sessions of the server; beyond it the one that has been detached longest is dropped. Not below `maxConnections`. Default 20,000. */
  readonly maxSessions: number;
  /** Sessions whose last frames besides events are kept for who looks at them; those that begin beyond it have events only. Up to 20,000. Default 250. */
  readonly frameLogs: number;
  /** Open gateway connections; another one is refused with HTTP 503. Default 10,000. */
  readonly maxConnections: number;
  /** Bytes that wait for a client that reads too slowly; beyond it 4000, and the session is kept. 1 MiB to 1 GiB. Default 4 MiB. */
  readonly maxWritableBytes: number;
  /** Presence updates of a session per window; more are dropped. From 1. Default 5, as documented. */
  readonly presencesPerWindow: number;
  /** 1 to 600,000 ms. Default 20,000. */
  readonly presenceWindowMs: number;
  /** All members of a guild may be requested once in this time by a bot. Up to 1 hour. Default 30,000 ms, as documented. */
  readonly memberRequestIntervalMs: number;
  /** Answer a resume with an impossible `seq` with 4007, as the docs' table has it, not with op 9. Default false: discord.py and twilight loop on 4007. */
  readonly strictSeq: boolean;
  /** What a resume gets whose missed events are no longer kept. Default `op9`. */
  readonly lostReplay: 'op9' | 'close4007';
  /** What a resume with a token gets that is not valid any more. Default `op9`; the Identify after it then gets 4004. */
  readonly revokedResume: 'op9' | 'close4004';
  /** With which a connection is closed whose heartbeats do not come. Default 4000: by 4009, libraries give up the session. */
  readonly missedHeartbeatCode: 4000 | 4009;
  /** With which the sessions of an application end when its token is reset or an intent is switched off. Default 4003. */
  readonly revocationCode: 4003 | 4004;
  /** Whether sessions without a connection end then, too. Default true. */
  readonly revokesDetached: boolean;
  /** What a client gets that asks for an encoding which nobody knows. Default `close4002`. */
  readonly unknownEncoding: 'close4002' | 'json';
  /** What a client gets that asks for a `compress` which nobody knows: no compression, or 4002. Default `none`. */
  readonly unknownCompression: 'none' | 'close4002';
  /** What a failed resume gets: `op9`, as Discord, or `close4009` for discordgo, which an op 9 there deadlocks. Default `op9`. */
  readonly resumeFailure: 'op9' | 'close4009';
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MIB = 1_048_576;
const MAX_COUNT = 1_000_000;
const DEFAULT_HEARTBEAT_INTERVAL_MS = 41_250;
const FIRST_DEADLINE_FACTOR = 2;
const DEADLINE_FACTOR = 1.5;
const DEADLINE_EXTRA_MS = 5_000;

const DEFAULTS = {
  maxPayloadBytes: 4_096,
  sendsPerWindow: 120,
  sendWindowMs: MINUTE_MS,
  reconnectGraceMs: 10_000,
  closeTimeoutMs: 5_000,
  identifyBucketMs: 5_000,
  maxConcurrency: 1,
  identifyRefusalDelayMs: 2_000,
  startsPerWindow: 1_000,
  startsWindowMs: DAY_MS,
  guildsPerShard: 2_500,
  sessionRetentionMs: 180_000,
  replayBytes: 16 * MIB,
  maxSessions: 20_000,
  frameLogs: 250,
  maxConnections: 10_000,
  maxWritableBytes: 4 * MIB,
  presencesPerWindow: 5,
  presenceWindowMs: 20_000,
  memberRequestIntervalMs: 30_000,
} as const;

/** What Discord does is not known, or known to harm libraries: the first of each is the default. */
const CHOICES = {
  strictSeq: [false, true],
  lostReplay: ['op9', 'close4007'],
  revokedResume: ['op9', 'close4004'],
  missedHeartbeatCode: [4_000, 4_009],
  revocationCode: [4_003, 4_004],
  revokesDetached: [true, false],
  unknownEncoding: ['close4002', 'json'],
  unknownCompression: ['none', 'close4002'],
  resumeFailure: ['op9', 'close4009'],
} as const satisfies { readonly [Name in ChoiceName]: readonly GatewayLimits[Name][] };

type ChoiceName =
  | 'strictSeq'
  | 'lostReplay'
  | 'revokedResume'
  | 'missedHeartbeatCode'
  | 'revocationCode'
  | 'revokesDetached'
  | 'unknownEncoding'
  | 'unknownCompression'
  | 'resumeFailure';
type NumberName = Exclude<keyof GatewayLimits, ChoiceName>;

const RANGES: Readonly<Record<NumberName, readonly [min: number, max: number]>> = {
  maxPayloadBytes: [256, MIB],
  sendsPerWindow: [2, MAX_COUNT],
  sendWindowMs: [1, 10 * MINUTE_MS],
  heartbeatIntervalMs: [20, 10 * MINUTE_MS],
  firstHeartbeatDeadlineMs: [20, 30 * MINUTE_MS],
  heartbeatDeadlineMs: [20, 30 * MINUTE_MS],
  reconnectGraceMs: [0, 10 * MINUTE_MS],
  closeTimeoutMs: [1, MINUTE_MS],
  identifyBucketMs: [0, 10 * MINUTE_MS],
  maxConcurrency: [1, 10_000],
  identifyRefusalDelayMs: [0, MINUTE_MS],
  startsPerWindow: [1, MAX_COUNT],
  startsWindowMs: [1, 7 * DAY_MS],
  guildsPerShard: [1, MAX_COUNT],
  sessionRetentionMs: [0, DAY_MS],
  replayBytes: [0, 1024 * MIB],
  maxSessions: [1, MAX_COUNT],
  frameLogs: [0, 20_000],
  maxConnections: [1, MAX_COUNT],
  maxWritableBytes: [MIB, 1024 * MIB],
  presencesPerWindow: [1, MAX_COUNT],
  presenceWindowMs: [1, 10 * MINUTE_MS],
  memberRequestIntervalMs: [0, 60 * MINUTE_MS],
};

/** The given limits over the defaults. @throws GuildhallOptionError */
export function gatewayLimits(given: Partial<GatewayLimits> = {}): GatewayLimits {
  const intervalMs = given.heartbeatIntervalMs ?? DEFAULT_HEARTBEAT_INTERVAL_MS;
  const limits: GatewayLimits = {
    ...DEFAULTS,
    heartbeatIntervalMs: intervalMs,
    firstHeartbeatDeadlineMs: Math.ceil(FIRST_DEADLINE_FACTOR * intervalMs),
    heartbeatDeadlineMs: Math.ceil(DEADLINE_FACTOR * intervalMs) + DEADLINE_EXTRA_MS,
    strictSeq: CHOICES.strictSeq[0],
    lostReplay: CHOICES.lostReplay[0],
    revokedResume: CHOICES.revokedResume[0],
    missedHeartbeatCode: CHOICES.missedHeartbeatCode[0],
    revocationCode: CHOICES.revocationCode[0],
    revokesDetached: CHOICES.revokesDetached[0],
    unknownEncoding: CHOICES.unknownEncoding[0],
    unknownCompression: CHOICES.unknownCompression[0],
    resumeFailure: CHOICES.resumeFailure[0],
    ...given,
  };
  for (const name of Object.keys(given)) {
    if (!(name in RANGES) && !(name in CHOICES)) {
      throw new GuildhallOptionError(`limits.${name}`, 'left out: there is no such limit', 'given');
    }
  }
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    requireInteger(`limits.${name}`, limits[name as NumberName], min, max);
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    requireOneOf<unknown>(`limits.${name}`, limits[name as ChoiceName], choices);
  }
  if (limits.maxSessions < limits.maxConnections) {
    throw new GuildhallOptionError(
      'limits.maxSessions',
      'at least limits.maxConnections',
      limits.maxSessions,
    );
  }
  return limits;
}
