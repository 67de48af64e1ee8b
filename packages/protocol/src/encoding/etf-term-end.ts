import { DecodeError } from '../errors.ts';
import { EtfTag } from './etf-tags.ts';

const FLOAT_TEXT_BYTES = 31;

/**
 * Where the term that begins at `start` ends, found without making values of it. Takes time in proportion to its bytes
 * and no memory, however it is nested.
 * @throws DecodeError `MALFORMED` when it goes on behind the bytes, `UNSUPPORTED`
 */
export function etfTermEnd(bytes: Buffer, start: number): number {
  let at = start;
  // Each term takes a byte at least, so what a length claims cannot keep this going.
  for (let pending = 1; pending > 0; pending -= 1) {
    const tag = bytes[at];
    at += 1;
    switch (tag) {
      case EtfTag.Nil:
        break;
      case EtfTag.SmallInteger:
        at += 1;
        break;
      case EtfTag.Integer:
        at += 4;
        break;
      case EtfTag.NewFloat:
        at += 8;
        break;
      case EtfTag.Float:
        at += FLOAT_TEXT_BYTES;
        break;
      case EtfTag.SmallAtom:
      case EtfTag.SmallAtomUtf8:
        at += 1 + uint(bytes, at, 1);
        break;
      case EtfTag.Atom:
      case EtfTag.AtomUtf8:
      case EtfTag.String:
        at += 2 + uint(bytes, at, 2);
        break;
      case EtfTag.Binary:
        at += 4 + uint(bytes, at, 4);
        break;
      case EtfTag.SmallBig:
        at += 2 + uint(bytes, at, 1);
        break;
      case EtfTag.LargeBig:
        at += 5 + uint(bytes, at, 4);
        break;
      case EtfTag.SmallTuple:
        pending += uint(bytes, at, 1);
        at += 1;
        break;
      case EtfTag.LargeTuple:
        pending += uint(bytes, at, 4);
        at += 4;
        break;
      case EtfTag.List:
        // The tail is a term, too.
        pending += uint(bytes, at, 4) + 1;
        at += 4;
        break;
      case EtfTag.Map:
        pending += 2 * uint(bytes, at, 4);
        at += 4;
        break;
      case undefined:
        throw cutOff();
      default:
        throw new DecodeError('UNSUPPORTED', `No gateway message has terms of the tag ${tag}`);
    }
  }
  if (at > bytes.length) throw cutOff();
  return at;
}

function uint(bytes: Buffer, at: number, size: 1 | 2 | 4): number {
  if (at + size > bytes.length) throw cutOff();
  return bytes.readUIntBE(at, size);
}

function cutOff(): DecodeError {
  return new DecodeError('MALFORMED', 'The term goes on behind the end of its bytes');
}
