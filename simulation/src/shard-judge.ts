/** Watches one shard of one process: every step must keep to the properties that concern a shard alone. */
import { CloseCode, type ShardInput, type ShardState, verdictOf } from '@guildhall/protocol';
import type { ProcessClock } from './process-clock.ts';
import { expect } from './properties.ts';
import type { Wire } from './wire.ts';

/** Full jitter may draw short waits several times in a row; it does not do so for long. */
const MAX_DIALS_PER_WINDOW = 20;
const DIAL_WINDOW_MS = 60_000;
/** From a dead connection to the next one: one interval, and this. */
const REDIAL_MS = 2_000;
/** Who slept for less has missed no more than one heartbeat. */
const MIN_NAP_INTERVALS = 1.5;

/** Phases with a connection that is listened to. What comes on one that has been given up says nothing. */
const LISTENING_PHASES: ReadonlySet<ShardState['phase']['name']> = new Set([
  'greeting',
  'queued',
  'identifying',
  'resuming',
  'live',
]);

const GREETED_PHASES: ReadonlySet<ShardState['phase']['name']> = new Set([
  'queued',
  'identifying',
  'resuming',
  'live',
]);

/** What says that a host is there, or that somebody else has ended the try. */
const CLEARS_HOST: ReadonlySet<ShardInput['type']> = new Set([
  'hello',
  'reconnect-requested',
  'close',
  'halt',
  'open',
]);

export class ShardJudge {
  readonly #shardId: number;
  /** Sessions that are over, as this process has been told by the server or by its user. */
  readonly #ended = new Set<string>();
  readonly #dialsAtMs: number[] = [];
  readonly #clock: ProcessClock;
  #lastFrameAtMs = Number.NEGATIVE_INFINITY;
  #redialByMs: number | null = null;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Where it dialled last, how often in a row, and whether the host was not to blame for how the last time ended. */
  #host = '';
  #hostTries = 0;
  #hostIsClear = true;
  #kick = '';
  #kicks = 0;

  constructor(shardId: number, clock: ProcessClock) {
    this.#shardId = shardId;
    this.#clock = clock;
  }

  frame(): void {
    this.#lastFrameAtMs = this.#clock.nowMs;
  }

  /** Nobody holds a connection that says nothing for longer than an interval, unless he slept himself. */
  patience({ phase, link }: ShardState): void {
    if (!GREETED_PHASES.has(phase.name)) return;
    const silentMs = this.#clock.nowMs - Math.max(this.#lastFrameAtMs, this.#clock.wokeAtMs);
    expect(silentMs <= link.heartbeatIntervalMs + REDIAL_MS, 'silence-is-noticed', () => {
      return `shard ${this.#shardId} held a connection for ${silentMs / 1_000} s in silence`;
    });
  }

  /** Before a step: remembers which sessions the input ends. */
  input(state: ShardState, input: ShardInput): void {
    const { session, epoch, phase } = state;
    if (phase.name === 'live') this.#countKick(input);
    if (input.type === 'close' || input.type === 'halt') {
      this.#redialByMs = null;
      this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    }
    if (CLEARS_HOST.has(input.type)) this.#hostIsClear = true;
    this.#heed(state, input);
    if (session === null) return;
    if (input.type === 'close' && input.session === 'end') this.#ended.add(session.id);
    if (!('epoch' in input) || input.epoch !== epoch || !LISTENING_PHASES.has(phase.name)) return;
    const over =
      input.type === 'lost'
        ? verdictOf(input.code).session === 'gone'
        : input.type === 'invalid-session' && !input.resumable;
    if (over) this.#ended.add(session.id);
  }

