/**
 * The lifecycle of one shard, without sockets, timers or clocks: `step(state, input)` says what follows.
 * Two things bypass it because they happen per event: `noteFrame` and `noteDispatch`.
 */
import { ClientCloseCode, CloseCode } from '../close-codes.ts';
import { verdictOf } from '../verdicts.ts';
import type {
  Link,
  LossCause,
  ResumableSession,
  ShardEffect,
  ShardEvent,
  ShardInput,
  ShardPhase,
  ShardState,
  ShardStep,
  ShardTimer,
  ShardTiming,
  Stop,
} from './shard-state.ts';

const FRESH_LINK: Link = { frames: 0, framesAtLastBeat: 0, acked: true, heartbeatIntervalMs: 0 };

/**
 * @param gatewayUrl the base URL, where sessions begin
 * @param session a session of an earlier process to resume, or null
 */
export function initialShardState(
  gatewayUrl: string,
  timing: ShardTiming,
  session: ResumableSession | null = null,
): ShardState {
  return {
    timing,
    gatewayUrl,
    phase: { name: 'idle' },
    epoch: 0,
    link: { ...FRESH_LINK },
    session,
    failures: 0,
    resumeHostFailures: 0,
    silentResumes: 0,
    earlyRejections: 0,
  };
}

/** Hot path: a frame arrived on the present connection. Any frame is a sign of life. */
export function noteFrame(state: ShardState): void {
  state.link.frames += 1;
}

/** Whether a dispatch may be handed to handlers now: the session is being replayed or live, and the event is new. */
export function isFreshDispatch(state: ShardState, seq: number): boolean {
  const { phase, session } = state;
  return session !== null && (phase.name === 'live' || phase.name === 'resuming') && seq > session.seq;
}

/** Hot path: the dispatch has been handed over; a resume will not ask for it again. */
export function noteDispatch(state: ShardState, seq: number): void {
  if (state.session !== null && seq > state.session.seq) state.session.seq = seq;
}

export function stepShard(state: ShardState, input: ShardInput): ShardStep {
  if ('epoch' in input && input.epoch !== state.epoch) return stay(state);
  switch (input.type) {
    case 'open':
      return state.phase.name === 'idle' ? dial(state, []) : stay(state);
    case 'close':
      return onClose(state, input.session);
    case 'halt':
      return onHalt(state, input.stop);
    case 'opened':
      return onOpened(state);
    case 'lost':
      return onLost(state, input.code);
    case 'undecodable':
      return isConnected(state.phase)
        ? lose(state, 'undecodable', { closeWith: ClientCloseCode.DECODE_FAILURE })
        : stay(state);
    case 'hello':
      return onHello(state, input.heartbeatIntervalMs);
    case 'heartbeat-requested':
      return isGreeted(state.phase) ? stay(state, [beat(state)]) : stay(state);
    case 'heartbeat-ack':
      return stay(withLink(state, { acked: true }));
    case 'reconnect-requested':
      return isConnected(state.phase)
        ? lose(state, 'reconnect-requested', { closeWith: ClientCloseCode.KEEP_SESSION })
        : stay(state);
    case 'invalid-session':
      return onInvalidSession(state, input.resumable);
    case 'ready':
      return onReady(state, input);
    case 'resumed':
      return onResumed(state, input.seq);
    case 'identify-granted':
      return state.phase.name === 'queued'
        ? enter(state, { name: 'identifying' }, [
            { type: 'send-identify' },
            arm(state, 'deadline', state.timing.readyDeadlineMs),
          ])
        : stay(state, [{ type: 'release-identify' }]);
    case 'timer':
      return onTimer(state, input.timer);
  }
}

function onOpened(state: ShardState): ShardStep {
  if (state.phase.name !== 'dialing') return stay(state);
  return enter(state, { name: 'greeting', onResumeHost: state.phase.onResumeHost }, [
    arm(state, 'deadline', state.timing.helloDeadlineMs),
  ]);
}

