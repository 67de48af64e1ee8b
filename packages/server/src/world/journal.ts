/**
 * The way of a change: recorded in the turn it is made, gathered with all others of that turn (and of the time
 * a former commit takes), committed in one transaction, and only then told to the bus and to those who wait.
 *
 *   record, emit ──> gathering ──(next turn)──> committing ──> publish in order ──> committed() resolves
 *                                                   └─ fails ──> broken: every waiter gets the error
 *
 * The gathering batch has no bound of its own: whoever asks for a change from outside is answered only after its
 * commit, so no more is gathered than there are requests under way.
 */
import { WorldBrokenError, WorldError } from './errors.ts';
import type { Bus, WorldEvent } from './events.ts';
import type { Logger } from './logger.ts';
import type { RowChange, Store } from './store/store.ts';

type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'broken'; readonly error: WorldBrokenError }
  | { readonly kind: 'closed' };

interface Batch {
  /** By record, so that a record changed twice is written once; order is that of the last change. */
  readonly changes: Map<string, RowChange>;
  readonly events: WorldEvent[];
  readonly done: PromiseWithResolvers<void>;
}

export class Journal {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #log: Logger;
  #state: State = { kind: 'open' };
  #gathering: Batch | null = null;
  #committing: Batch | null = null;

  constructor(store: Store, bus: Bus, log: Logger) {
    this.#store = store;
    this.#bus = bus;
    this.#log = log;
  }

  /**
   * Every mutation begins with this, before it changes anything.
   * @throws WorldBrokenError after a failed commit; WorldError WORLD_CLOSED after close
   */
  assertWritable(): void {
    if (this.#state.kind === 'broken') throw this.#state.error;
    if (this.#state.kind === 'closed') throw new WorldError('WORLD_CLOSED', 'the world has been closed');
  }

  record(change: RowChange): void {
    const { changes } = this.#batch();
    const key = keyOf(change);
    changes.delete(key);
    changes.set(key, change);
  }

  emit(event: WorldEvent): void {
    this.#batch().events.push(event);
  }

  /** Resolves once everything recorded up to now is committed and published; rejects when it could not be. */
  committed(): Promise<void> {
    if (this.#state.kind === 'broken') return Promise.reject(this.#state.error);
    return (this.#gathering ?? this.#committing)?.done.promise ?? Promise.resolve();
  }

  /** Commits what is gathered, then takes no more. */
  async close(): Promise<void> {
    if (this.#state.kind === 'open') this.#state = { kind: 'closed' };
    try {
      await this.committed();
    } catch (error) {
      // Its waiters have it already; closing must still reach the store.
      this.#log.warn({ err: error }, 'closing a world whose last changes were not committed');
    }
  }

  #batch(): Batch {
    this.assertWritable();
    if (this.#gathering === null) {
      this.#gathering = { changes: new Map(), events: [], done: Promise.withResolvers<void>() };
      // Nobody may be waiting; a failure is logged and kept in the state, never an unhandled rejection.
      this.#gathering.done.promise.catch(() => {});
      if (this.#committing === null) setImmediate(() => void this.#commitAll());
    }
    return this.#gathering;
  }

  async #commitAll(): Promise<void> {
    while (this.#gathering !== null && this.#state.kind !== 'broken') {
      const batch = this.#gathering;
      this.#gathering = null;
      this.#committing = batch;
      try {
        if (batch.changes.size > 0) await this.#store.commit([...batch.changes.values()]);
      } catch (cause) {
        this.#break(cause);
        return;
      }
      for (const event of batch.events) this.#bus.publish(event);
      batch.done.resolve();
      // Events that listeners cause wait for the next turn, so a chain of them cannot starve the sockets.
      if (this.#gathering !== null) await new Promise<void>((resolve) => setImmediate(resolve));
      this.#committing = null;
    }
  }

  #break(cause: unknown): void {
    const error = new WorldBrokenError(cause);
    this.#state = { kind: 'broken', error };
    this.#log.error({ err: cause }, 'COMMIT FAILED: the world takes no further change until it is restarted');
    this.#committing?.done.reject(error);
    this.#gathering?.done.reject(error);
    this.#committing = null;
    this.#gathering = null;
  }
}

function keyOf(change: RowChange): string {
  switch (change.kind) {
    case 'put':
      if (change.table === 'members') return `members:${change.record.guild_id}:${change.record.user_id}`;
      if (change.table === 'bans') return `bans:${change.record.guild_id}:${change.record.user_id}`;
      if (change.table === 'invites') return `invites:${change.record.code}`;
      if (change.table === 'command_permissions') {
        return `command_permissions:${change.record.guild_id}:${change.record.id}`;
      }
      if (change.table === 'thread_members') {
        return `thread_members:${change.record.thread_id}:${change.record.user_id}`;
      }
      if (change.table === 'meta') return `meta:${change.record.key}`;
      return `${change.table}:${change.record.id}`;
    case 'delete':
      return `${change.table}:${change.id}`;
    case 'delete-command-permissions':
      return `command_permissions:${change.guildId}:${change.id}`;
    case 'delete-member':
      return `members:${change.guildId}:${change.userId}`;
    case 'delete-ban':
      return `bans:${change.guildId}:${change.userId}`;
    case 'delete-thread-member':
      return `thread_members:${change.threadId}:${change.userId}`;
    case 'delete-thread':
      return `threads-gone:${change.threadId}`;
    // Keys of their own: a guild made anew under its old id must not undo the clearing that came before.
    case 'delete-channel':
      return `channels-gone:${change.channelId}`;
    case 'delete-guild':
      return `guilds-gone:${change.guildId}`;
  }
}
