import { generateKeyPairSync } from 'node:crypto';
import { PRIVILEGED_INTENTS } from '@guildhall/protocol';
import type { Application, PrivilegedIntent, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { tellIntegration } from './integrations.ts';
import { newToken, tokenHash, userIdInToken } from './token.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 32;
const MAX_DESCRIPTION_LENGTH = 400;

/** Application flag of a privileged intent that is on without Discord's review. */
export const LIMITED_INTENT_FLAGS: Readonly<Record<PrivilegedIntent, number>> = {
  GUILD_PRESENCES: 1 << 13,
  GUILD_MEMBERS: 1 << 15,
  MESSAGE_CONTENT: 1 << 19,
};

export interface ApplicationInput {
  /** 1 to 32 characters. */
  readonly name: string;
  /** At most 400 characters. Default empty. */
  readonly description?: string;
  /** Default: the owner of this world. */
  readonly ownerId?: Snowflake;
  /** Privileged intents that are on from the start. Default none. */
  readonly privilegedIntents?: readonly PrivilegedIntent[];
  /** Default: the application's name. */
  readonly botUsername?: string;
}

export interface ApplicationWithToken {
  readonly application: Application;
  /** Shown here once; the world keeps only its hash. */
  readonly token: string;
}

export class Applications {
  readonly #world: World;
  readonly #applications = new Map<Snowflake, Application>();
  readonly #byBotUser = new Map<Snowflake, Snowflake>();
  readonly #byTokenHash = new Map<string, Snowflake>();

  constructor(world: World, stored: readonly Application[]) {
    this.#world = world;
    for (const application of stored) this.#index(application);
  }

  /**
   * Makes an application with its bot user.
   * @throws WorldError INVALID_VALUE, UNKNOWN_USER (owner), LIMIT_REACHED:applications, LIMIT_REACHED:users
   */
  create(input: ApplicationInput): ApplicationWithToken {
    const world = this.#world;
    world.journal.assertWritable();
    if (this.#applications.size >= world.limits.applications) {
      throw new WorldError(
        'LIMIT_REACHED:applications',
        `a world has at most ${world.limits.applications} applications`,
      );
    }
    const name = requireText('application name', input.name, MAX_NAME_LENGTH);
    const description = requireDescription(input.description ?? '');
    const ownerId =
      input.ownerId === undefined ? world.users.worldOwner().id : world.users.require(input.ownerId).id;
    const bot = world.users.create({ username: input.botUsername ?? name, bot: true });
    const token = newToken(bot.id, world.now());
    const application: Application = {
      id: bot.id,
      name,
      description,
      ownerId,
      botUserId: bot.id,
      tokenHash: tokenHash(token),
      privilegedIntents: normalIntents(input.privilegedIntents ?? []),
      flags: 0,
      verifyKey: newVerifyKey(),
      createdAtMs: world.now(),
    };
    this.#put(application);
    return { application, token };
  }

  get(id: Snowflake): Application | undefined {
    return this.#applications.get(id);
  }

  /** @throws WorldError UNKNOWN_APPLICATION */
  require(id: Snowflake): Application {
    const application = this.#applications.get(id);
    if (application === undefined) throw new WorldError('UNKNOWN_APPLICATION', `no application ${id}`);
    return application;
  }

  /** All applications, oldest first. */
  list(): readonly Application[] {
    return [...this.#applications.values()];
  }

  byBotUser(userId: Snowflake): Application | undefined {
    const id = this.#byBotUser.get(userId);
    return id === undefined ? undefined : this.#applications.get(id);
  }

  /**
   * The application of a bot token (without the word `Bot`), or undefined. The token is looked up by its SHA-256:
   * what the lookup's time could tell is about the hash, which says nothing of a token.
   */
  authenticate(token: string): Application | undefined {
    const id = this.#byTokenHash.get(tokenHash(token));
    return id === undefined ? undefined : this.#applications.get(id);
  }

  /** The application that a token names, valid or not: to tell its owner, never to let anybody in. */
  namedBy(token: string): Application | undefined {
    const userId = userIdInToken(token);
    return userId === null ? undefined : this.byBotUser(userId);
  }

  /** @throws WorldError UNKNOWN_APPLICATION, INVALID_VALUE */
  update(id: Snowflake, patch: { readonly name?: string; readonly description?: string }): Application {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const application: Application = {
      ...old,
      name:
        patch.name === undefined ? old.name : requireText('application name', patch.name, MAX_NAME_LENGTH),
      description: patch.description === undefined ? old.description : requireDescription(patch.description),
    };
    this.#put(application);
    for (const guildId of this.#world.guilds.ofUser(application.botUserId)) {
      tellIntegration(this.#world, guildId, application, 'INTEGRATION_UPDATE');
    }
    return application;
  }

  /**
   * Switches privileged intents to exactly these. One that was on and is not any more revokes the application's
   * sessions (4003); switching one on changes nothing for live sessions.
   * @throws WorldError UNKNOWN_APPLICATION
   */
  setPrivilegedIntents(id: Snowflake, intents: readonly PrivilegedIntent[]): Application {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const application: Application = { ...old, privilegedIntents: normalIntents(intents) };
    const removed = old.privilegedIntents.filter((intent) => !application.privilegedIntents.includes(intent));
    this.#put(application);
    if (removed.length > 0) this.#emitRevoked(id, 'intent-disabled', removed);
    return application;
  }

  /**
   * A new token in place of all former ones; sessions of the old one end.
   * @throws WorldError UNKNOWN_APPLICATION
   */
  resetToken(id: Snowflake): ApplicationWithToken {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const token = newToken(old.botUserId, this.#world.now());
    const application: Application = { ...old, tokenHash: tokenHash(token) };
    this.#put(application);
    this.#emitRevoked(id, 'token-reset', []);
    return { application, token };
  }

  /**
   * Voids the token until the owner resets it (Discord's answer to too many identifies); sessions end.
   * @throws WorldError UNKNOWN_APPLICATION
   */
  revokeToken(id: Snowflake): Application {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    if (old.tokenHash === null) return old;
    const application: Application = { ...old, tokenHash: null };
    this.#put(application);
    this.#emitRevoked(id, 'token-reset', []);
    return application;
  }

  /**
   * Takes the application away. Its sessions end first, then the bot leaves its guilds (a guild that it owns is
   * deleted); the user stays as the author of what it wrote.
   * @throws WorldError UNKNOWN_APPLICATION
   */
  delete(id: Snowflake): void {
    const { journal, guilds, members, presences } = this.#world;
    journal.assertWritable();
    const application = this.require(id);
    const botId = application.botUserId;
    this.#world.commands.deleteAll(id);
    this.#world.commandAccess.deleteAll(id);
    this.#world.sessionStarts.forgetApplication(id);
    this.#world.entitlements.deleteAll(id);
    this.#world.skus.deleteAll(id);
    this.#emitRevoked(id, 'application-deleted', []);
    presences.clear(botId);
    this.#world.emojis.dropApplication(id);
    for (const guildId of [...guilds.ofUser(botId)]) {
      if (guilds.require(guildId).owner_id === botId) guilds.delete(guildId);
      else members.remove(guildId, botId);
    }
    this.#unindex(application);
    journal.record({ kind: 'delete', table: 'applications', id });
  }

  /** The public `flags` of the application: its own and the limited bit of each privileged intent that is on. */
  gatewayFlags(application: Application): number {
    return application.privilegedIntents.reduce(
      (flags, intent) => flags | LIMITED_INTENT_FLAGS[intent],
      application.flags,
    );
  }

  #put(application: Application): void {
    const old = this.#applications.get(application.id);
    if (old !== undefined && old.tokenHash !== null) this.#byTokenHash.delete(old.tokenHash);
    this.#index(application);
    this.#world.journal.record({ kind: 'put', table: 'applications', record: application });
    this.#world.journal.emit({ kind: 'application-changed', applicationId: application.id });
  }

  #index(application: Application): void {
    this.#applications.set(application.id, application);
    this.#byBotUser.set(application.botUserId, application.id);
    if (application.tokenHash !== null) this.#byTokenHash.set(application.tokenHash, application.id);
  }

  #unindex(application: Application): void {
    this.#applications.delete(application.id);
    this.#byBotUser.delete(application.botUserId);
    if (application.tokenHash !== null) this.#byTokenHash.delete(application.tokenHash);
  }

  #emitRevoked(
    applicationId: Snowflake,
    cause: 'intent-disabled' | 'token-reset' | 'application-deleted',
    intents: readonly PrivilegedIntent[],
  ): void {
    this.#world.journal.emit({ kind: 'application-revoked', applicationId, cause, intents });
  }
}

/** Each known intent once, in one order, so that equal sets are equal records. */
function normalIntents(intents: readonly PrivilegedIntent[]): readonly PrivilegedIntent[] {
  return PRIVILEGED_INTENTS.filter((intent) => intents.includes(intent));
}

function requireDescription(description: string): string {
  return description.trim() === '' ? '' : requireText('description', description, MAX_DESCRIPTION_LENGTH);
}

/** A real public key: clients of the interactions endpoint parse it. Nothing is ever signed, so the other half is dropped. */
function newVerifyKey(): string {
  const RAW_KEY_BYTES = 32;
  const { publicKey } = generateKeyPairSync('ed25519');
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES).toString('hex');
}