function onHello(state: ShardState, heartbeatIntervalMs: number): ShardStep {
  if (state.phase.name !== 'greeting') return stay(state);
  const greeted = withLink(state, { heartbeatIntervalMs });
  // The first beat comes at a random point of the interval, so that a fleet that reconnects at once does not beat at once.
  const effects: ShardEffect[] = [
    { type: 'arm', timer: 'heartbeat', epoch: state.epoch, minMs: 0, maxMs: heartbeatIntervalMs },
  ];
  const { session } = state;
  if (session === null) {
    effects.push({ type: 'cancel', timer: 'deadline' }, { type: 'request-identify', epoch: state.epoch });
    return enter(greeted, { name: 'queued' }, effects);
  }
  effects.push(
    { type: 'send-resume', sessionId: session.id, seq: session.seq },
    arm(state, 'deadline', state.timing.resumedDeadlineMs),
  );
  return enter(greeted, { name: 'resuming', seqAtStart: session.seq, seqAtLastLook: session.seq }, effects);
}

function onReady(state: ShardState, ready: Extract<ShardInput, { type: 'ready' }>): ShardStep {
  if (state.phase.name !== 'identifying') return stay(state);
  const session = {
    id: ready.sessionId,
    resumeGatewayUrl: ready.resumeGatewayUrl ?? state.gatewayUrl,
    seq: ready.seq,
  };
  return enterLive({ ...state, session }, { type: 'ready' }, [{ type: 'release-identify' }]);
}

function onResumed(state: ShardState, seq: number): ShardStep {
  if (state.phase.name !== 'resuming') return stay(state);
  noteDispatch(state, seq);
  return enterLive(state, { type: 'resumed' }, []);
}

function enterLive(state: ShardState, event: ShardEvent, before: readonly ShardEffect[]): ShardStep {
  const live = { ...state, resumeHostFailures: 0, silentResumes: 0, earlyRejections: 0 };
  return enter(live, { name: 'live' }, [
    ...before,
    { type: 'cancel', timer: 'deadline' },
    arm(state, 'stable', state.timing.stableMs),
    { type: 'emit', event },
  ]);
}

function onInvalidSession(state: ShardState, resumable: boolean): ShardStep {
  if (!isGreeted(state.phase)) return stay(state);
  if (resumable && state.session !== null) {
    return lose(state, 'invalid-session', { closeWith: ClientCloseCode.KEEP_SESSION });
  }
  return lose(state, 'invalid-session', { closeWith: ClientCloseCode.END_SESSION, dropSession: true });
}

function onTimer(state: ShardState, timer: ShardTimer): ShardStep {
  switch (timer) {
    case 'backoff':
      return state.phase.name === 'waiting' ? dial(state, []) : stay(state);
    case 'stable':
      return stay(state.phase.name === 'live' ? { ...state, failures: 0 } : state);
    case 'heartbeat':
      return onHeartbeatDue(state);
    case 'deadline':
      return onDeadline(state);
  }
}

function onHeartbeatDue(state: ShardState): ShardStep {
  if (!isGreeted(state.phase)) return stay(state);
  const { link } = state;
  const silent = link.frames === link.framesAtLastBeat;
  if (!link.acked && silent) return lose(state, 'zombie', { closeWith: ClientCloseCode.KEEP_SESSION });
  const next = withLink(state, { acked: false, framesAtLastBeat: link.frames });
  return stay(next, [beat(state), arm(state, 'heartbeat', link.heartbeatIntervalMs)]);
}

function onDeadline(state: ShardState): ShardStep {
  const { phase } = state;
  switch (phase.name) {
    case 'dialing':
      return lose(state, 'dial-deadline', { closeWith: ClientCloseCode.KEEP_SESSION });
    case 'greeting':
      return lose(state, 'hello-deadline', { closeWith: ClientCloseCode.KEEP_SESSION });
    case 'identifying':
      // Nothing is known of the session that may have begun: end it rather than leave a second one alive.
      return lose(state, 'ready-deadline', { closeWith: ClientCloseCode.END_SESSION });
    case 'resuming': {
      const seq = state.session?.seq ?? 0;
      if (seq === phase.seqAtLastLook) {
        return lose(state, 'resumed-deadline', { closeWith: ClientCloseCode.KEEP_SESSION });
      }
      return stay({ ...state, phase: { ...phase, seqAtLastLook: seq } }, [
        arm(state, 'deadline', state.timing.resumedDeadlineMs),
      ]);
    }
    case 'closing':
      return settleClosed(state, [
        { type: 'abandon', epoch: state.epoch, code: ClientCloseCode.KEEP_SESSION },
      ]);
    default:
      return stay(state);
  }
}

