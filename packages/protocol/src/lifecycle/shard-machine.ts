/**
 * The lifecycle of one shard, without sockets, timers or clocks: `step(state, input)` says what follows.
 * Two things bypass it because they happen per event: `noteFrame` and `noteDispatch`.
 */
import { ClientCloseCode, CloseCode } from '../close-codes.ts';
import { verdictOf } from '../verdicts.ts';
import { ackDeadlineMs, beatEveryMs, freshLink, isForgotten, isSilent } from './heartbeat.ts';
import { CALM } from './reconnect-governor.ts';
import { isResumeUrlAllowed } from './resume-url.ts';
import type {
  LossCause,
  ResumableSession,
  ShardEffect,
  ShardEvent,
  ShardInput,
  ShardPhase,
  ShardSetup,
  ShardState,
  ShardStep,
  ShardTimer,
  Stop,
} from './shard-state.ts';
import { comeBackWithToken, mayRenewToken, renewToken, stopWithoutToken } from './token-renewal.ts';
import {
  abandon,
  arm,
  CANCEL_TIMERS,
  dial,
  emit,
  enter,
  lose,
  quiet,
  settleClosed,
  stay,
  stop,
  wait,
  withLink,
} from './transitions.ts';

/** All that is closed and shall go on is closed with it: 1000 and 1001 end the session on the server. */
const KEEP = ClientCloseCode.KEEP_SESSION;

/** @param session a session of an earlier process to resume, or null */
export function initialShardState(setup: ShardSetup, session: ResumableSession | null = null): ShardState {
  return {
    setup,
    phase: { name: 'idle' },
    epoch: 0,
    link: freshLink(),
    session:
      session === null ? null : { ...session, resumeGatewayUrl: resumeUrl(setup, session.resumeGatewayUrl) },
    governor: CALM,
    hostFailures: 0,
    silentResumes: 0,
    earlyRejections: 0,
    tokenRenewed: false,
    lookedAt: [],
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
      return mayOpen(state.phase) ? dial(state) : stay(state);
    case 'close':
      return onClose(state, input.session);
    case 'halt':
      return onHalt(state, input.stop);
    case 'slept':
      return onSlept(state, input.ms);
    case 'reading':
      return isGreeted(state.phase) ? onReading(state, input.paused) : stay(state);
    case 'connected':
      return onConnected(state);
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
      return stay(withLink(state, { unacked: 0 }));
    case 'reconnect-requested':
      return isConnected(state.phase) ? lose(state, 'reconnect-requested', { closeWith: KEEP }) : stay(state);
    case 'invalid-session':
      return isGreeted(state.phase)
        ? lose(state, 'invalid-session', { closeWith: KEEP, dropSession: !input.resumable })
        : stay(state);
    case 'ready':
      return onReady(state, input);
    case 'resumed':
      return onResumed(state, input.seq);
    case 'identify-granted':
      return onIdentifyGranted(state);
    case 'identify-refused':
      return onIdentifyRefused(state, input.retryAfterMs);
    case 'token-renewed':
      return state.phase.name === 'renewing' ? comeBackWithToken(state) : stay(state);
    case 'token-refused':
      return state.phase.name === 'renewing' ? stopWithoutToken(state) : stay(state);
    case 'timer':
      return onTimer(state, input.timer);
  }
}

function onConnected(state: ShardState): ShardStep {
  if (state.phase.name !== 'dialing' || state.phase.stage !== 'connect') return stay(state);
  const phase = { name: 'dialing', stage: 'upgrade' } as const;
  return stay({ ...state, phase, lookedAt: [] }, [
    arm(state, 'deadline', state.setup.timing.upgradeDeadlineMs),
  ]);
}

function onOpened(state: ShardState): ShardStep {
  if (state.phase.name !== 'dialing') return stay(state);
  return enter(state, { name: 'greeting' }, [arm(state, 'deadline', state.setup.timing.helloDeadlineMs)]);
}

