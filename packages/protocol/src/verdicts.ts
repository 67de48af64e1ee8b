import { CloseCode } from './close-codes.ts';

/** What a client does after its connection has been closed. */
export type NextStep = 'resume' | 'identify' | 'stop';

/**
 * Stable names of what a client must not come back from with the same settings. `QUARANTINED` is its own verdict, and
 * `WORKER_LOST` says that what the shard ran in is gone.
 */
export type StopCode =
  | 'AUTHENTICATION_FAILED'
  | 'INVALID_SHARD'
  | 'SHARDING_REQUIRED'
  | 'INVALID_API_VERSION'
  | 'INVALID_INTENTS'
  | 'DISALLOWED_INTENTS'
  | 'NOT_AUTHENTICATED'
  | 'QUARANTINED'
  | 'WORKER_LOST';

export interface Verdict {
  readonly closeCode: number;
  /** The reason text of the close frame, as Discord words it where it has been seen. */
  readonly reason: string;
  readonly next: NextStep;
  /** Whether the session can be resumed afterwards. */
  readonly session: 'kept' | 'gone';
  /** Whom it concerns: this shard alone, or every shard of the application. */
  readonly scope: 'shard' | 'application';
  /** Set where `next` is `stop`. */
  readonly stop: StopCode | null;
}

const row = (
  closeCode: number,
  reason: string,
  next: NextStep,
  session: Verdict['session'],
  scope: Verdict['scope'] = 'shard',
  stop: StopCode | null = null,
): Verdict => ({ closeCode, reason, next, session, scope, stop });

/**
 * What each close code obliges both ends to. The server reads `session` and `reason`, the client `next`, `scope`
 * and `stop`. The documentation has a reconnect column only; the rest is its text and staff statements.
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 * @see https://github.com/discord/discord-api-docs/pull/7059 for 4003 on a revoked session
 */
const VERDICTS: readonly Verdict[] = [
  row(CloseCode.NORMAL, '', 'resume', 'kept'),
  row(CloseCode.GOING_AWAY, '', 'resume', 'kept'),
  row(CloseCode.UNKNOWN_ERROR, 'Unknown error.', 'resume', 'kept'),
  row(CloseCode.UNKNOWN_OPCODE, 'Unknown opcode.', 'resume', 'kept'),
  row(CloseCode.DECODE_ERROR, 'Error while decoding payload.', 'resume', 'kept'),
  row(CloseCode.NOT_AUTHENTICATED, 'Not authenticated.', 'identify', 'gone', 'application'),
  row(
    CloseCode.AUTHENTICATION_FAILED,
    'Authentication failed.',
    'stop',
    'gone',
    'application',
    'AUTHENTICATION_FAILED',
  ),
  row(CloseCode.ALREADY_AUTHENTICATED, 'Already authenticated.', 'resume', 'kept'),
  row(4006, 'Session no longer valid.', 'identify', 'gone'),
  row(CloseCode.INVALID_SEQ, 'Invalid seq.', 'identify', 'gone'),
  row(CloseCode.RATE_LIMITED, 'Rate limited.', 'resume', 'kept'),
  row(CloseCode.SESSION_TIMED_OUT, 'Session timed out.', 'identify', 'gone'),
  row(CloseCode.INVALID_SHARD, 'Invalid shard.', 'stop', 'gone', 'application', 'INVALID_SHARD'),
  row(CloseCode.SHARDING_REQUIRED, 'Sharding required.', 'stop', 'gone', 'application', 'SHARDING_REQUIRED'),
  row(
    CloseCode.INVALID_API_VERSION,
    'Invalid API version.',
    'stop',
    'gone',
    'application',
    'INVALID_API_VERSION',
  ),
  row(CloseCode.INVALID_INTENTS, 'Invalid intent(s).', 'stop', 'gone', 'application', 'INVALID_INTENTS'),
  row(
    CloseCode.DISALLOWED_INTENTS,
    'Disallowed intent(s).',
    'stop',
    'gone',
    'application',
    'DISALLOWED_INTENTS',
  ),
];

const BY_CODE: ReadonlyMap<number, Verdict> = new Map(
  VERDICTS.map((verdict) => [verdict.closeCode, verdict]),
);

/**
 * The verdict on a close by the server, or on a connection that broke (`null`: no close frame was seen).
 * A code that is not in the table, and no code at all, mean: try to resume.
 */
export function verdictOf(closeCode: number | null): Verdict {
  const known = closeCode === null ? undefined : BY_CODE.get(closeCode);
  return known ?? row(closeCode ?? 1006, '', 'resume', 'kept');
}

/**
 * Whether the server keeps a session whose client closed with this code (`null`: the connection broke).
 * @see https://docs.discord.com/developers/events/gateway#initiating-a-disconnect
 */
export function sessionSurvivesClientClose(closeCode: number | null): boolean {
  return closeCode !== CloseCode.NORMAL && closeCode !== CloseCode.GOING_AWAY;
}
