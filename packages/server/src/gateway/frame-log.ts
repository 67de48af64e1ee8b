import { Opcode, type SharedBody } from '@guildhall/protocol';
import type { CloseRecord } from './control.ts';

/** What was said over a connection besides the dispatches of the replay buffer. */
export interface LoggedFrame {
  /** Counts up within the session. */
  readonly number: number;
  readonly from: 'client' | 'server';
  readonly atMs: number;
  /** The last dispatch that went before it. */
  readonly afterSeq: number;
  readonly said:
    | { readonly kind: 'payload'; readonly op: number; readonly d: unknown; readonly bytes: number | null }
    /** READY or RESUMED. */
    | { readonly kind: 'dispatch'; readonly s: number; readonly body: SharedBody | null }
    | { readonly kind: 'close'; readonly close: CloseRecord };
}

export type NotedFrame = Omit<LoggedFrame, 'number'>;

const MAX_FRAMES = 40;
/** Of heartbeats and their acknowledgements: a quiet hour must not push out what happened before it. */
const MAX_BEATS = 8;
/** What is larger is remembered without its content: a session costs little whatever its client sends. */
const MAX_PAYLOAD_BYTES = 1_024;
const MAX_BODY_BYTES = 16_384;

/**
 * A short memory of what client and server have said: heartbeats, commands, op 7 and 9, closes. Values are kept as they
 * were decoded, and nothing is noted for a dispatch.
 */
export class FrameLog {
  readonly #isKept: boolean;
  readonly #frames: LoggedFrame[] = [];
  #count = 0;
  #beats = 0;

  /** @param isKept whether it remembers anything at all */
  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** Oldest first. */
  get frames(): readonly LoggedFrame[] {
    return this.#frames;
  }

  note(frame: NotedFrame): void {
    if (!this.#isKept) return;
    this.#count += 1;
    this.#frames.push({ ...frame, number: this.#count });
    if (isBeat(frame)) this.#beats += 1;
    if (this.#beats > MAX_BEATS) this.#drop(this.#frames.findIndex(isBeat));
    else if (this.#frames.length > MAX_FRAMES) this.#drop(0);
  }

  noteDispatch(atMs: number, s: number, body: SharedBody): void {
    const kept = body.byteLength <= MAX_BODY_BYTES ? body : null;
    this.note({ from: 'server', atMs, afterSeq: s - 1, said: { kind: 'dispatch', s, body: kept } });
  }

  #drop(index: number): void {
    const [dropped] = this.#frames.splice(index, 1);
    if (dropped !== undefined && isBeat(dropped)) this.#beats -= 1;
  }
}

function isBeat({ said }: Pick<LoggedFrame, 'said'>): boolean {
  return said.kind === 'payload' && (said.op === Opcode.HEARTBEAT || said.op === Opcode.HEARTBEAT_ACK);
}

/**
 * A payload of a client; null when it is none. The token is forgotten here: what is not kept cannot be shown.
 * @param value as it was decoded, whatever it is
 * @param bytes of its message
 */
export function clientFrame(
  value: unknown,
  bytes: number,
  { atMs, afterSeq }: Pick<NotedFrame, 'atMs' | 'afterSeq'>,
): NotedFrame | null {
  if (typeof value !== 'object' || value === null || !('op' in value)) return null;
  const { op, d = null } = value as { readonly op: unknown; readonly d?: unknown };
  if (typeof op !== 'number') return null;
  const kept = bytes <= MAX_PAYLOAD_BYTES ? withoutToken(d) : null;
  return { from: 'client', atMs, afterSeq, said: { kind: 'payload', op, d: kept, bytes } };
}

function withoutToken(d: unknown): unknown {
  return typeof d === 'object' && d !== null && 'token' in d ? { ...d, token: REDACTED } : d;
}

export const REDACTED = '[redacted]';
