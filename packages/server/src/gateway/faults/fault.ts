/** What can be broken on purpose, where and when. */
import { isSendableCloseCode } from '@guildhall/protocol';
import { GuildhallOptionError, requireInteger, requireOneOf } from '../../option-error.ts';
import type { Snowflake } from '../../world/entities.ts';

/** Meets a connection before anybody knows whose it is. */
export type OpeningFault =
  /** The upgrade is answered with this HTTP status, 400 to 599. */
  | { readonly kind: 'refuse-upgrade'; readonly status: number }
  /** The upgrade gets no answer. */
  | { readonly kind: 'ignore-upgrade' }
  | { readonly kind: 'no-hello' }
  /** Hello comes so many ms late, 1 to 600,000. */
  | { readonly kind: 'late-hello'; readonly ms: number }
  /** Hello names this interval, 1 to 2^31 - 1 ms; the server goes on to expect its own. */
  | { readonly kind: 'heartbeat-interval'; readonly ms: number };

/** Meets the connection of a session, from its READY or resume on. */
export type SessionFault =
  /** A close frame; what becomes of the session is said by the code's verdict. */
  | { readonly kind: 'close'; readonly code: number; readonly reason?: string }
  /** op 7. */
  | { readonly kind: 'reconnect' }
  /** op 9. */
  | { readonly kind: 'invalid-session'; readonly resumable: boolean }
  /** Heartbeats are not acknowledged any more. */
  | { readonly kind: 'drop-acks' }
  /** Nothing is read or written any more; the TCP connection stands. */
  | { readonly kind: 'freeze' }
  /** A TCP reset, after so many more bytes when given: in the midst of a frame, too. */
  | { readonly kind: 'reset'; readonly bytes?: number }
  /** So many bytes a second, 1 to 10,000,000, and no more. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** Each write is cut into pieces of so many bytes, 1 to 1,048,576, that are sent apart. */
  | { readonly kind: 'split'; readonly bytes: number }
  /** One event is not sent; the next one has the number after it. */
  | { readonly kind: 'lose-event' }
  /** One event is sent twice, with the same number. */
  | { readonly kind: 'repeat-event' }
  /** READY names this `resume_gateway_url`. */
  | { readonly kind: 'resume-url'; readonly url: string }
  /** The session is gone as soon as its connection is: no resume finds it. */
  | { readonly kind: 'expire-session' }
  /** What has been kept for a resume is forgotten. */
  | { readonly kind: 'lose-replay' };

/** Meets a request of an application. */
export type RestFault =
  /** The request is answered with this status, 400 to 599; 429 with `retryAfterMs`. */
  | { readonly kind: 'rest-status'; readonly status: number; readonly retryAfterMs?: number }
  /** The answer comes so many ms late, 1 to 600,000. */
  | { readonly kind: 'rest-delay'; readonly ms: number };

export type Fault = OpeningFault | SessionFault | RestFault;
export type FaultKind = Fault['kind'];

/** A fault, whom it meets, when, and how often. */
export interface FaultPlan {
  readonly fault: Fault;
  /** Whom it meets; what is left out is not looked at. Opening faults meet whoever comes. */
  readonly applicationId?: Snowflake;
  /** Shard id. */
  readonly shard?: number;
  readonly sessionId?: string;
  /** Of REST faults: the method. */
  readonly method?: string;
  /** Of REST faults: how the path behind `/api/v10` begins. */
  readonly path?: string;
  /** Of session faults: after so many more events, 1 to 1,000,000. */
  readonly afterEvents?: number;
  /** Of session faults: after so many ms, 0 to 3,600,000. */
  readonly afterMs?: number;
  /** How many connections or requests it meets, 1 to 1,000,000. Default 1. */
  readonly times?: number;
}

