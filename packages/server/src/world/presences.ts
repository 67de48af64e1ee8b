import type { GatewayActivity, PresenceUpdateStatus } from 'discord-api-types/v10';
import { guildDispatch } from './dispatch.ts';
import type { Presence, Snowflake } from './entities.ts';
import type { World } from './world.ts';

export interface PresenceInput {
  /** `invisible` is seen as `offline` by all others. */
  readonly status: 'online' | 'idle' | 'dnd' | 'invisible' | 'offline';
  /** Default none. */
  readonly activities?: readonly GatewayActivity[];
  /** Default: the status on the web, where Discord puts bots. */
  readonly clientStatus?: Presence['client_status'];
}

/** Who is online, in memory only: after a restart everybody is offline until said otherwise. Bounded by the users. */
export class Presences {
  readonly #world: World;
  readonly #presences = new Map<Snowflake, Presence>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The presence of a user that is not offline. */
  get(userId: Snowflake): Presence | undefined {
    return this.#presences.get(userId);
  }

  /**
   * PRESENCE_UPDATE in each guild of the user, if others see a difference: a fleet of shards that comes back sends the
   * same presence again and again.
   * @throws WorldError UNKNOWN_USER
   */
  set(userId: Snowflake, input: PresenceInput): Presence {
    const { journal, users } = this.#world;
    journal.assertWritable();
    users.require(userId);
    const presence = newPresence(userId, input);
    const isOffline = presence.status === OFFLINE;
    const known = this.#presences.get(userId);
    if (isOffline ? known === undefined : known !== undefined && looksLike(known, presence)) {
      return known ?? presence;
    }
    if (isOffline) this.#presences.delete(userId);
    else this.#presences.set(userId, presence);
    this.#emit(presence);
    return presence;
  }

  /** The user is offline. @throws WorldError UNKNOWN_USER */
  clear(userId: Snowflake): void {
    this.set(userId, { status: 'offline' });
  }

  #emit(presence: Presence): void {
    const { journal, guilds, views } = this.#world;
    for (const guildId of guilds.ofUser(presence.user_id)) {
      journal.emit(guildDispatch('PRESENCE_UPDATE', guildId, views.presence(presence, guildId)));
    }
  }
}

const OFFLINE = 'offline' as PresenceUpdateStatus;

/** When an activity began is not looked at: it is the time of the message that set it. */
function looksLike(known: Presence, presence: Presence): boolean {
  const seen = ({ status, activities, client_status }: Presence): string =>
    JSON.stringify([status, activities.map(({ created_at: _, ...rest }) => rest), client_status]);
  return seen(known) === seen(presence);
}

function newPresence(userId: Snowflake, input: PresenceInput): Presence {
  if (input.status === 'offline' || input.status === 'invisible') {
    return { user_id: userId, status: OFFLINE, activities: [], client_status: {} };
  }
  return {
    user_id: userId,
    status: input.status as PresenceUpdateStatus,
    activities: input.activities ?? [],
    client_status: input.clientStatus ?? { web: input.status },
  };
}