function onHello(state: ShardState, heartbeatIntervalMs: number): ShardStep {
  if (state.phase.name !== 'greeting') return stay(state);
  const { epoch, session, setup } = state;
  const keptMs = Math.min(heartbeatIntervalMs, setup.heartbeatIntervalMs ?? heartbeatIntervalMs);
  const greeted = withLink(state, { heartbeatIntervalMs: keptMs, gatewayIntervalMs: heartbeatIntervalMs });
  // The first beat comes at a random point of the interval, so that a fleet that reconnects at once does not beat at once.
  const maxMs = beatEveryMs(greeted.link, setup.timing);
  const effects: ShardEffect[] = [{ type: 'arm', timer: 'heartbeat', epoch, minMs: 0, maxMs }];
  if (session === null) {
    effects.push({ type: 'cancel', timer: 'deadline' }, { type: 'request-identify', epoch });
    return enter(greeted, { name: 'queued' }, effects);
  }
  effects.push(
    { type: 'send-resume', sessionId: session.id, seq: session.seq },
    arm(state, 'deadline', setup.timing.resumedDeadlineMs),
  );
  return enter(greeted, { name: 'resuming', seqAtStart: session.seq, seqAtLastLook: session.seq }, effects);
}

function onReady(state: ShardState, ready: Extract<ShardInput, { type: 'ready' }>): ShardStep {
  if (state.phase.name !== 'identifying') return stay(state);
  const resumeGatewayUrl = resumeUrl(state.setup, ready.resumeGatewayUrl);
  const session = { id: ready.sessionId, resumeGatewayUrl, seq: ready.seq };
  const before: ShardEffect[] = [{ type: 'release-identify' }];
  if (ready.resumeGatewayUrl !== null && ready.resumeGatewayUrl !== resumeGatewayUrl) {
    before.push(emit({ type: 'resume-url-refused', url: ready.resumeGatewayUrl }));
  }
  return enterLive({ ...state, session }, { type: 'ready' }, before);
}

function onResumed(state: ShardState, seq: number): ShardStep {
  if (state.phase.name !== 'resuming') return stay(state);
  noteDispatch(state, seq);
  return enterLive(state, { type: 'resumed' }, []);
}

function enterLive(
  state: ShardState,
  event: Extract<ShardEvent, { type: 'ready' | 'resumed' }>,
  before: readonly ShardEffect[],
): ShardStep {
  const live = { ...state, hostFailures: 0, silentResumes: 0, earlyRejections: 0, tokenRenewed: false };
  return enter(live, { name: 'live', started: event.type === 'ready' }, [
    ...before,
    { type: 'cancel', timer: 'deadline' },
    arm(state, 'stable', state.setup.timing.stableMs),
    emit(event),
  ]);
}

function onIdentifyGranted(state: ShardState): ShardStep {
  if (state.phase.name !== 'queued') return stay(state, [{ type: 'release-identify' }]);
  return enter(state, { name: 'identifying' }, [
    { type: 'send-identify' },
    arm(state, 'deadline', state.setup.timing.readyDeadlineMs),
  ]);
}

/** Nobody keeps a connection for the hours until the budget is there again. It is no failure of the gateway's. */
function onIdentifyRefused(state: ShardState, retryAfterMs: number): ShardStep {
  if (state.phase.name !== 'queued') return stay(state);
  const event = {
    type: 'disconnected',
    cause: 'identify-refused',
    code: null,
    next: 'identify',
    times: 0,
  } as const;
  return wait(state, [...quiet(state), abandon(state, KEEP), emit(event)], {
    minMs: retryAfterMs,
    maxMs: retryAfterMs + state.setup.timing.backoffCapMs,
  });
}

