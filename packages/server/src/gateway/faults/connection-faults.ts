import type { Timer, TimerWheel } from '../timer-wheel.ts';
import type { SessionFault } from './fault.ts';
import type { PlannedSessionFault } from './fault-plans.ts';
import type { ValveMode } from './valve.ts';

/** What faults can do to a connection. */
export interface FaultHands {
  close(code: number, reason?: string): void;
  requestReconnect(): void;
  invalidate(resumable: boolean): void;
  impair(mode: ValveMode): void;
  loseReplay(): void;
}

interface Waiting {
  readonly planned: PlannedSessionFault;
  eventsLeft: number;
}

/** How an event is sent. */
export type EventFate = 'sent' | 'lost' | 'repeated';

/** The faults that a connection has met: those in force, and those that wait for their moment. */
export class ConnectionFaults {
  dropsAcks = false;
  expiresSession = false;
  resumeGatewayUrl: string | null = null;
  readonly #wheel: TimerWheel;
  readonly #hands: FaultHands;
  readonly #waiting = new Set<Waiting>();
  readonly #timers: Timer[] = [];
  #nextFate: EventFate = 'sent';

  constructor(wheel: TimerWheel, hands: FaultHands) {
    this.#wheel = wheel;
    this.#hands = hands;
  }

  add(planned: readonly PlannedSessionFault[]): void {
    for (const one of planned) {
      const start = () => {
        if (one.afterEvents === null) this.#strike(one.fault);
        else this.#waiting.add({ planned: one, eventsLeft: one.afterEvents });
      };
      if (one.afterMs === null) start();
      else this.#timers.push(this.#wheel.schedule(one.afterMs, start));
    }
  }

  /** What becomes of the event that is about to be sent. */
  nextEvent(): EventFate {
    const fate = this.#nextFate;
    this.#nextFate = 'sent';
    return fate;
  }

  /** An event has been sent. */
  countEvent(): void {
    for (const waiting of this.#waiting) {
      waiting.eventsLeft -= 1;
      if (waiting.eventsLeft > 0) continue;
      this.#waiting.delete(waiting);
      this.#strike(waiting.planned.fault);
    }
  }

  /** The connection is gone. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#waiting.clear();
  }

  #strike(fault: SessionFault): void {
    switch (fault.kind) {
      case 'close':
        this.#hands.close(fault.code, fault.reason);
        return;
      case 'reconnect':
        this.#hands.requestReconnect();
        return;
      case 'invalid-session':
        this.#hands.invalidate(fault.resumable);
        return;
      case 'drop-acks':
        this.dropsAcks = true;
        return;
      case 'expire-session':
        this.expiresSession = true;
        return;
      case 'lose-replay':
        this.#hands.loseReplay();
        return;
      case 'lose-event':
        this.#nextFate = 'lost';
        return;
      case 'repeat-event':
        this.#nextFate = 'repeated';
        return;
      case 'resume-url':
        this.resumeGatewayUrl = fault.url;
        return;
      case 'reset':
        this.#hands.impair({ kind: 'reset', bytes: fault.bytes ?? 0 });
        return;
      case 'freeze':
      case 'drip':
      case 'split':
        this.#hands.impair(fault);
        return;
    }
  }
}