function onLost(state: ShardState, code: number | null): ShardStep {
  const { phase } = state;
  if (phase.name === 'closing') return settleClosed(state, []);
  if (phase.name === 'dialing') return lose(state, 'dial-failed', {});
  if (!isConnected(phase)) return stay(state);

  const verdict = verdictOf(code);
  if (verdict.next === 'stop' && verdict.stop !== null) {
    return stop(state, { code: verdict.stop, closeCode: verdict.closeCode }, []);
  }
  const cause: LossCause = code === null ? 'connection-lost' : 'closed-by-server';
  if (code !== CloseCode.NOT_AUTHENTICATED) {
    return lose(state, cause, { code, dropSession: verdict.session === 'gone' });
  }
  if (phase.name === 'live') {
    return lose(state, cause, { code, dropSession: true, before: [emit({ type: 'session-revoked' })] });
  }
  const earlyRejections = state.earlyRejections + 1;
  if (earlyRejections >= state.timing.earlyRejections) {
    return stop(state, { code: 'NOT_AUTHENTICATED', closeCode: CloseCode.NOT_AUTHENTICATED }, []);
  }
  return lose({ ...state, earlyRejections }, cause, { code, dropSession: true });
}

function onClose(state: ShardState, session: 'keep' | 'end'): ShardStep {
  const kept = session === 'end' ? { ...state, session: null } : state;
  const code = session === 'end' ? ClientCloseCode.END_SESSION : ClientCloseCode.KEEP_SESSION;
  switch (state.phase.name) {
    case 'idle':
    case 'stopped':
      return stay(kept, [emit({ type: 'closed' })]);
    case 'closing':
      return stay(kept);
    case 'waiting':
      return settleClosed(kept, []);
    case 'dialing':
      return settleClosed(kept, [{ type: 'abandon', epoch: state.epoch, code }]);
    default:
      return enter(kept, { name: 'closing' }, [
        ...quiet(state),
        { type: 'close', epoch: state.epoch, code },
        arm(state, 'deadline', state.timing.closeDeadlineMs),
      ]);
  }
}

function onHalt(state: ShardState, reason: Stop): ShardStep {
  switch (state.phase.name) {
    case 'stopped':
    case 'closing':
      return stay(state);
    case 'idle':
    case 'waiting':
      return stop(state, reason, []);
    default:
      return stop(state, reason, [
        { type: 'abandon', epoch: state.epoch, code: ClientCloseCode.END_SESSION },
      ]);
  }
}

interface Loss {
  readonly code?: number | null;
  readonly dropSession?: boolean;
  /** Our close code, where the connection still stands. */
  readonly closeWith?: number;
  readonly before?: readonly ShardEffect[];
}

/** Every way of losing a connection and coming back goes through here. */
function lose(state: ShardState, cause: LossCause, loss: Loss): ShardStep {
  const { phase, timing } = state;
  const onResumeHost = (phase.name === 'dialing' || phase.name === 'greeting') && phase.onResumeHost;
  const silent = phase.name === 'resuming' && state.session?.seq === phase.seqAtStart;
  const silentResumes =
    silent && cause !== 'reconnect-requested' ? state.silentResumes + 1 : state.silentResumes;
  const dropSession = loss.dropSession === true || silentResumes >= timing.silentResumes;
  const next: ShardState = {
    ...state,
    session: dropSession ? null : state.session,
    failures: state.failures + 1,
    resumeHostFailures: dropSession ? 0 : state.resumeHostFailures + (onResumeHost ? 1 : 0),
    silentResumes: dropSession ? 0 : silentResumes,
  };
  const effects: ShardEffect[] = [...(loss.before ?? []), ...quiet(state)];
  if (loss.closeWith !== undefined) {
    effects.push({ type: 'abandon', epoch: state.epoch, code: loss.closeWith });
  }
  effects.push(
    emit({
      type: 'disconnected',
      cause,
      code: loss.code ?? null,
      next: next.session === null ? 'identify' : 'resume',
    }),
  );
  if (dropSession && state.session !== null) effects.push(emit({ type: 'session-lost' }));
  effects.push({
    type: 'arm',
    timer: 'backoff',
    epoch: state.epoch,
    ...reconnectDelay(state, cause, dropSession),
  });
  return enter(next, { name: 'waiting' }, effects);
}

