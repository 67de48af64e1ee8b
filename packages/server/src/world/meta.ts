import type { MetaRow } from './store/store.ts';
import type { World } from './world.ts';

/** Small facts about the world itself, by name. Only code of this folder names them, so they need no bound. */
export class Meta {
  readonly #world: World;
  readonly #values = new Map<string, string>();

  constructor(world: World, stored: readonly MetaRow[]) {
    this.#world = world;
    for (const { key, value } of stored) this.#values.set(key, value);
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    this.#world.journal.assertWritable();
    this.#values.set(key, value);
    this.#world.journal.record({ kind: 'put', table: 'meta', record: { key, value } });
  }
}
