import { EtfDecoder } from '../encoding/etf-decoder.ts';
import { ETF_VERSION, EtfTag } from '../encoding/etf-tags.ts';
import { etfTermEnd } from '../encoding/etf-term-end.ts';
import { EnvelopeError } from '../errors.ts';

/** Where a value stands in its source; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The outside of a gateway message. */
export interface Peek {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  /** Where `d` stands, when that was cheap to know; null means that only a decode of the whole message tells. */
  readonly d: Span | null;
}

const PAIRS_AT = 2;
const FIRST_PAIR_AT = 6;

/** Of the client's side: Discord sends keys as atoms, too. */
const decoder = new EtfDecoder();

/**
 * Reads `op`, `s` and `t` of a gateway message in ETF without making values of `d`. Keys may come in any order, as
 * binaries or atoms, and others between them; of equal keys the last one counts. When `d` stands last, as with every
 * sender we know, it is not even walked: what is broken in it is found by {@link parseEtfData}. In a compressed term
 * nothing has a place, so that one is decoded as a whole.
 *
 * @throws DecodeError when the bytes are no term
 * @throws EnvelopeError `NOT_AN_OBJECT` or `INVALID_OPCODE`
 * @see https://docs.discord.com/developers/events/gateway-events#payload-structure
 */
export function peekEtf(bytes: Buffer): Peek {
  if (bytes[0] !== ETF_VERSION || bytes[1] !== EtfTag.Map || bytes.length < FIRST_PAIR_AT) {
    return { ...checked(decodeEnvelope(bytes)), d: null };
  }
  let op: unknown;
  let s: unknown;
  let t: unknown;
  let d: Span | null = null;
  let at = FIRST_PAIR_AT;
  for (let left = bytes.readUInt32BE(PAIRS_AT); left > 0; left -= 1) {
    const start = etfTermEnd(bytes, at);
    const end = left === 1 ? bytes.length : etfTermEnd(bytes, start);
    switch (keyText(bytes, at, start)) {
      case 'op':
        op = decoder.decodeTerm(bytes, start, end);
        break;
      case 's':
        s = decoder.decodeTerm(bytes, start, end);
        break;
      case 't':
        t = decoder.decodeTerm(bytes, start, end);
        break;
      case 'd':
        d = { start, end };
        break;
    }
    at = end;
  }
  return { ...checked({ op, s, t }), d };
}

/**
 * Decodes `d`; undefined when there is none.
 * @throws DecodeError when the bytes are no term
 * @throws EnvelopeError `NOT_AN_OBJECT`
 */
export function parseEtfData(bytes: Buffer, { d }: Pick<Peek, 'd'>): unknown {
  return d === null ? decodeEnvelope(bytes).d : decoder.decodeTerm(bytes, d.start, d.end);
}

interface Envelope {
  readonly op?: unknown;
  readonly s?: unknown;
  readonly t?: unknown;
  readonly d?: unknown;
}

function decodeEnvelope(bytes: Buffer): Envelope {
  const value = decoder.decode(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EnvelopeError('NOT_AN_OBJECT', 'The gateway message is not an object');
  }
  return value;
}

function checked({ op, s, t }: Envelope): Omit<Peek, 'd'> {
  if (typeof op !== 'number' || !Number.isInteger(op)) {
    throw new EnvelopeError('INVALID_OPCODE', 'The gateway message has no integer op');
  }
  return {
    op,
    s: typeof s === 'number' && Number.isInteger(s) ? s : null,
    t: typeof t === 'string' ? t : null,
  };
}

/** The key that stands from `start` to `end`; null when it is none of an envelope's. */
function keyText(bytes: Buffer, start: number, end: number): string | null {
  const textAt = start + headerBytes(bytes[start]);
  if (textAt >= end || end - textAt > 2) return null;
  return bytes.toString('latin1', textAt, end);
}

function headerBytes(tag: number | undefined): number {
  switch (tag) {
    case EtfTag.Binary:
      return 5;
    case EtfTag.Atom:
    case EtfTag.AtomUtf8:
      return 3;
    case EtfTag.SmallAtom:
    case EtfTag.SmallAtomUtf8:
      return 2;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
