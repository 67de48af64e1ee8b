import { SyncCodec } from '../harness/sync-codec.ts';
import type { Terms } from './contestant.ts';

/** Where the name of an event stands, at the latest: Discord writes `t`, `s` and `op` first. */
const HEAD_BYTES = 64;
const READY = '"t":"READY"';
const MESSAGE_CREATE = Buffer.from('"t":"MESSAGE_CREATE"');

interface Dispatch {
  readonly t: string | null;
  readonly d: { readonly content: string };
}

/** Inflates, finds the name, and parses what is heard. */
export class FloorReader {
  readonly query: string;
  readonly identify: string;
  isReady = false;
  readonly #decoder: SyncCodec | null;
  readonly #hearsAll: boolean;
  readonly #heard: (told: string) => void;

  constructor({ compression, hearing, token, intents, heard }: Terms) {
    this.query = `v=10&encoding=json${compression === 'none' ? '' : `&compress=${compression}-stream`}`;
    this.identify = JSON.stringify({ op: 2, d: { token, intents, properties: {} } });
    this.#decoder = compression === 'none' ? null : SyncCodec.decompressor(compression);
    this.#hearsAll = hearing === 'all';
    this.#heard = heard;
  }

  read(payload: Buffer): void {
    const text = this.#decoder === null ? payload : this.#decoder.push(payload);
    if (!this.isReady) {
      this.isReady = text.toString('latin1', 0, HEAD_BYTES).includes(READY);
      return;
    }
    if (this.#hearsAll) {
      const { t } = JSON.parse(text.toString()) as Dispatch;
      if (t !== null) this.#heard(t);
      return;
    }
    const at = text.subarray(0, HEAD_BYTES).indexOf(MESSAGE_CREATE);
    if (at >= 0) this.#heard((JSON.parse(text.toString()) as Dispatch).d.content);
  }
}