  /** op 9 d:false has been heard, with a session or without one. */
  #heed({ epoch, phase, setup }: ShardState, input: ShardInput): void {
    if (input.type !== 'invalid-session' || input.resumable || input.epoch !== epoch) return;
    if (GREETED_PHASES.has(phase.name)) {
      this.#notBeforeMs = this.#clock.nowMs + setup.timing.invalidSessionMinMs;
    }
  }

  /** After a step: a fatal close stops the shard, and nothing else does. */
  outcome(before: ShardState, input: ShardInput, after: ShardState): void {
    if (input.type !== 'lost' || input.epoch !== before.epoch || !LISTENING_PHASES.has(before.phase.name))
      return;
    const { code } = input;
    const fatal = verdictOf(code).next === 'stop';
    const asksForToken = after.phase.name === 'renewing' && code === CloseCode.AUTHENTICATION_FAILED;
    const stopped = after.phase.name === 'stopped' || asksForToken;
    const where = () =>
      `shard ${this.#shardId}: lost with ${code} in ${before.phase.name} → ${after.phase.name}`;
    expect(stopped || !fatal, 'verdict-is-obeyed', where);
    const earlyOnce = code === CloseCode.NOT_AUTHENTICATED && before.phase.name !== 'live';
    const early = earlyOnce && before.earlyRejections + 1 >= before.setup.timing.earlyRejections;
    const looped = this.#kicks >= before.setup.timing.quarantineStarts;
    expect(!stopped || fatal || early || looped, 'stop-is-earned', where);
  }

  dial(url: string, state: ShardState): void {
    const { nowMs, wokeAtMs } = this.#clock;
    expect(nowMs >= this.#notBeforeMs, 'op-9-waits', () => {
      return `shard ${this.#shardId} dialled ${(this.#notBeforeMs - nowMs) / 1_000} s too early after op 9`;
    });
    this.#judgeHost(url, state);
    const byMs = this.#redialByMs;
    this.#redialByMs = null;
    const late = byMs !== null && nowMs > byMs && wokeAtMs < byMs - REDIAL_MS;
    expect(!late, 'silence-is-noticed', () => {
      return `shard ${this.#shardId} dialled ${(nowMs - (byMs ?? 0)) / 1_000} s too late after a silence`;
    });
    this.#dialsAtMs.push(nowMs);
    if (this.#dialsAtMs.length <= MAX_DIALS_PER_WINDOW) return;
    const firstMs = this.#dialsAtMs.shift() ?? 0;
    expect(nowMs - firstMs >= DIAL_WINDOW_MS, 'dial-rate', () => {
      return `shard ${this.#shardId} dialled ${MAX_DIALS_PER_WINDOW + 1} times in ${(nowMs - firstMs) / 1_000} s`;
    });
  }

  #judgeHost(url: string, { session, setup }: ShardState): void {
    const hasChoice = session !== null && session.resumeGatewayUrl !== setup.gatewayUrl;
    const again = hasChoice && !this.#hostIsClear && url === this.#host;
    this.#hostTries = again ? this.#hostTries + 1 : 1;
    this.#host = url;
    this.#hostIsClear = false;
    expect(this.#hostTries <= setup.timing.resumeHostFailures, 'dead-host-is-left', () => {
      return `shard ${this.#shardId} dialled ${url} ${this.#hostTries} times in a row for nothing`;
    });
  }

  resume(sessionId: string): void {
    expect(
      !this.#ended.has(sessionId),
      'ended-stays-ended',
      () => `shard ${this.#shardId} resumes ${sessionId}`,
    );
  }

  /** @param isAlive the truth, from the server */
  sessionLost({ session, silentResumes, setup }: ShardState, isAlive: (sessionId: string) => boolean): void {
    if (session === null) return;
    const unheard = silentResumes + 1 >= setup.timing.silentResumes;
    expect(unheard || this.#ended.has(session.id) || !isAlive(session.id), 'loss-is-real', () => {
      return `shard ${this.#shardId} gave up ${session.id}, which is alive`;
    });
  }

  closeCode(input: ShardInput, code: number): void {
    const ends = code === CloseCode.NORMAL || code === CloseCode.GOING_AWAY;
    const asked = input.type === 'close' && input.session === 'end';
    expect(!ends || asked, 'kept-is-not-ended', () => {
      return `shard ${this.#shardId} closed with ${code} on ${input.type}`;
    });
  }

  zombie({ link, governor }: ShardState, wire: Wire | null): void {
    expect(wire?.impaired === true, 'heartbeats-answered', () => {
      return `shard ${this.#shardId} gave up a connection that lost nothing`;
    });
    // A shard that fails again and again may wait longer.
    if (governor.failures > 0) return;
    this.#redialByMs =
      Math.max(this.#lastFrameAtMs, this.#clock.wokeAtMs) + link.heartbeatIntervalMs + REDIAL_MS;
  }

  overslept({ link }: ShardState, wire: Wire | null): void {
    const napMs = wire?.longestNapMs ?? 0;
    expect(napMs >= MIN_NAP_INTERVALS * link.heartbeatIntervalMs, 'heartbeats-answered', () => {
      return `shard ${this.#shardId} gave up a connection after a nap of ${napMs / 1_000} s`;
    });
  }

  #countKick(input: ShardInput): void {
    const isKick =
      (input.type === 'lost' && input.code !== null) ||
      input.type === 'reconnect-requested' ||
      input.type === 'invalid-session' ||
      input.type === 'undecodable';
    if (!isKick) return;
    const kick = input.type === 'lost' ? `lost with ${input.code}` : input.type;
    this.#kicks = kick === this.#kick ? this.#kicks + 1 : 1;
    this.#kick = kick;
  }
}
