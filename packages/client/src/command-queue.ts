import type { GatewayPresenceUpdateData } from 'discord-api-types/v10';
import type { Payload } from './codec.ts';
import type { EncodedCommand, SendOptions, SendPriority } from './command.ts';
import { AbortedError, SendError } from './errors.ts';
import type { SendLimiter } from './send-limiter.ts';
import { SlidingLog } from './sliding-log.ts';
import { WaitingCommand } from './waiting-command.ts';

/** The connection that commands may go to at the moment. */
interface Outlet {
  readonly write: (payload: Payload) => void;
  readonly limiter: SendLimiter;
}

/** @see https://docs.discord.com/developers/events/gateway-events#update-presence */
const PRESENCES_PER_WINDOW = 5;
const PRESENCE_WINDOW_MS = 20_000;
/** One request for all members of a guild in so long. @see https://docs.discord.com/developers/events/gateway-events#request-guild-members */
const ALL_MEMBERS_PAUSE_MS = 30_000;

/**
 * Commands of one shard. They wait here while the shard has no live session and while a limit is used up; one that a
 * limit of its own holds back holds up nobody else. They outlive connections:
 *
 * - a resume: all that wait are sent when it is done.
 * - a new session: the last presence, sent before or waiting, is part of its Identify; the others are sent after READY.
 * - what has been written is never written again: nothing says whether the gateway has read it.
 */
export class CommandQueue {
  readonly #maxWaiting: number;
  readonly #now: () => number;
  readonly #waiting: Readonly<Record<SendPriority, WaitingCommand[]>> = { high: [], normal: [] };
  /** Limits of the session, which a new connection does not end. */
  readonly #presences = new SlidingLog(PRESENCES_PER_WINDOW, PRESENCE_WINDOW_MS);
  /** When all members of a guild were asked for, oldest first; none of them longer ago than the pause. */
  readonly #allMembersAtMs = new Map<string, number>();
  #waitingPresence: WaitingCommand | null = null;
  #lastPresence: GatewayPresenceUpdateData | null = null;
  /** The presence that the last Identify carried, as far as somebody waits for it. */
  #identifiedWith: EncodedCommand | null = null;
  #outlet: Outlet | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param now milliseconds of a clock that nobody sets */
  constructor(maxWaiting: number, now: () => number = () => performance.now()) {
    this.#maxWaiting = maxWaiting;
    this.#now = now;
  }

  /** Commands that wait. */
  get length(): number {
    return this.#waiting.high.length + this.#waiting.normal.length;
  }

