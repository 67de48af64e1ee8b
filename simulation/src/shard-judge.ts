/** Watches one shard of one process: every step must keep to the properties that concern a shard alone. */
import { CloseCode, type ShardInput, type ShardState, verdictOf } from '@guildhall/protocol';
import { expect } from './properties.ts';
import type { Wire } from './wire.ts';

/** Full jitter may draw short waits several times in a row; it does not do so for long. */
const MAX_DIALS_PER_WINDOW = 20;
const DIAL_WINDOW_MS = 60_000;

/** Phases with a connection that is listened to. What comes on one that has been given up says nothing. */
const LISTENING_PHASES: ReadonlySet<ShardState['phase']['name']> = new Set([
  'greeting',
  'queued',
  'identifying',
  'resuming',
  'live',
]);

export class ShardJudge {
  readonly #shardId: number;
  /** Sessions that are over, as this process has been told by the server or by its user. */
  readonly #ended = new Set<string>();
  readonly #dialsAtMs: number[] = [];

  constructor(shardId: number) {
    this.#shardId = shardId;
  }

  /** Before a step: remembers which sessions the input ends. */
  input({ session, epoch, phase }: ShardState, input: ShardInput): void {
    if (session === null) return;
    if (input.type === 'close' && input.session === 'end') this.#ended.add(session.id);
    if (!('epoch' in input) || input.epoch !== epoch || !LISTENING_PHASES.has(phase.name)) return;
    const over =
      input.type === 'lost'
        ? verdictOf(input.code).session === 'gone'
        : input.type === 'invalid-session' && !input.resumable;
    if (over) this.#ended.add(session.id);
  }

  /** After a step: a fatal close stops the shard, and nothing else does. */
  outcome(before: ShardState, input: ShardInput, after: ShardState): void {
    if (input.type !== 'lost' || input.epoch !== before.epoch || !LISTENING_PHASES.has(before.phase.name))
      return;
    const { code } = input;
    const fatal = verdictOf(code).next === 'stop';
    const stopped = after.phase.name === 'stopped';
    const where = () =>
      `shard ${this.#shardId}: lost with ${code} in ${before.phase.name} → ${after.phase.name}`;
    expect(stopped || !fatal, 'verdict-is-obeyed', where);
    const earlyOnce = code === CloseCode.NOT_AUTHENTICATED && before.phase.name !== 'live';
    const early = earlyOnce && before.earlyRejections + 1 >= before.timing.earlyRejections;
    expect(!stopped || fatal || early, 'stop-is-earned', where);
  }

  dial(nowMs: number): void {
    this.#dialsAtMs.push(nowMs);
    if (this.#dialsAtMs.length <= MAX_DIALS_PER_WINDOW) return;
    const firstMs = this.#dialsAtMs.shift() ?? 0;
    expect(nowMs - firstMs >= DIAL_WINDOW_MS, 'dial-rate', () => {
      return `shard ${this.#shardId} dialled ${MAX_DIALS_PER_WINDOW + 1} times in ${(nowMs - firstMs) / 1_000} s`;
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
  sessionLost({ session, silentResumes, timing }: ShardState, isAlive: (sessionId: string) => boolean): void {
    if (session === null) return;
    const unheard = silentResumes + 1 >= timing.silentResumes;
    expect(unheard || this.#ended.has(session.id) || !isAlive(session.id), 'loss-is-real', () => {
      return `shard ${this.#shardId} gave up ${session.id}, which is alive`;
    });
  }

  closeCode({ session }: ShardState, code: number): void {
    const ends = code === CloseCode.NORMAL || code === CloseCode.GOING_AWAY;
    expect(!ends || session === null, 'kept-is-not-ended', () => {
      return `shard ${this.#shardId} closed with ${code} and holds ${session?.id}`;
    });
  }

  zombie(wire: Wire | null): void {
    expect(wire?.impaired === true, 'heartbeats-answered', () => {
      return `shard ${this.#shardId} gave up a connection that lost nothing`;
    });
  }
}
