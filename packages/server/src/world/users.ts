import type { UserFlags } from 'discord-api-types/v10';
import { guildDispatch, userDispatch } from './dispatch.ts';
import type { Snowflake, User } from './entities.ts';
import { WorldError } from './errors.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 32;
const OWNER_META_KEY = 'owner-user-id';

export interface UserInput {
  /** 1 to 32 characters; need not be unique. */
  readonly username: string;
  /** The name shown; 1 to 32 characters. Default null: the username is shown. */
  readonly globalName?: string | null;
  /** Default false. */
  readonly bot?: boolean;
  readonly avatar?: string | null;
}

export interface UserPatch {
  readonly username?: string;
  readonly globalName?: string | null;
  readonly avatar?: string | null;
  readonly banner?: string | null;
}

export class Users {
  readonly #world: World;
  readonly #users = new Map<Snowflake, User>();

  constructor(world: World, stored: readonly User[]) {
    this.#world = world;
    for (const user of stored) this.#users.set(user.id, user);
  }

  /** @throws WorldError INVALID_VALUE, LIMIT_REACHED:users */
  create(input: UserInput): User {
    const world = this.#world;
    world.journal.assertWritable();
    if (this.#users.size >= world.limits.users) {
      throw new WorldError('LIMIT_REACHED:users', `a world has at most ${world.limits.users} users`);
    }
    const user: User = {
      id: world.nextId(),
      username: requireText('username', input.username, MAX_NAME_LENGTH),
      discriminator: '0',
      global_name: optionalName(input.globalName ?? null),
      avatar: input.avatar ?? null,
      public_flags: 0 as UserFlags,
      bot: input.bot ?? false,
    };
    this.#put(user);
    return user;
  }

  get(id: Snowflake): User | undefined {
    return this.#users.get(id);
  }

  /** @throws WorldError UNKNOWN_USER */
  require(id: Snowflake): User {
    const user = this.#users.get(id);
    if (user === undefined) throw new WorldError('UNKNOWN_USER', `no user ${id}`);
    return user;
  }

  get count(): number {
    return this.#users.size;
  }

  /** All users, oldest first. */
  list(): readonly User[] {
    return [...this.#users.values()];
  }

  /**
   * USER_UPDATE to the user itself, GUILD_MEMBER_UPDATE in each of its guilds.
   * @throws WorldError UNKNOWN_USER, INVALID_VALUE
   */
  update(id: Snowflake, patch: UserPatch): User {
    const { journal, guilds, members, views } = this.#world;
    journal.assertWritable();
    const old = this.require(id);
    const user: User = {
      ...old,
      username:
        patch.username === undefined
          ? old.username
          : requireText('username', patch.username, MAX_NAME_LENGTH),
      global_name: patch.globalName === undefined ? old.global_name : optionalName(patch.globalName),
      avatar: patch.avatar === undefined ? old.avatar : patch.avatar,
      banner: patch.banner === undefined ? (old.banner ?? null) : patch.banner,
    };
    this.#put(user);
    journal.emit(userDispatch('USER_UPDATE', id, views.selfUser(user)));
    for (const guildId of guilds.ofUser(id)) {
      const d = views.memberUpdate(members.require(guildId, id));
      journal.emit(guildDispatch('GUILD_MEMBER_UPDATE', guildId, d, user.bot ? [id] : []));
    }
    return user;
  }

  /** The human whom this world belongs to: owner of applications and guilds made without one. Made on first need. */
  worldOwner(): User {
    const known = this.#world.meta.get(OWNER_META_KEY);
    const user = known === undefined ? undefined : this.#users.get(known);
    if (user !== undefined) return user;
    const owner = this.create({ username: 'owner', globalName: 'Owner' });
    this.#world.meta.set(OWNER_META_KEY, owner.id);
    return owner;
  }

  #put(user: User): void {
    this.#users.set(user.id, user);
    this.#world.journal.record({ kind: 'put', table: 'users', record: user });
  }
}

function optionalName(name: string | null): string | null {
  return name === null ? null : requireText('global name', name, MAX_NAME_LENGTH);
}
