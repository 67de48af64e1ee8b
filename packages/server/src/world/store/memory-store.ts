import { MemoryFileStore } from './memory-file-store.ts';
import { deletedFiles, type RowChange, type Store, type StoredWorld } from './store.ts';

/** Keeps no rows: the world lives as long as the process. */
export class MemoryStore implements Store {
  readonly files = new MemoryFileStore();

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
      files: [],
      session_starts: [],
      threads: [],
      thread_members: [],
      webhooks: [],
      meta: [],
      commands: [],
      command_permissions: [],
      skus: [],
      entitlements: [],
    };
  }

  async commit(changes: readonly RowChange[]): Promise<void> {
    await this.files.delete(deletedFiles(changes));
  }

  async close(): Promise<void> {}
}
