import type { SharedBody, WireFormat } from '@guildhall/protocol';
import { Template } from './template.ts';

/** Then it is sent without waiting for the end of the turn: a long burst must not become one giant write. */
const FULL_BYTES = 65_536;
const FULL_DISPATCHES = 256;

/**
 * The dispatches that a connection is owed in this turn of the event loop, as a node of a tree: the path from the root
 * spells them out. Connections that hear the same stand at the same node, found by one comparison for each dispatch,
 * and share its templates.
 */
export class Batch {
  /** How many dispatches. */
  readonly length: number;
  readonly #body: SharedBody | null;
  readonly #before: Batch | null;
  /** Length of the JSON texts; what goes on the wire is of this order. */
  readonly #bytes: number;
  /** The way that was taken last, which the next connection will most likely take, too. */
  #lastNext: Batch | null = null;
  #otherNexts: Map<SharedBody, Batch> | null = null;
  readonly #templates: { readonly format: WireFormat; readonly template: Template }[] = [];

  /** The empty batch of a turn. */
  static root(): Batch {
    return new Batch(null, null);
  }

  private constructor(before: Batch | null, body: SharedBody | null) {
    this.#before = before;
    this.#body = body;
    this.length = before === null ? 0 : before.length + 1;
    this.#bytes = before === null || body === null ? 0 : before.#bytes + body.byteLength;
  }

  get isFull(): boolean {
    return this.#bytes >= FULL_BYTES || this.length >= FULL_DISPATCHES;
  }

  /** This batch and one more dispatch. */
  with(body: SharedBody): Batch {
    const last = this.#lastNext;
    if (last !== null && last.#body === body) return last;
    const next = this.#otherNexts?.get(body) ?? new Batch(this, body);
    if (last !== null) {
      this.#otherNexts ??= new Map();
      if (last.#body !== null) this.#otherNexts.set(last.#body, last);
    }
    this.#lastNext = next;
    return next;
  }

  template(format: WireFormat): Template {
    for (const made of this.#templates) if (made.format === format) return made.template;
    const template = new Template(format, this.#bodies());
    this.#templates.push({ format, template });
    return template;
  }

  #bodies(): readonly SharedBody[] {
    const bodies: SharedBody[] = [];
    for (let node: Batch | null = this; node !== null && node.#body !== null; node = node.#before) {
      bodies.push(node.#body);
    }
    return bodies.reverse();
  }
}
