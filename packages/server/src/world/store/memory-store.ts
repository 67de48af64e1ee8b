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
      bans: [],
      audit_log_entries: [],
      invites: [],
      emojis: [],
      stickers: [],
      soundboard_sounds: [],
      scheduled_events: [],
      auto_moderation_rules: [],
      stage_instances: [],
      meta: [],
    };
  }

  async commit(): Promise<void> {}

  async close(): Promise<void> {}
}
