import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { guildOf } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type { Channel, Snowflake, StickerItem } from './entities.ts';
import { WorldError } from './errors.ts';
import type { ReceivedFile } from './files.ts';
import type { Sticker } from './guild-records.ts';
import { RecordTable } from './record-table.ts';
import { codePoints, requireText } from './values.ts';
import type { World } from './world.ts';

const MIN_NAME_LENGTH = 2;
const MAX_NAME_LENGTH = 30;
const MAX_DESCRIPTION_LENGTH = 100;
const MAX_TAGS_LENGTH = 200;
/** Slots that boosts add. */
const SLOTS_OF_TIER: Readonly<Record<number, number>> = { 1: 10, 2: 25, 3: 55 };
const EXTENSIONS: Readonly<Record<number, string>> = { 1: 'png', 2: 'png', 3: 'json', 4: 'gif' };
const AUDITED = ['name', 'description', 'tags', 'format_type'] as const;

export interface StickerInput {
  /** 2 to 30 characters. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string | null;
  /** 1 to 200 characters: words by which it is found. */
  readonly tags: string;
  /** 1 PNG, 2 APNG, 3 Lottie, 4 GIF. */
  readonly formatType: number;
  readonly creatorId: Snowflake;
  /** Its picture, of that format. Default: one that is not kept. */
  readonly file?: ReceivedFile;
}

export type StickerPatch = Partial<Pick<StickerInput, 'name' | 'description' | 'tags'>>;

/** Where the server gives the picture back, below its own address. */
export function stickerPath({ id, format_type }: Pick<Sticker, 'id' | 'format_type'>): string {
  return `/stickers/${id}.${EXTENSIONS[format_type]}`;
}

/** Stickers of guilds. A sticker has the id of its file. */
export class Stickers {
  readonly #world: World;
  readonly #stickers: RecordTable<'stickers'>;

  constructor(world: World, stored: readonly Sticker[]) {
    this.#world = world;
    this.#stickers = new RecordTable(world, 'stickers', stored, ({ id }) => id);
  }

  /** @throws WorldError UNKNOWN_STICKER */
  require(id: Snowflake): Sticker {
    const sticker = this.#stickers.get(id);
    if (sticker === undefined) throw new WorldError('UNKNOWN_STICKER', `no sticker ${id}`);
    return sticker;
  }

  /** @throws WorldError UNKNOWN_STICKER */
  requireOfGuild(guildId: Snowflake, id: Snowflake): Sticker {
    const sticker = this.require(id);
    if (sticker.guild_id !== guildId) {
      throw new WorldError('UNKNOWN_STICKER', `no sticker ${id} in guild ${guildId}`);
    }
    return sticker;
  }

  /**
   * What a message shows of them.
   * @throws WorldError STICKER_NOT_USABLE unless all are of the channel's guild
   */
  itemsFor(channel: Channel, ids: readonly Snowflake[]): readonly StickerItem[] {
    return ids.map((id) => {
      const sticker = this.#stickers.get(id);
      if (sticker === undefined || sticker.guild_id !== guildOf(channel)) {
        throw new WorldError('STICKER_NOT_USABLE', `channel ${channel.id} takes no sticker ${id}`);
      }
      return { id, name: sticker.name, format_type: sticker.format_type };
    });
  }

  /** By id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Sticker> {
    return this.#stickers.ofGuild(guildId);
  }

  /** GUILD_STICKERS_UPDATE. @throws WorldError UNKNOWN_GUILD, INVALID_VALUE, LIMIT_REACHED:stickersPerGuild */
  create(guildId: Snowflake, input: StickerInput, actor?: Actor): Sticker {
    const { journal, guilds, limits } = this.#world;
    journal.assertWritable();
    guilds.require(guildId);
    const slots = limits.stickersPerGuild + (SLOTS_OF_TIER[guilds.require(guildId).premium_tier] ?? 0);
    if (this.ofGuild(guildId).size >= slots) {
      throw new WorldError('LIMIT_REACHED:stickersPerGuild', `the guild has at most ${slots} stickers`);
    }
    const { name, description, tags } = requireFields(input);
    const { file } = input;
    const sticker: Sticker = {
      id: file?.id ?? this.#world.nextId(),
      guild_id: guildId,
      name,
      description,
      tags,
      format_type: input.formatType,
      creator_id: input.creatorId,
    };
    if (file !== undefined) this.#world.files.keep(file, stickerPath(sticker));
    this.#stickers.put(sticker);
    this.#tell(null, sticker, AuditEvent.STICKER_CREATE, actor);
    return sticker;
  }

  /** GUILD_STICKERS_UPDATE. @throws WorldError UNKNOWN_STICKER, INVALID_VALUE */
  update(id: Snowflake, patch: StickerPatch, actor?: Actor): Sticker {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const sticker: Sticker = { ...old, ...requireFields({ ...old, ...patch }) };
    this.#stickers.put(sticker);
    this.#tell(old, sticker, AuditEvent.STICKER_UPDATE, actor);
    return sticker;
  }

  /** GUILD_STICKERS_UPDATE. @throws WorldError UNKNOWN_STICKER */
  delete(id: Snowflake, actor?: Actor): void {
    this.#world.journal.assertWritable();
    const sticker = this.require(id);
    this.#stickers.delete(sticker);
    this.#world.files.release(id);
    this.#tell(sticker, null, AuditEvent.STICKER_DELETE, actor);
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    for (const id of this.ofGuild(guildId).keys()) this.#world.files.release(id);
    this.#stickers.forgetGuild(guildId);
  }

  #tell(old: Sticker | null, now: Sticker | null, action: 90 | 91 | 92, actor: Actor | undefined): void {
    const sticker = now ?? old;
    if (sticker === null) return;
    const { journal, views, auditLog } = this.#world;
    const { guild_id: guildId, id: targetId } = sticker;
    const stickers = views.records.stickersOf(guildId);
    journal.emit(guildDispatch('GUILD_STICKERS_UPDATE', guildId, { guild_id: guildId, stickers }));
    auditLog.add(guildId, actor, { action, targetId, changes: changesBetween<Sticker>(old, now, AUDITED) });
  }
}

function requireFields({
  name,
  description,
  tags,
}: Pick<StickerInput, 'name' | 'description' | 'tags'>): Pick<Sticker, 'name' | 'description' | 'tags'> {
  if (codePoints(name.trim()) < MIN_NAME_LENGTH) {
    throw new WorldError('INVALID_VALUE', `a sticker name has at least ${MIN_NAME_LENGTH} characters`);
  }
  if (description !== null && codePoints(description) > MAX_DESCRIPTION_LENGTH) {
    throw new WorldError('INVALID_VALUE', `a description has at most ${MAX_DESCRIPTION_LENGTH} characters`);
  }
  return {
    name: requireText('sticker name', name, MAX_NAME_LENGTH),
    description,
    tags: requireText('tags', tags, MAX_TAGS_LENGTH),
  };
}
