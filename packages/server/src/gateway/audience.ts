import { intentGate, passesIntentGate } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { DispatchEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import type { Session } from './session.ts';
import type { SessionRegistry } from './session-registry.ts';

/** Answers kept per guild: its channels times the gates in use. Beyond it they are all asked for anew. */
const MAX_CACHED_PER_GUILD = 4_096;
const NOBODY: readonly Session[] = [];

/**
 * Which sessions hear of an event: those of its guild (of the bots it names, on shard 0, without a guild) that have
 * the intent and the permission. The answer for a guild is kept per channel, intent gate and permission until
 * sessions, members or permissions change, so that an event costs what its receivers cost.
 */
export class Audience {
  readonly #world: World;
  readonly #registry: SessionRegistry;
  readonly #cache = new Map<Snowflake, Map<string, readonly Session[]>>();

  constructor(world: World, registry: SessionRegistry) {
    this.#world = world;
    this.#registry = registry;
  }

  /** The guild's sessions, members or permissions have changed. */
  forget(guildId: Snowflake): void {
    this.#cache.delete(guildId);
  }

  of(event: DispatchEvent): readonly Session[] {
    const named = intentGate(event.name, event.guildId !== null);
    const gate = event.intents ?? named;
    if (event.guildId === null) return this.#withoutGuild(event, gate);
    if (event.onlyUserIds !== null) return this.#ofUsers(event, event.guildId, event.onlyUserIds, gate);
    const gated = this.#ofGuild(event.guildId, event, gate);
    if (gate === 0 || event.ungatedUserIds.length === 0) return gated;
    const ungated = this.#ofUsers(event, event.guildId, event.ungatedUserIds, gate);
    return [
      ...gated,
      ...ungated.filter(
        ({ identity }) =>
          !passesIntentGate(identity.intents, gate) &&
          (event.intents === null || passesIntentGate(identity.intents, named)),
      ),
    ];
  }

  #ofGuild(guildId: Snowflake, event: DispatchEvent, gate: number): readonly Session[] {
    const sessions = this.#registry.ofGuild(guildId);
    if (sessions.size === 0) return NOBODY;
    let answers = this.#cache.get(guildId);
    if (answers === undefined || answers.size >= MAX_CACHED_PER_GUILD) {
      answers = new Map();
      this.#cache.set(guildId, answers);
    }
    const key = `${event.channelId ?? ''}:${gate}:${event.permission}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#isInOutage(guildId)
      ? NOBODY
      : [...sessions].filter(
          (session) =>
            passesIntentGate(session.identity.intents, gate) && this.#isPermitted(session, event, guildId),
        );
    answers.set(key, answer);
    return answer;
  }

  #ofUsers(
    event: DispatchEvent,
    guildId: Snowflake,
    userIds: readonly Snowflake[],
    gate: number,
  ): readonly Session[] {
    if (this.#isInOutage(guildId)) return NOBODY;
    return userIds
      .flatMap((userId) => [...this.#registry.ofBot(userId)])
      .filter(
        (session) =>
          session.guildIds.has(guildId) &&
          hears(session, event, gate) &&
          this.#isPermitted(session, event, guildId),
      );
  }

  /** Direct messages go to shard 0; a bot's own USER_UPDATE concerns each of its shards. */
  #withoutGuild(event: DispatchEvent, gate: number): readonly Session[] {
    const sessions =
      event.onlyUserIds === null
        ? [...this.#registry.all()]
        : event.onlyUserIds.flatMap((userId) => [...this.#registry.ofBot(userId)]);
    return sessions.filter(
      (session) =>
        (session.identity.shard[0] === 0 || event.name === 'USER_UPDATE') && hears(session, event, gate),
    );
  }

  /** A guild in an outage is silent, as its servers would be. */
  #isInOutage(guildId: Snowflake): boolean {
    return this.#world.guilds.get(guildId)?.outage === true;
  }

  #isPermitted(session: Session, event: DispatchEvent, guildId: Snowflake): boolean {
    const { permission, channelId } = event;
    if (permission === 0n) return true;
    const { access } = this.#world;
    const { botUserId } = session.identity;
    if (channelId !== null) return access.can(botUserId, channelId, permission);
    return (access.guildPermissions(botUserId, guildId) & permission) === permission;
  }
}

function hears(session: Session, event: DispatchEvent, gate: number): boolean {
  const { intents, botUserId } = session.identity;
  return passesIntentGate(intents, gate) || event.ungatedUserIds.includes(botUserId);
}
