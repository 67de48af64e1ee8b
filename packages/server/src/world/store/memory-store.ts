import type { Store, StoredWorld } from './store.ts';

/** Keeps nothing: the world lives as long as the process. */
export class MemoryStore implements Store {
  async load(): Promise<StoredWorld> {
    return {
      applications: [],
      users: [],
      guilds: [],
      roles: [],
      channels: [],
      members: [],
      messages: [],
      meta: [],
      commands: [],
      command_permissions: [],
    };
  }

  async commit(): Promise<void> {}

  async close(): Promise<void> {}
}
