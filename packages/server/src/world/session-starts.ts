import type { SessionStartCount, Snowflake } from './entities.ts';
import type { World } from './world.ts';

/** How many gateway sessions applications have started of late: a restart does not give them the day's starts anew. */
export class SessionStarts {
  readonly #world: World;
  readonly #counts = new Map<Snowflake, SessionStartCount>();

  constructor(world: World, stored: readonly SessionStartCount[]) {
    this.#world = world;
    for (const count of stored) this.#counts.set(count.id, count);
  }

  get(applicationId: Snowflake): SessionStartCount | undefined {
    return this.#counts.get(applicationId);
  }

  /** @throws WorldError UNKNOWN_APPLICATION */
  put(count: SessionStartCount): void {
    const { journal, applications } = this.#world;
    journal.assertWritable();
    applications.require(count.id);
    this.#counts.set(count.id, count);
    journal.record({ kind: 'put', table: 'session_starts', record: count });
  }

  /** @internal for Applications.delete. */
  forgetApplication(applicationId: Snowflake): void {
    if (!this.#counts.delete(applicationId)) return;
    this.#world.journal.record({ kind: 'delete', table: 'session_starts', id: applicationId });
  }
}
