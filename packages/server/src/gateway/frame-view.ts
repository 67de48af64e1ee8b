import { Opcode, type SharedBody, type WireFormat, wireFormat } from '@guildhall/protocol';
import type { FrameCursor, FramePage, GatewayFrame } from './control.ts';
import { type LoggedFrame, REDACTED } from './frame-log.ts';
import type { Session } from './session.ts';

/** Text of a dispatch that is shown; of a larger one only the size. */
const MAX_SHOWN_BYTES = 65_536;
/** In INTERACTION_CREATE and VOICE_SERVER_UPDATE, and in what clients send. */
const TOKEN = 'token';

/**
 * The last messages of a session: the replay buffer holds the dispatches, the log the rest. Nothing is decoded before
 * somebody asks here.
 */
export function framesOf(session: Session, after: FrameCursor | null, limit: number): FramePage {
  const { replay, frames: log, seq } = session;
  const format = wireFormat(session.encoding, session.transport);
  const others = log.frames.filter(({ number }) => number > (after?.count ?? 0));
  const dispatches = replay.newest(limit, after?.seq ?? 0);
  const frames: GatewayFrame[] = [];
  let next = 0;
  const takeDispatches = (upTo: number) => {
    for (let entry = dispatches[next]; entry !== undefined && entry[0] <= upTo; entry = dispatches[next]) {
      frames.push(dispatchFrame(...entry, format, null));
      next += 1;
    }
  };
  for (const logged of others) {
    takeDispatches(logged.afterSeq);
    frames.push(loggedFrame(logged, format));
  }
  takeDispatches(seq);
  return { frames: frames.slice(-limit), cursor: { seq, count: log.count } };
}

function loggedFrame({ from, atMs, said }: LoggedFrame, format: WireFormat): GatewayFrame {
  const at = new Date(atMs).toISOString();
  const nothing = { from, at, t: null, s: null, d: null, bytes: null, wireBytes: null, close: null };
  switch (said.kind) {
    case 'payload':
      return { ...nothing, op: said.op, d: withoutTokens(said.d), bytes: said.bytes };
    case 'close': {
      const { code, by, reason } = said.close;
      return { ...nothing, op: null, close: { code, by, reason } };
    }
    case 'dispatch':
      return said.body === null
        ? { ...nothing, op: Opcode.DISPATCH, s: said.s }
        : dispatchFrame(said.s, said.body, format, at);
  }
}

function dispatchFrame(s: number, body: SharedBody, format: WireFormat, at: string | null): GatewayFrame {
  const { t, d } = decoded(body);
  const sizes = { bytes: body.byteLength, wireBytes: format.dispatchBytes(body) };
  return { from: 'server', at, op: Opcode.DISPATCH, t, s, d, ...sizes, close: null };
}

function decoded(body: SharedBody): { readonly t: string | null; readonly d: unknown } {
  const text = `{${body.json.plain.toString()}`;
  const { t, d } = JSON.parse(text) as { readonly t: string; readonly d: unknown };
  return { t, d: body.byteLength > MAX_SHOWN_BYTES ? null : withoutTokens(d) };
}

function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === TOKEN && typeof held === 'string' ? REDACTED : withoutTokens(held),
    ]),
  );
}