function onTimer(state: ShardState, timer: ShardTimer): ShardStep {
  switch (timer) {
    case 'backoff':
      return state.phase.name === 'waiting' ? dial(state) : stay(state);
    case 'stable':
      return stay(state.phase.name === 'live' ? { ...state, governor: CALM } : state);
    case 'heartbeat':
      return isGreeted(state.phase) ? onHeartbeatDue(state) : stay(state);
    case 'ack':
      return isGreeted(state.phase) ? lookTwice(state, timer, onAckDue(state)) : stay(state);
    case 'deadline':
      return lookTwice(state, timer, onDeadline(state));
  }
}

/**
 * Node runs timers before it reads sockets: after a blocked event loop, what was waited for may be here and not be
 * read. So nothing is given up at the first look. Only who waits for a close is not kept waiting.
 */
function lookTwice(state: ShardState, timer: ShardTimer, verdict: ShardStep): ShardStep {
  const isGivenUp = verdict.state.phase.name !== state.phase.name && state.phase.name !== 'closing';
  if (!isGivenUp || state.lookedAt.includes(timer)) return verdict;
  return stay({ ...state, lookedAt: [...state.lookedAt, timer] }, [
    arm(state, timer, state.setup.timing.secondLookMs),
  ]);
}

function onHeartbeatDue(state: ShardState): ShardStep {
  const { link, setup } = state;
  // The answer to the last one is still waited for: where intervals are short, another beat must not put that off.
  if (link.unacked === 0 || !isSilent(link)) return probe(state);
  return stay(withLink(state, { unacked: link.unacked + 1 }), [
    beat(state),
    arm(state, 'heartbeat', beatEveryMs(link, setup.timing)),
  ]);
}

/** A beat, and a short wait for any frame. */
function probe(state: ShardState): ShardStep {
  const { link, setup } = state;
  const next = withLink(state, { unacked: link.unacked + 1, framesAtLastBeat: link.frames });
  return stay({ ...next, lookedAt: state.lookedAt.filter((timer) => timer !== 'ack') }, [
    beat(state),
    arm(state, 'heartbeat', beatEveryMs(link, setup.timing)),
    arm(state, 'ack', ackDeadlineMs(link, setup.timing)),
  ]);
}

/** The answers of a pause wait to be read: the wait for a frame begins anew, without a beat that would cost a send. */
function onReading(state: ShardState, paused: boolean): ShardStep {
  const next = withLink(state, { deaf: paused });
  if (paused) return stay(next);
  return stay(next, [arm(state, 'ack', ackDeadlineMs(state.link, state.setup.timing))]);
}

function onAckDue(state: ShardState): ShardStep {
  return isSilent(state.link) ? lose(state, 'zombie', { closeWith: KEEP }) : stay(state);
}

/**
 * A stall of the event loop does not end a connection: what was sent meanwhile waits in the kernel. A machine that
 * slept for minutes has been given up by the gateway, though its socket does not know. In between, one beat tells.
 */
function onSlept(state: ShardState, ms: number): ShardStep {
  if (!isGreeted(state.phase)) return stay(state);
  return isForgotten(state.link, ms) ? lose(state, 'overslept', { closeWith: KEEP }) : probe(state);
}

function onDeadline(state: ShardState): ShardStep {
  const { phase, setup } = state;
  switch (phase.name) {
    case 'dialing':
      return lose(state, phase.stage === 'connect' ? 'connect-deadline' : 'upgrade-deadline', {
        closeWith: KEEP,
      });
    case 'greeting':
      return lose(state, 'hello-deadline', { closeWith: KEEP });
    case 'identifying':
      return lose(state, 'ready-deadline', { closeWith: KEEP });
    case 'resuming': {
      const seq = state.session?.seq ?? 0;
      if (seq === phase.seqAtLastLook && !state.link.deaf)
        return lose(state, 'resumed-deadline', { closeWith: KEEP });
      return stay({ ...state, phase: { ...phase, seqAtLastLook: seq }, lookedAt: [] }, [
        arm(state, 'deadline', setup.timing.resumedDeadlineMs),
      ]);
    }
    case 'renewing':
      return stopWithoutToken(state);
    case 'closing':
      return settleClosed(state, [abandon(state, KEEP)], false);
    default:
      return stay(state);
  }
}

