import type { CloseRecord } from '../api/types.ts';

interface Meaning {
  readonly name: string;
  /** What a client does next, if it does as documented. */
  readonly next: string;
}

const RESUMES = 'The client may resume.';
const IDENTIFIES = 'The client has to identify anew.';
const STOPS = 'The client must not come again: nothing would be better.';

/** @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
export const CLOSE_CODES: Readonly<Record<number, Meaning>> = {
  1000: { name: 'Normal closure', next: 'The session ends with it.' },
  1001: { name: 'Going away', next: 'The session ends with it when the client says so.' },
  4000: { name: 'Unknown error', next: RESUMES },
  4001: { name: 'Unknown opcode', next: RESUMES },
  4002: { name: 'Decode error', next: RESUMES },
  4003: { name: 'Not authenticated', next: `The session is gone. ${IDENTIFIES}` },
  4004: { name: 'Authentication failed', next: STOPS },
  4005: { name: 'Already authenticated', next: RESUMES },
  4007: { name: 'Invalid seq', next: IDENTIFIES },
  4008: { name: 'Rate limited', next: RESUMES },
  4009: { name: 'Session timed out', next: IDENTIFIES },
  4010: { name: 'Invalid shard', next: STOPS },
  4011: { name: 'Sharding required', next: STOPS },
  4012: { name: 'Invalid API version', next: STOPS },
  4013: { name: 'Invalid intent(s)', next: STOPS },
  4014: { name: 'Disallowed intent(s)', next: STOPS },
};

/** What happened, and what it means. */
export function describeClose({ code, by, reason }: Pick<CloseRecord, 'code' | 'by' | 'reason'>): {
  what: string;
  more: string;
} {
  const who = by === 'client' ? 'the client' : 'the server';
  if (code === null) return { what: `Connection lost by ${who}`, more: 'TCP ended without a close frame.' };
  const meaning = CLOSE_CODES[code];
  const name = reason === '' ? (meaning?.name ?? '') : reason;
  return {
    what: `Closed ${code} by ${who}`,
    more: [name, by === 'server' ? meaning?.next : undefined].filter(Boolean).join('. ').replace('..', '.'),
  };
}
