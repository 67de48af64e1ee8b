/**
 * How many payloads a client may send on one connection.
 * A fixed window that opens with the first payload after the last window ended: clients keep fixed windows of their
 * own, and a sliding one would close connections that behave well.
 * @see https://docs.discord.com/developers/events/gateway#rate-limiting
 */
export interface SendWindow {
  readonly startedAtMs: number;
  readonly count: number;
}

export const EMPTY_SEND_WINDOW: SendWindow = { startedAtMs: Number.NEGATIVE_INFINITY, count: 0 };

/** The window after one more payload. */
export function countSend(window: SendWindow, nowMs: number, windowMs: number): SendWindow {
  if (nowMs - window.startedAtMs >= windowMs) return { startedAtMs: nowMs, count: 1 };
  return { startedAtMs: window.startedAtMs, count: window.count + 1 };
}
