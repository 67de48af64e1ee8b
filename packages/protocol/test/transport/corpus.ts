import { SharedBody } from '../../src/transport/shared-body.ts';
import type { WireMessage } from '../../src/transport/wire-format.ts';
import type { ConnectionEncoder } from './connection-encoder.ts';

/** Numbers from 0 up to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = ['guild', 'member', 'ünïcode', '🎉', '"quoted"', 'presence', 'online', '\\', 'message', '\n'];

/** Text of about so many characters that compresses like chat. */
export function chatter(length: number, random: () => number): string {
  let text = '';
  while (text.length < length) {
    text += random() < 0.3 ? String(Math.floor(random() * 1e9)) : WORDS[Math.floor(random() * WORDS.length)];
    text += ' ';
  }
  return text.slice(0, length).toWellFormed();
}

/** Text of so many characters that hardly compresses at all. */
export function noise(length: number, random: () => number): string {
  return Array.from({ length }, () => String.fromCharCode(0x20 + Math.floor(random() * 0x5f))).join('');
}

/** `d` of a dispatch, in JSON, about as long as asked. */
export function payload(length: number, random: () => number): string {
  if (length < 2) return String(length);
  const content = random() < 0.25 ? noise(length, random) : chatter(length, random);
  return JSON.stringify({ id: String(Math.floor(random() * 2 ** 50)), content, embeds: [], tts: false });
}

export const BODY_LENGTHS = [1, 2, 30, 120, 400, 900, 1_000, 1_300, 4_000, 16_384, 33_000, 70_000, 300_000];

export interface Sent {
  readonly message: WireMessage;
  /** What JSON.parse must make of it. */
  readonly value: unknown;
}

/** A pool of bodies for several connections, as the events of a guild. */
export function bodies(
  random: () => number,
): readonly { readonly body: SharedBody; readonly t: string; readonly d: string }[] {
  return BODY_LENGTHS.map((length) => {
    const d = payload(length, random);
    const t = random() < 0.5 ? 'MESSAGE_CREATE' : 'PRESENCE_UPDATE';
    return { body: new SharedBody(t, d), t, d };
  });
}

/** What a connection sends: dispatches of the shared bodies with sequence numbers of any size, and texts between. */
export function conversation(
  encoder: ConnectionEncoder,
  shared: ReturnType<typeof bodies>,
  count: number,
  random: () => number,
): Sent[] {
  const sent: Sent[] = [];
  while (sent.length < count) {
    if (random() < 0.25) {
      const length = Math.floor(random() ** 3 * 5_000);
      const text = JSON.stringify({
        op: 11,
        d: random() < 0.5 ? null : chatter(length, random),
        s: null,
        t: null,
      });
      sent.push({ message: encoder.text(text), value: JSON.parse(text) });
      continue;
    }
    const { body, t, d } = shared[Math.floor(random() * shared.length)] ?? {};
    if (body === undefined || t === undefined || d === undefined) continue;
    const s = Math.floor(10 ** (random() * 10));
    sent.push({ message: encoder.dispatch(s, body), value: { s, t, op: 0, d: JSON.parse(d) } });
  }
  return sent;
}
