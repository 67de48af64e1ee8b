import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GatewayControl, SessionSnapshot } from '@guildhall/server';

/** What a stretch of time has brought. */
export interface LoadReport {
  readonly seconds: number;
  readonly madePerSecond: number;
  /** Acts that were due and not made, for there was no time. */
  readonly skipped: number;
  /** Of one core. */
  readonly cpuPercent: number;
  /** How late the event loop was, at most in 99 of 100 turns. */
  readonly loopDelayMs: number;
  readonly heapMiB: number;
  readonly sessions: readonly SessionReport[];
}

export interface SessionReport {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly state: SessionSnapshot['state'];
  readonly encoding: string;
  readonly compression: string;
  readonly eventsPerSecond: number;
  /** What waits for it to read. */
  readonly unsentBytes: number;
  /** Of what is kept for a resume. */
  readonly replayFillPercent: number;
}

export interface LoadCounts {
  readonly made: number;
  readonly skipped: number;
}

const MIB = 2 ** 20;
const KIB = 1_024;
const MAX_SHOWN_SESSIONS = 10;
const NS_PER_MS = 1e6;
/** Finer than a turn of the pacer. */
const RESOLUTION_MS = 5;

/** Measures from one report to the next. */
export class LoadMeter {
  readonly #control: GatewayControl;
  readonly #counts: () => LoadCounts;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #atMs = performance.now();
  #before: LoadCounts;
  #cpu = process.cpuUsage();
  #seqs: ReadonlyMap<string, number> = new Map();

  constructor(control: GatewayControl, counts: () => LoadCounts) {
    this.#control = control;
    this.#counts = counts;
    this.#before = counts();
    this.#delay.enable();
  }

  next(): LoadReport {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#atMs) / 1_000;
    const counts = this.#counts();
    const { user, system } = process.cpuUsage(this.#cpu);
    const sessions = this.#control.sessions();
    const report: LoadReport = {
      seconds: round(seconds),
      madePerSecond: Math.round((counts.made - this.#before.made) / seconds),
      skipped: counts.skipped - this.#before.skipped,
      cpuPercent: Math.round((user + system) / 1e4 / seconds),
      loopDelayMs: round(Math.max(0, this.#delay.percentile(99) / NS_PER_MS - RESOLUTION_MS)),
      heapMiB: Math.round(process.memoryUsage().heapUsed / MIB),
      sessions: sessions.map((session) => this.#sessionReport(session, seconds)),
    };
    this.#atMs = nowMs;
    this.#before = counts;
    this.#cpu = process.cpuUsage();
    this.#seqs = new Map(sessions.map(({ id, seq }) => [id, seq]));
    this.#delay.reset();
    return report;
  }

  stop(): void {
    this.#delay.disable();
  }

  #sessionReport(session: SessionSnapshot, seconds: number): SessionReport {
    const { id, shard, state, encoding, compression, seq, unsentBytes, replayBuffer } = session;
    return {
      id,
      shard,
      state,
      encoding,
      compression,
      eventsPerSecond: Math.round((seq - (this.#seqs.get(id) ?? 0)) / seconds),
      unsentBytes,
      replayFillPercent: Math.round((replayBuffer.events / replayBuffer.maxEvents) * 100),
    };
  }
}

/** For people. */
export function reportLines(report: LoadReport): string {
  const { madePerSecond, skipped, cpuPercent, loopDelayMs, heapMiB, sessions } = report;
  const shown = sessions.slice(0, MAX_SHOWN_SESSIONS).map((session) => {
    const { id, shard, state, encoding, compression, eventsPerSecond, unsentBytes, replayFillPercent } =
      session;
    const speaks = compression === 'none' ? encoding : `${encoding} ${compression}`;
    return (
      `  ${id.slice(0, 8)} shard ${shard[0]}/${shard[1]} ${state}, ${speaks}: ${eventsPerSecond} events/s, ` +
      `${Math.round(unsentBytes / KIB)} KiB unread, resume buffer ${replayFillPercent} % full`
    );
  });
  const more = sessions.length - shown.length;
  return [
    `${madePerSecond}/s made${skipped === 0 ? '' : `, ${skipped} SKIPPED`}  CPU ${cpuPercent} %  loop ${loopDelayMs} ms late  heap ${heapMiB} MiB`,
    ...(sessions.length === 0 ? ['  no session'] : shown),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
