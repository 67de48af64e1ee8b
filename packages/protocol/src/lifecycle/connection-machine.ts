/**
 * The server's end of one connection, without sockets, timers or clocks: `stepConnection(state, input)` says what
 * follows. Dispatches to a live session bypass it.
 *
 *   (upgrade) ──► awaiting-auth ──op 2 / op 6──► authorizing ──accepted──► live
 *                      ▲                              │                     │
 *                      └──────────── op 9 ◄───────────┴──── op 9 ◄──────────┘        any ──► closed
 */
import { CloseCode } from '../close-codes.ts';
import { COMMAND_OPCODES, Opcode, QOS_HEARTBEAT_OPCODE, TIME_SPENT_OPCODE } from '../opcodes.ts';
import { sessionSurvivesClientClose, verdictOf } from '../verdicts.ts';
import { type IdentifyRequest, type ResumeRequest, readIdentify, readResume } from './identify-request.ts';
import { countSend, EMPTY_SEND_WINDOW, type SendWindow } from './send-window.ts';

export interface ConnectionLimits {
  /** `heartbeat_interval` of HELLO. */
  readonly heartbeatIntervalMs: number;
  /** Longest silence after HELLO before the first heartbeat. */
  readonly firstHeartbeatDeadlineMs: number;
  /** Longest silence between two heartbeats; the connection is then closed. */
  readonly heartbeatDeadlineMs: number;
  /** With which it is: whether it may be resumed hangs on that. */
  readonly missedHeartbeatCode: number;
  /** Payloads per window, heartbeats included. */
  readonly sendsPerWindow: number;
  readonly sendWindowMs: number;
  /** How long after op 7 a client may keep the connection. */
  readonly reconnectGraceMs: number;
}

export type ConnectionPhase =
  | { readonly name: 'awaiting-auth' }
  | { readonly name: 'authorizing' }
  | { readonly name: 'live' }
  | { readonly name: 'closed' };

export interface ConnectionState {
  readonly limits: ConnectionLimits;
  readonly phase: ConnectionPhase;
  readonly window: SendWindow;
}

export type ConnectionTimer = 'heartbeat' | 'reconnect';

export type ConnectionInput =
  | { readonly type: 'opened'; readonly versionSupported: boolean; readonly encodingSupported: boolean }
  /** A decoded frame: anything that the encoding can carry. */
  | { readonly type: 'payload'; readonly nowMs: number; readonly payload: unknown }
  /** A frame that is too large or cannot be decoded. */
  | { readonly type: 'undecodable'; readonly nowMs: number }
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly code: number }
  | { readonly type: 'invalid-session'; readonly resumable: boolean }
  | { readonly type: 'request-reconnect' }
  /** The server or its owner ends the connection; the code's verdict says what becomes of the session. */
  | { readonly type: 'close'; readonly code: number; readonly reason?: string }
  | { readonly type: 'timer'; readonly timer: ConnectionTimer }
  /** The client closed, or the connection broke (`null`). */
  | { readonly type: 'closed'; readonly code: number | null };

export type ConnectionEffect =
  | { readonly type: 'send'; readonly op: number; readonly d: unknown }
  | { readonly type: 'identify'; readonly request: IdentifyRequest }
  | { readonly type: 'resume'; readonly request: ResumeRequest }
  | { readonly type: 'command'; readonly op: number; readonly d: unknown }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  /** The session, if there is one, has lost this connection. */
  | { readonly type: 'detach'; readonly session: 'kept' | 'gone' }
  | { readonly type: 'arm'; readonly timer: ConnectionTimer; readonly ms: number }
  | { readonly type: 'cancel'; readonly timer: ConnectionTimer };

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

export function initialConnectionState(limits: ConnectionLimits): ConnectionState {
  return { limits, phase: { name: 'awaiting-auth' }, window: EMPTY_SEND_WINDOW };
}

