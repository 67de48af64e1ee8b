import type { Channel, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { partialChannel, partialMember } from './interaction-payload.ts';
import type { World } from './world.ts';

/** Where a user is when something is used, and whose it is. */
export interface Place {
  readonly userId: Snowflake;
  readonly channel: Channel;
  /** Null in a DM. */
  readonly guildId: Snowflake | null;
  readonly applicationId: Snowflake;
  readonly botUserId: Snowflake;
}

/** A file that a user gives to a command or a modal. */
export interface AttachmentInput {
  readonly filename: string;
  /** Where its content is found. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  readonly description?: string;
  readonly width?: number;
  readonly height?: number;
}

type Kind = 'users' | 'members' | 'roles' | 'channels' | 'messages' | 'attachments';

/**
 * Gathers what the ids in an interaction stand for.
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-resolved-data-structure
 */
export class Resolved {
  readonly #world: World;
  readonly #place: Place;
  readonly #entries = new Map<Kind, Map<Snowflake, object>>();

  constructor(world: World, place: Place) {
    this.#world = world;
    this.#place = place;
  }

  /** `{resolved}`, or nothing when there is nothing in it. */
  field(): { readonly resolved?: object } {
    if (this.#entries.size === 0) return {};
    const kinds = [...this.#entries].map(([kind, entries]) => [kind, Object.fromEntries(entries)]);
    return { resolved: Object.fromEntries(kinds) };
  }

  /** @throws WorldError UNKNOWN_USER */
  user(id: Snowflake): void {
    const { users, members, views } = this.#world;
    const { guildId, channel } = this.#place;
    this.#add('users', id, views.user(users.require(id)));
    const member = guildId === null ? undefined : members.get(guildId, id);
    if (member !== undefined) this.#add('members', id, partialMember(this.#world, member, channel.id));
  }

  /** @throws WorldError UNKNOWN_ROLE when the guild has no such role */
  role(id: Snowflake): void {
    const { guildId } = this.#place;
    const role = guildId === null ? undefined : this.#world.roles.ofGuild(guildId).get(id);
    if (role === undefined) throw new WorldError('UNKNOWN_ROLE', `no role ${id} here`);
    this.#add('roles', id, this.#world.views.role(role));
  }

  /** A user or a role. @throws WorldError UNKNOWN_USER */
  mentionable(id: Snowflake): void {
    const { guildId } = this.#place;
    if (guildId !== null && this.#world.roles.ofGuild(guildId).has(id)) this.role(id);
    else this.user(id);
  }

  /**
   * @param types the only types that are taken; any, when empty
   * @throws WorldError UNKNOWN_CHANNEL when the guild has no such channel; INVALID_VALUE for another type
   */
  channel(id: Snowflake, types: readonly number[]): void {
    const { guildId, userId, botUserId } = this.#place;
    const channel = guildId === null ? undefined : this.#world.channels.ofGuild(guildId).get(id);
    if (channel === undefined) throw new WorldError('UNKNOWN_CHANNEL', `no channel ${id} here`);
    if (types.length > 0 && !types.includes(channel.type)) {
      throw new WorldError(
        'INVALID_VALUE',
        `channel ${channel.name} has type ${channel.type}; allowed are ${types.join(', ')}`,
      );
    }
    this.#add('channels', id, partialChannel(this.#world, channel, userId, botUserId));
  }

  message(message: Message): void {
    this.#add('messages', message.id, this.#world.views.message(message, this.#place.botUserId));
  }

  /** @returns the id under which it stands */
  attachment({ filename, url, size, contentType, description, width, height }: AttachmentInput): Snowflake {
    const id = this.#world.nextId();
    this.#add('attachments', id, {
      id,
      filename,
      size,
      url,
      proxy_url: url,
      ephemeral: true,
      ...(contentType === undefined ? {} : { content_type: contentType }),
      ...(description === undefined ? {} : { description }),
      ...(width === undefined || height === undefined ? {} : { width, height }),
    });
    return id;
  }

  #add(kind: Kind, id: Snowflake, value: object): void {
    const entries = this.#entries.get(kind) ?? new Map<Snowflake, object>();
    entries.set(id, value);
    this.#entries.set(kind, entries);
  }
}
