import { etfEncoding } from '../encoding/encoding.ts';
import { etfDispatchBody } from '../envelope/etf-splice.ts';
import { dispatchBody } from '../envelope/splice.ts';
import { BodyForms } from './body-forms.ts';

const etf = etfEncoding();

/** The part of a dispatch that all its receivers share, in the encodings and forms that they need. */
export class SharedBody {
  /** Length of the JSON text in UTF-8. */
  readonly byteLength: number;
  /** Dropped once its bytes exist. */
  #text: string | null;
  #json: BodyForms | null = null;
  #etf: BodyForms | null = null;

  /**
   * @param name of the event
   * @param dJson `d` in JSON
   */
  constructor(name: string, dJson: string) {
    this.#text = dispatchBody(name, dJson);
    this.byteLength = Buffer.byteLength(this.#text);
  }

  get json(): BodyForms {
    if (this.#json === null) {
      // Not from the pool: a replay buffer keeps it for minutes, and would keep 8 KiB of pool with it.
      const plain = Buffer.allocUnsafeSlow(this.byteLength);
      plain.write(this.#text ?? '');
      this.#text = null;
      this.#json = new BodyForms(plain);
    }
    return this.#json;
  }

  /** Made from the JSON text: what `d` was made of may have changed since. */
  get etf(): BodyForms {
    if (this.#etf === null) {
      const { t, d }: { readonly t: string; readonly d: unknown } = JSON.parse(
        `{${this.json.plain.toString()}`,
      );
      this.#etf = new BodyForms(etfDispatchBody(t, etf.encode(d)));
    }
    return this.#etf;
  }
}