function onLost(state: ShardState, code: number | null): ShardStep {
  const { phase } = state;
  if (phase.name === 'closing') return settleClosed(state, []);
  if (phase.name === 'dialing') return lose(state, 'dial-failed', {});
  if (!isConnected(phase)) return stay(state);

  const { next, session, stop: stopCode, closeCode, scope } = verdictOf(code);
  if (closeCode === CloseCode.AUTHENTICATION_FAILED && mayRenewToken(state)) return renewToken(state);
  if (next === 'stop' && stopCode !== null) {
    const cause = state.tokenRenewed ? 'token-rejected' : 'closed-by-server';
    return stop(state, { code: stopCode, closeCode, scope, cause, times: 1 }, []);
  }
  const cause: LossCause = code === null ? 'connection-lost' : 'closed-by-server';
  if (code !== CloseCode.NOT_AUTHENTICATED) {
    return lose(state, cause, { code, dropSession: session === 'gone' });
  }
  if (phase.name === 'live') {
    return lose(state, cause, { code, dropSession: true, before: [emit({ type: 'session-revoked' })] });
  }
  const times = state.earlyRejections + 1;
  if (times >= state.setup.timing.earlyRejections) {
    return stop(state, { code: 'NOT_AUTHENTICATED', closeCode, scope, cause, times }, []);
  }
  return lose({ ...state, earlyRejections: times }, cause, { code, dropSession: true });
}

function onClose(state: ShardState, session: 'keep' | 'end'): ShardStep {
  const kept = session === 'end' ? { ...state, session: null } : state;
  const code = session === 'end' ? ClientCloseCode.END_SESSION : KEEP;
  switch (state.phase.name) {
    case 'idle':
    case 'stopped':
      return stay(kept, [emit({ type: 'closed', inTime: true })]);
    case 'closing':
      return stay(kept);
    case 'waiting':
    case 'renewing':
      return settleClosed(kept, []);
    case 'dialing':
      return settleClosed(kept, [abandon(state, code)]);
    default:
      return startClosing(kept, code);
  }
}

function startClosing(state: ShardState, code: number): ShardStep {
  const identified = state.phase.name === 'identifying';
  return enter(state, { name: 'closing', identified }, [
    ...(identified ? CANCEL_TIMERS : quiet(state)),
    { type: 'close', epoch: state.epoch, code },
    arm(state, 'deadline', state.setup.timing.closeDeadlineMs),
  ]);
}

function onHalt(state: ShardState, verdict: Stop): ShardStep {
  const reason = { ...verdict, cause: 'halted' } as const;
  switch (state.phase.name) {
    case 'closing':
      return stay(state);
    case 'stopped':
      // What holds for all outweighs this shard's own quarantine: `open` must not bring it back.
      return state.phase.stop.scope === 'shard' ? stop(state, reason, []) : stay(state);
    case 'idle':
    case 'waiting':
    case 'renewing':
      return stop(state, reason, []);
    default:
      return stop(state, reason, [abandon(state, KEEP)]);
  }
}

function resumeUrl({ gatewayUrl, resumeUrlPolicy }: ShardSetup, url: string | null): string {
  return url !== null && isResumeUrlAllowed(url, gatewayUrl, resumeUrlPolicy) ? url : gatewayUrl;
}

function beat(state: ShardState): ShardEffect {
  return { type: 'send-heartbeat', seq: state.session?.seq ?? null };
}

function mayOpen(phase: ShardPhase): boolean {
  return phase.name === 'idle' || (phase.name === 'stopped' && phase.stop.scope === 'shard');
}

/** A WebSocket is open and the shard means to use it. */
function isConnected(phase: ShardPhase): boolean {
  return phase.name === 'greeting' || isGreeted(phase);
}

/** HELLO has been seen on the present connection. */
function isGreeted({ name }: ShardPhase): boolean {
  return name === 'queued' || name === 'identifying' || name === 'resuming' || name === 'live';
}