const OPENING_KINDS: ReadonlySet<string> = new Set<OpeningFault['kind']>([
  'refuse-upgrade',
  'ignore-upgrade',
  'no-hello',
  'late-hello',
  'heartbeat-interval',
]);
const REST_KINDS: ReadonlySet<string> = new Set<RestFault['kind']>(['rest-status', 'rest-delay']);
const WHOM: readonly (keyof FaultPlan)[] = ['applicationId', 'shard', 'sessionId'];
const WHEN: readonly (keyof FaultPlan)[] = ['afterEvents', 'afterMs'];
const REQUEST: readonly (keyof FaultPlan)[] = ['method', 'path'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const MAX_MS = 600_000;
const MAX_AFTER_MS = 3_600_000;
const MAX_INTERVAL_MS = 2 ** 31 - 1;
const MAX_COUNT = 1_000_000;
const MAX_BYTES_PER_SECOND = 10_000_000;
const MAX_PIECE_BYTES = 1_048_576;
const MAX_RESET_BYTES = 2 ** 31 - 1;
const MAX_TEXT = 2_048;

export function isOpeningFault(fault: Fault): fault is OpeningFault {
  return OPENING_KINDS.has(fault.kind);
}

export function isRestFault(fault: Fault): fault is RestFault {
  return REST_KINDS.has(fault.kind);
}

export function isSessionFault(fault: Fault): fault is SessionFault {
  return !isOpeningFault(fault) && !isRestFault(fault);
}

/**
 * A plan from code or from the wire, every value checked.
 * @throws GuildhallOptionError with the path of the first bad value
 */
export function readFaultPlan(value: unknown): FaultPlan {
  const plan = requireRecord('plan', value);
  const fault = readFault(plan.fault);
  const allowed: readonly string[] = ['fault', 'times', ...allowedFor(fault)];
  for (const name of Object.keys(plan)) {
    if (!allowed.includes(name)) {
      throw new GuildhallOptionError(name, `left out for ${fault.kind}`, 'given');
    }
  }
  return {
    fault,
    ...optional(plan, 'applicationId', requireText),
    ...optional(plan, 'shard', (name, given) => requireInteger(name, given, 0, 65_535)),
    ...optional(plan, 'sessionId', requireText),
    ...optional(plan, 'method', (name, given) => requireOneOf(name, given, METHODS)),
    ...optional(plan, 'path', requireText),
    ...optional(plan, 'afterEvents', (name, given) => requireInteger(name, given, 1, MAX_COUNT)),
    ...optional(plan, 'afterMs', (name, given) => requireInteger(name, given, 0, MAX_AFTER_MS)),
    ...optional(plan, 'times', (name, given) => requireInteger(name, given, 1, MAX_COUNT)),
  };
}

function allowedFor(fault: Fault): readonly string[] {
  if (isOpeningFault(fault)) return [];
  return isRestFault(fault) ? ['applicationId', ...REQUEST] : [...WHOM, ...WHEN];
}

function readFault(value: unknown): Fault {
  const given = requireRecord('fault', value);
  const { kind } = given;
  switch (kind) {
    case 'refuse-upgrade':
      return { kind, status: requireInteger('fault.status', given.status, 400, 599) };
    case 'late-hello':
    case 'rest-delay':
      return { kind, ms: requireInteger('fault.ms', given.ms, 1, MAX_MS) };
    case 'heartbeat-interval':
      return { kind, ms: requireInteger('fault.ms', given.ms, 1, MAX_INTERVAL_MS) };
    case 'close':
      return {
        kind,
        code: requireCloseCode('fault.code', given.code),
        ...optional(given, 'reason', requireText, 'fault.'),
      };
    case 'invalid-session':
      return { kind, resumable: requireOneOf('fault.resumable', given.resumable, [true, false]) };
    case 'reset':
      return {
        kind,
        ...optional(
          given,
          'bytes',
          (name, bytes) => requireInteger(name, bytes, 0, MAX_RESET_BYTES),
          'fault.',
        ),
      };
    case 'drip':
      return {
        kind,
        bytesPerSecond: requireInteger('fault.bytesPerSecond', given.bytesPerSecond, 1, MAX_BYTES_PER_SECOND),
      };
    case 'split':
      return { kind, bytes: requireInteger('fault.bytes', given.bytes, 1, MAX_PIECE_BYTES) };
    case 'resume-url':
      return { kind, url: requireText('fault.url', given.url) };
    case 'rest-status':
      return {
        kind,
        status: requireInteger('fault.status', given.status, 400, 599),
        ...optional(given, 'retryAfterMs', (name, ms) => requireInteger(name, ms, 0, MAX_AFTER_MS), 'fault.'),
      };
    default:
      return { kind: requireOneOf('fault.kind', kind, PLAIN_KINDS) };
  }
}

/** Those that need nothing more than their name. */
const PLAIN_KINDS = [
  'ignore-upgrade',
  'no-hello',
  'reconnect',
  'drop-acks',
  'freeze',
  'lose-event',
  'repeat-event',
  'expire-session',
  'lose-replay',
] as const;

function requireRecord(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GuildhallOptionError(name, 'an object', value);
  }
  return { ...value };
}

function requireText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT) {
    throw new GuildhallOptionError(name, `a text of 1 to ${MAX_TEXT} characters`, value);
  }
  return value;
}

function requireCloseCode(name: string, value: unknown): number {
  if (typeof value !== 'number' || !isSendableCloseCode(value)) {
    throw new GuildhallOptionError(
      name,
      'a code that a server may send: 1000 to 4999, but for the reserved ones',
      value,
    );
  }
  return value;
}

function optional<Name extends string, Value>(
  from: Readonly<Record<string, unknown>>,
  name: Name,
  read: (name: string, value: unknown) => Value,
  prefix = '',
): { readonly [Key in Name]?: Value } {
  const value = from[name];
  if (value === undefined) return {};
  return { [name]: read(`${prefix}${name}`, value) } as { readonly [Key in Name]?: Value };
}
