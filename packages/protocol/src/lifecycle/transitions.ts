/** The ways from one phase of a shard to another that more than one input takes. */
import { freshLink, type Link } from './heartbeat.ts';
import { CALM, type Ending, govern, type Pause } from './reconnect-governor.ts';
import type {
  LossCause,
  ShardEffect,
  ShardEvent,
  ShardPhase,
  ShardState,
  ShardStep,
  ShardTimer,
  Stop,
} from './shard-state.ts';

export const CANCEL_TIMERS: readonly ShardEffect[] = [
  { type: 'cancel', timer: 'deadline' },
  { type: 'cancel', timer: 'heartbeat' },
  { type: 'cancel', timer: 'ack' },
  { type: 'cancel', timer: 'stable' },
];

export interface Loss {
  readonly code?: number | null;
  readonly dropSession?: boolean;
  /** Our close code, where the connection still stands. */
  readonly closeWith?: number;
  readonly before?: readonly ShardEffect[];
}

/** Causes that say nothing of the session when a resume ends with them: it may never have been looked at. */
const UNRELATED_TO_SESSION: ReadonlySet<LossCause> = new Set([
  'reconnect-requested',
  'connection-lost',
  'zombie',
  'overslept',
]);

/** Every way of losing a connection and coming back goes through here. */
export function lose(before: ShardState, cause: LossCause, loss: Loss): ShardStep {
  const code = loss.code ?? null;
  const state = afterLoss(before, cause, loss.dropSession === true);
  const next = state.session === null ? 'identify' : 'resume';
  const ending = {
    cause,
    code,
    phase: endingPhase(before.phase),
    started: isStarted(before.phase),
    next,
  } as const;
  const ruling = govern(before.governor, ending, state.setup.timing);
  const governed = { ...state, governor: ruling.governor };
  const told = loss.before ?? [];
  const left = loss.closeWith === undefined ? [] : [abandon(before, loss.closeWith)];
  const gone = before.session !== null && state.session === null ? [emit({ type: 'session-lost' })] : [];
  if (ruling.type === 'quarantine') {
    const { times } = ruling.loop;
    const reason = { code: 'QUARANTINED', closeCode: code, scope: 'shard', cause, times } as const;
    return stop(governed, reason, [...told, ...left, ...gone]);
  }
  const disconnected = emit({ type: 'disconnected', cause, code, next, times: ruling.times });
  return wait(governed, [...told, ...quiet(before), ...left, disconnected, ...gone], ruling.pause);
}

export function wait(state: ShardState, before: readonly ShardEffect[], pause: Pause): ShardStep {
  return enter(state, { name: 'waiting' }, [
    ...before,
    { type: 'arm', timer: 'backoff', epoch: state.epoch, ...pause },
  ]);
}

export function dial(state: ShardState): ShardStep {
  const { session, setup } = state;
  const onResumeHost = session !== null && prefersResumeHost(state, session.resumeGatewayUrl);
  const epoch = state.epoch + 1;
  const next = { ...state, epoch, link: freshLink(onResumeHost) };
  return enter(next, { name: 'dialing', stage: 'connect' }, [
    { type: 'dial', epoch, url: onResumeHost ? session.resumeGatewayUrl : setup.gatewayUrl },
    arm(next, 'deadline', setup.timing.connectDeadlineMs),
  ]);
}

export function stop(state: ShardState, reason: Stop, before: readonly ShardEffect[]): ShardStep {
  const session = reason.scope === 'application' ? null : state.session;
  return enter({ ...state, session, governor: CALM }, { name: 'stopped', stop: reason }, [
    ...quiet(state),
    { type: 'cancel', timer: 'backoff' },
    ...before,
    emit({ type: 'stopped', stop: reason }),
  ]);
}

export function settleClosed(state: ShardState, before: readonly ShardEffect[], inTime = true): ShardStep {
  const { phase } = state;
  const release: readonly ShardEffect[] =
    phase.name === 'closing' && phase.identified ? [{ type: 'release-identify' }] : [];
  return enter(state, { name: 'idle' }, [
    { type: 'cancel', timer: 'backoff' },
    { type: 'cancel', timer: 'deadline' },
    ...release,
    ...before,
    emit({ type: 'closed', inTime }),
  ]);
}

/** Closes the connection and forgets it. */
export function abandon({ epoch }: ShardState, code: number): ShardEffect {
  return { type: 'abandon', epoch, code };
}

/** Ends the timers of the present connection and its claim on the identify gate. */
export function quiet({ phase }: ShardState): readonly ShardEffect[] {
  const claims = phase.name === 'queued' || phase.name === 'identifying';
  return claims ? [...CANCEL_TIMERS, { type: 'release-identify' }] : CANCEL_TIMERS;
}

export function enter(state: ShardState, phase: ShardPhase, effects: readonly ShardEffect[]): ShardStep {
  return {
    state: { ...state, phase, lookedAt: [] },
    effects: [emit({ type: 'phase', phase: phase.name }), ...effects],
  };
}

export function stay(state: ShardState, effects: readonly ShardEffect[] = []): ShardStep {
  return { state, effects };
}

export function withLink(state: ShardState, change: Partial<Link>): ShardState {
  return { ...state, link: { ...state.link, ...change } };
}

export function arm(state: ShardState, timer: ShardTimer, ms: number): ShardEffect {
  return { type: 'arm', timer, epoch: state.epoch, minMs: ms, maxMs: ms };
}

export function emit(event: ShardEvent): ShardEffect {
  return { type: 'emit', event };
}

/** What is known of the session and of its hosts once the connection is gone. */
function afterLoss(before: ShardState, cause: LossCause, dropSession: boolean): ShardState {
  const { phase, session, setup } = before;
  const silent = phase.name === 'resuming' && session?.seq === phase.seqAtStart;
  const silentResumes = before.silentResumes + (silent && !UNRELATED_TO_SESSION.has(cause) ? 1 : 0);
  if (dropSession || silentResumes >= setup.timing.silentResumes) {
    return { ...before, session: null, hostFailures: 0, silentResumes: 0 };
  }
  const unheard = phase.name === 'dialing' || phase.name === 'greeting' || silent;
  const hostFailed = session !== null && unheard && cause !== 'reconnect-requested';
  return { ...before, silentResumes, hostFailures: before.hostFailures + (hostFailed ? 1 : 0) };
}

/** Some tries on the resume host, as many on the base URL, and so on: either may be the one that lives. */
function prefersResumeHost({ setup, hostFailures }: ShardState, resumeGatewayUrl: string): boolean {
  if (resumeGatewayUrl === setup.gatewayUrl) return false;
  return Math.floor(hostFailures / setup.timing.resumeHostFailures) % 2 === 0;
}

function endingPhase({ name }: ShardPhase): Ending['phase'] {
  return name === 'identifying' || name === 'resuming' || name === 'live' ? name : 'before-identify';
}

function isStarted(phase: ShardPhase): boolean {
  return phase.name === 'live' && phase.started;
}