export function stepConnection(state: ConnectionState, input: ConnectionInput): ConnectionStep {
  if (state.phase.name === 'closed') return stay(state);
  switch (input.type) {
    case 'opened':
      if (!input.versionSupported) return close(state, CloseCode.INVALID_API_VERSION);
      if (!input.encodingSupported) return close(state, CloseCode.DECODE_ERROR);
      return stay(state, [
        { type: 'send', op: Opcode.HELLO, d: { heartbeat_interval: state.limits.heartbeatIntervalMs } },
        { type: 'arm', timer: 'heartbeat', ms: state.limits.firstHeartbeatDeadlineMs },
      ]);
    case 'undecodable':
      return close(state, CloseCode.DECODE_ERROR);
    case 'payload':
      return onPayload(state, input.nowMs, input.payload);
    case 'accepted':
      return state.phase.name === 'authorizing'
        ? { state: { ...state, phase: { name: 'live' } }, effects: [] }
        : stay(state);
    case 'refused':
      return close(state, input.code);
    case 'invalid-session':
      return onInvalidSession(state, input.resumable);
    case 'request-reconnect':
      return stay(state, [
        { type: 'send', op: Opcode.RECONNECT, d: null },
        { type: 'arm', timer: 'reconnect', ms: state.limits.reconnectGraceMs },
      ]);
    case 'close':
      return close(state, input.code, input.reason);
    case 'timer':
      return input.timer === 'heartbeat'
        ? close(state, state.limits.missedHeartbeatCode, 'Heartbeat timeout.')
        : close(state, CloseCode.UNKNOWN_ERROR, 'Reconnect requested.');
    case 'closed':
      return {
        state: { ...state, phase: { name: 'closed' } },
        effects: [...cancelTimers, ...detach(state, sessionSurvivesClientClose(input.code))],
      };
  }
}

function onPayload(before: ConnectionState, nowMs: number, payload: unknown): ConnectionStep {
  // A frame that is no envelope has not been decoded: it is judged before the rate, as the size is.
  if (!isEnvelope(payload)) return close(before, CloseCode.DECODE_ERROR);
  const window = countSend(before.window, nowMs, before.limits.sendWindowMs);
  const state = { ...before, window };
  if (window.count > state.limits.sendsPerWindow) return close(state, CloseCode.RATE_LIMITED);

  const { op, d } = payload;
  switch (op) {
    case Opcode.HEARTBEAT:
    case QOS_HEARTBEAT_OPCODE:
      return stay(state, [
        { type: 'heartbeat' },
        { type: 'send', op: Opcode.HEARTBEAT_ACK, d: null },
        { type: 'arm', timer: 'heartbeat', ms: state.limits.heartbeatDeadlineMs },
      ]);
    case TIME_SPENT_OPCODE:
      return stay(state);
    case Opcode.IDENTIFY: {
      if (state.phase.name !== 'awaiting-auth') return close(state, CloseCode.ALREADY_AUTHENTICATED);
      const request = readIdentify(d);
      return typeof request === 'number'
        ? close(state, request)
        : authorize(state, { type: 'identify', request });
    }
    case Opcode.RESUME: {
      if (state.phase.name !== 'awaiting-auth') return close(state, CloseCode.ALREADY_AUTHENTICATED);
      const request = readResume(d);
      return typeof request === 'number'
        ? close(state, request)
        : authorize(state, { type: 'resume', request });
    }
    default:
      if (!COMMAND_OPCODES.has(op)) return close(state, CloseCode.UNKNOWN_OPCODE);
      return state.phase.name === 'live'
        ? stay(state, [{ type: 'command', op, d }])
        : close(state, CloseCode.NOT_AUTHENTICATED);
  }
}

function authorize(state: ConnectionState, effect: ConnectionEffect): ConnectionStep {
  return { state: { ...state, phase: { name: 'authorizing' } }, effects: [effect] };
}

/** op 9 leaves the connection open and unauthenticated: op 2 and op 6 are legal on it. */
function onInvalidSession(state: ConnectionState, resumable: boolean): ConnectionStep {
  return {
    state: { ...state, phase: { name: 'awaiting-auth' } },
    effects: [...detach(state, resumable), { type: 'send', op: Opcode.INVALID_SESSION, d: resumable }],
  };
}

function close(state: ConnectionState, code: number, reason = verdictOf(code).reason): ConnectionStep {
  return {
    state: { ...state, phase: { name: 'closed' } },
    effects: [
      ...cancelTimers,
      { type: 'close', code, reason },
      ...detach(state, verdictOf(code).session === 'kept'),
    ],
  };
}

/** A connection that never authenticated has no session; 4003 before READY must not look like a revoked one. */
function detach(state: ConnectionState, kept: boolean): readonly ConnectionEffect[] {
  return state.phase.name === 'live' ? [{ type: 'detach', session: kept ? 'kept' : 'gone' }] : [];
}

const cancelTimers: readonly ConnectionEffect[] = [
  { type: 'cancel', timer: 'heartbeat' },
  { type: 'cancel', timer: 'reconnect' },
];

function stay(state: ConnectionState, effects: readonly ConnectionEffect[] = []): ConnectionStep {
  return { state, effects };
}

function isEnvelope(value: unknown): value is { readonly op: number; readonly d?: unknown } {
  return typeof value === 'object' && value !== null && 'op' in value && Number.isInteger(value.op);
}