  /**
   * Resolves when the command has been given to a connection; nothing says that the gateway has read it.
   * @throws SendError `QUEUE_FULL`, or `CLOSED` when the shard is closed before its turn
   * @throws AbortedError
   */
  push(command: EncodedCommand, { priority = 'normal', signal }: SendOptions = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(new AbortedError(signal.reason));
    if (this.#closed) return Promise.reject(new SendError('CLOSED', 'The shard is closed'));
    const isPresence = command.rule.type === 'presence';
    const presence = isPresence ? this.#waitingPresence : null;
    if ((presence?.callers ?? this.length) >= this.#maxWaiting) {
      return Promise.reject(
        new SendError('QUEUE_FULL', `${this.#maxWaiting} commands wait already; see limits.maxQueuedSends`),
      );
    }
    if (presence !== null) {
      const promise = presence.join(command, signal);
      if (priority === 'high') this.#hasten(presence);
      this.#drain();
      return promise;
    }
    const place = new WaitingCommand((empty) => this.#remove(empty));
    const promise = place.join(command, signal);
    this.#waiting[priority].push(place);
    if (isPresence) this.#waitingPresence = place;
    this.#drain();
    return promise;
  }

  attach(outlet: Outlet): void {
    this.#outlet = outlet;
    this.#drain();
  }

  detach(): void {
    this.#outlet = null;
    this.#clearTimer();
  }

  /** Refuses all that wait and all that come: the shard will not be opened again. */
  close(): void {
    this.#closed = true;
    this.clear();
  }

  /** Refuses all that wait: the shard was stopped. */
  clear(): void {
    this.detach();
    const error = new SendError('CLOSED', 'The shard was closed before the command could be sent');
    for (const place of [...this.#waiting.high.splice(0), ...this.#waiting.normal.splice(0)]) {
      place.refuse(error);
    }
    this.#waitingPresence = null;
  }

  /** The presence that an Identify has to carry; null when none was ever sent. */
  identifyPresence(): GatewayPresenceUpdateData | null {
    const waiting = this.#waitingPresence?.command ?? null;
    this.#identifiedWith = waiting;
    return waiting?.rule.type === 'presence' ? waiting.rule.presence : this.#lastPresence;
  }

  /** The last Identify has been accepted. */
  sessionBegan(): void {
    const place = this.#waitingPresence;
    const command = this.#identifiedWith;
    this.#identifiedWith = null;
    if (place === null || command === null) return;
    if (command.rule.type === 'presence') this.#lastPresence = command.rule.presence;
    place.settleUpTo(command);
    if (place.isEmpty) this.#remove(place);
  }

  #drain(): void {
    this.#clearTimer();
    const outlet = this.#outlet;
    if (outlet === null) return;
    while (this.length > 0) {
      const nowMs = this.#now();
      const limitMs = outlet.limiter.waitMs(nowMs);
      const place = limitMs > 0 ? null : this.#nextDue(nowMs);
      if (place === null) {
        this.#arm(limitMs > 0 ? limitMs : this.#shortestHoldMs(nowMs));
        return;
      }
      outlet.limiter.noteSend(nowMs);
      this.#send(place, outlet, nowMs);
    }
  }

  #send(place: WaitingCommand, { write }: Outlet, nowMs: number): void {
    const { payload, rule } = place;
    if (rule.type === 'presence') {
      this.#presences.note(nowMs);
      this.#lastPresence = rule.presence;
    } else if (rule.type === 'all-members') {
      this.#noteAllMembers(rule.guildId, nowMs);
    }
    this.#remove(place);
    write(payload);
    place.settle();
  }

  /** The first that no limit of its own holds back. */
  #nextDue(nowMs: number): WaitingCommand | null {
    const isDue = (place: WaitingCommand): boolean => this.#holdMs(place, nowMs) <= 0;
    return this.#waiting.high.find(isDue) ?? this.#waiting.normal.find(isDue) ?? null;
  }

  #shortestHoldMs(nowMs: number): number {
    const { high, normal } = this.#waiting;
    return Math.min(...[...high, ...normal].map((place) => this.#holdMs(place, nowMs)));
  }

  #holdMs({ rule }: WaitingCommand, nowMs: number): number {
    switch (rule.type) {
      case 'none':
        return 0;
      case 'presence':
        return this.#presences.waitMs(nowMs);
      case 'all-members': {
        const atMs = this.#allMembersAtMs.get(rule.guildId);
        return atMs === undefined ? 0 : atMs + ALL_MEMBERS_PAUSE_MS - nowMs;
      }
    }
  }

  #noteAllMembers(guildId: string, nowMs: number): void {
    for (const [id, atMs] of this.#allMembersAtMs) {
      if (nowMs - atMs < ALL_MEMBERS_PAUSE_MS) break;
      this.#allMembersAtMs.delete(id);
    }
    this.#allMembersAtMs.delete(guildId);
    this.#allMembersAtMs.set(guildId, nowMs);
  }

  #hasten(place: WaitingCommand): void {
    const at = this.#waiting.normal.indexOf(place);
    if (at >= 0) this.#waiting.high.push(...this.#waiting.normal.splice(at, 1));
  }

  #remove(place: WaitingCommand): void {
    for (const places of [this.#waiting.high, this.#waiting.normal]) {
      const at = places.indexOf(place);
      if (at >= 0) places.splice(at, 1);
    }
    if (this.#waitingPresence === place) this.#waitingPresence = null;
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => this.#drain(), Math.ceil(ms));
  }

  #clearTimer(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