/** Full jitter: evenly from 0 to a ceiling that doubles with each connection lost since the shard was stable. */
function reconnectDelay(
  { timing, failures }: ShardState,
  cause: LossCause,
  dropSession: boolean,
): { readonly minMs: number; readonly maxMs: number } {
  if (cause === 'reconnect-requested' && failures === 0) return { minMs: 0, maxMs: 0 };
  const ceilingMs = Math.min(timing.backoffCapMs, timing.backoffBaseMs * 2 ** failures);
  if (cause === 'invalid-session' && dropSession) {
    return { minMs: timing.invalidSessionMinMs, maxMs: Math.max(timing.invalidSessionMaxMs, ceilingMs) };
  }
  return { minMs: 0, maxMs: ceilingMs };
}

function dial(state: ShardState, before: readonly ShardEffect[]): ShardStep {
  const { session, timing } = state;
  const onResumeHost =
    session !== null &&
    session.resumeGatewayUrl !== state.gatewayUrl &&
    state.resumeHostFailures < timing.resumeHostFailures;
  const epoch = state.epoch + 1;
  const next = { ...state, epoch, link: { ...FRESH_LINK } };
  return enter(next, { name: 'dialing', onResumeHost }, [
    ...before,
    { type: 'dial', epoch, url: onResumeHost ? session.resumeGatewayUrl : state.gatewayUrl },
    arm(next, 'deadline', timing.dialDeadlineMs),
  ]);
}

function stop(state: ShardState, reason: Stop, before: readonly ShardEffect[]): ShardStep {
  return enter({ ...state, session: null }, { name: 'stopped', stop: reason }, [
    ...quiet(state),
    { type: 'cancel', timer: 'backoff' },
    ...before,
    emit({ type: 'stopped', stop: reason }),
  ]);
}

function settleClosed(state: ShardState, before: readonly ShardEffect[]): ShardStep {
  return enter(state, { name: 'idle' }, [
    { type: 'cancel', timer: 'backoff' },
    { type: 'cancel', timer: 'deadline' },
    ...before,
    emit({ type: 'closed' }),
  ]);
}

/** Ends what belongs to the present connection: its timers and its claim on the identify gate. */
function quiet(state: ShardState): readonly ShardEffect[] {
  const effects: ShardEffect[] = [
    { type: 'cancel', timer: 'deadline' },
    { type: 'cancel', timer: 'heartbeat' },
    { type: 'cancel', timer: 'stable' },
  ];
  const { name } = state.phase;
  if (name === 'queued' || name === 'identifying') effects.push({ type: 'release-identify' });
  return effects;
}

function enter(state: ShardState, phase: ShardPhase, effects: readonly ShardEffect[]): ShardStep {
  return { state: { ...state, phase }, effects: [emit({ type: 'phase', phase: phase.name }), ...effects] };
}

function stay(state: ShardState, effects: readonly ShardEffect[] = []): ShardStep {
  return { state, effects };
}

function withLink(state: ShardState, change: Partial<Link>): ShardState {
  return { ...state, link: { ...state.link, ...change } };
}

function beat(state: ShardState): ShardEffect {
  return { type: 'send-heartbeat', seq: state.session?.seq ?? null };
}

function arm(state: ShardState, timer: ShardTimer, ms: number): ShardEffect {
  return { type: 'arm', timer, epoch: state.epoch, minMs: ms, maxMs: ms };
}

function emit(event: ShardEvent): ShardEffect {
  return { type: 'emit', event };
}

/** A WebSocket is open and the shard means to use it. */
function isConnected({ name }: ShardPhase): boolean {
  return name === 'greeting' || isGreetedName(name);
}

/** HELLO has been seen on the present connection. */
function isGreeted({ name }: ShardPhase): boolean {
  return isGreetedName(name);
}

function isGreetedName(name: ShardPhase['name']): boolean {
  return name === 'queued' || name === 'identifying' || name === 'resuming' || name === 'live';
}
