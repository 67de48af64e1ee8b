import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { SoundboardSound } from './guild-records.ts';
import { RecordTable } from './record-table.ts';
import { codePoints, requireText } from './values.ts';
import type { World } from './world.ts';

const MIN_NAME_LENGTH = 2;
const MAX_NAME_LENGTH = 32;
const AUDITED = ['name', 'volume', 'emoji_id', 'emoji_name'] as const;

export interface SoundInput {
  /** 2 to 32 characters. */
  readonly name: string;
  /** 0 to 1. Default 1. */
  readonly volume?: number;
  readonly emojiId?: Snowflake | null;
  readonly emojiName?: string | null;
  readonly creatorId: Snowflake;
}

export type SoundPatch = Partial<Omit<SoundInput, 'creatorId'>>;

/** Sounds of guilds. What they sound like is not kept. */
export class Soundboard {
  readonly #world: World;
  readonly #sounds: RecordTable<'soundboard_sounds'>;

  constructor(world: World, stored: readonly SoundboardSound[]) {
    this.#world = world;
    this.#sounds = new RecordTable(world, 'soundboard_sounds', stored, ({ id }) => id);
  }

  /** @throws WorldError UNKNOWN_SOUND */
  require(guildId: Snowflake, id: Snowflake): SoundboardSound {
    const sound = this.ofGuild(guildId).get(id);
    if (sound === undefined) throw new WorldError('UNKNOWN_SOUND', `no sound ${id} in guild ${guildId}`);
    return sound;
  }

  /** By id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, SoundboardSound> {
    return this.#sounds.ofGuild(guildId);
  }

  /** GUILD_SOUNDBOARD_SOUND_CREATE. @throws WorldError UNKNOWN_GUILD, INVALID_VALUE, LIMIT_REACHED:soundsPerGuild */
  create(guildId: Snowflake, input: SoundInput, actor?: Actor): SoundboardSound {
    const { journal, guilds, limits, views, auditLog } = this.#world;
    journal.assertWritable();
    guilds.require(guildId);
    if (this.ofGuild(guildId).size >= limits.soundsPerGuild) {
      throw new WorldError(
        'LIMIT_REACHED:soundsPerGuild',
        `a guild has at most ${limits.soundsPerGuild} sounds`,
      );
    }
    const base: SoundboardSound = {
      id: this.#world.nextId(),
      guild_id: guildId,
      name: '',
      volume: 1,
      emoji_id: null,
      emoji_name: null,
      creator_id: input.creatorId,
    };
    const sound = changedSound(base, input);
    this.#sounds.put(sound);
    const d = views.records.sound(sound, true);
    journal.emit(guildDispatch('GUILD_SOUNDBOARD_SOUND_CREATE', guildId, d));
    const changes = changesBetween<SoundboardSound>(null, sound, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.SOUNDBOARD_SOUND_CREATE, targetId: sound.id, changes });
    return sound;
  }

  /** GUILD_SOUNDBOARD_SOUND_UPDATE. @throws WorldError UNKNOWN_SOUND, INVALID_VALUE */
  update(guildId: Snowflake, id: Snowflake, patch: SoundPatch, actor?: Actor): SoundboardSound {
    const { journal, views, auditLog } = this.#world;
    journal.assertWritable();
    const old = this.require(guildId, id);
    const sound = changedSound(old, patch);
    this.#sounds.put(sound);
    const d = views.records.sound(sound, true);
    journal.emit(guildDispatch('GUILD_SOUNDBOARD_SOUND_UPDATE', guildId, d));
    const changes = changesBetween(old, sound, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.SOUNDBOARD_SOUND_UPDATE, targetId: id, changes });
    return sound;
  }

  /** GUILD_SOUNDBOARD_SOUND_DELETE. @throws WorldError UNKNOWN_SOUND */
  delete(guildId: Snowflake, id: Snowflake, actor?: Actor): void {
    const { journal, auditLog } = this.#world;
    journal.assertWritable();
    const sound = this.require(guildId, id);
    this.#sounds.delete(sound);
    const d = { guild_id: guildId, sound_id: id };
    journal.emit(guildDispatch('GUILD_SOUNDBOARD_SOUND_DELETE', guildId, d));
    const changes = changesBetween<SoundboardSound>(sound, null, AUDITED);
    auditLog.add(guildId, actor, { action: AuditEvent.SOUNDBOARD_SOUND_DELETE, targetId: id, changes });
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#sounds.forgetGuild(guildId);
  }
}

function changedSound(old: SoundboardSound, patch: SoundPatch): SoundboardSound {
  const { name = old.name, volume = old.volume } = patch;
  if (codePoints(name.trim()) < MIN_NAME_LENGTH) {
    throw new WorldError('INVALID_VALUE', `a sound name has at least ${MIN_NAME_LENGTH} characters`);
  }
  if (!(volume >= 0 && volume <= 1)) throw new WorldError('INVALID_VALUE', 'a volume is from 0 to 1');
  return {
    ...old,
    name: requireText('sound name', name, MAX_NAME_LENGTH),
    volume,
    emoji_id: patch.emojiId === undefined ? old.emoji_id : patch.emojiId,
    emoji_name: patch.emojiName === undefined ? old.emoji_name : patch.emojiName,
  };
}
