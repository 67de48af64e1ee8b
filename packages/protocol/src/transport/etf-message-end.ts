import { ETF_VERSION, EtfTag } from '../encoding/etf-tags.ts';
import { EtfTermWalk } from '../encoding/etf-term-end.ts';
import { DecodeError } from '../errors.ts';
import type { MessageEnd } from './message-end.ts';

/** A message in ETF is the version and one term. What is none, and a compressed term, are for its reader to judge. */
export class EtfMessageEnd implements MessageEnd {
  readonly binary = true;
  /** Within a message whose end has not come; so no byte of it is walked twice. */
  #walk: EtfTermWalk | null = null;

  isWhole(text: Buffer): boolean {
    const walk = this.#walk ?? new EtfTermWalk(1);
    this.#walk = null;
    if (text.length > 0 && text[0] !== ETF_VERSION) return true;
    if (text[1] === EtfTag.Compressed) return true;
    if (!walk.advance(text)) {
      this.#walk = walk;
      return false;
    }
    if (walk.at < text.length) throw new DecodeError('MALFORMED', 'Bytes follow the term');
    return true;
  }
}
