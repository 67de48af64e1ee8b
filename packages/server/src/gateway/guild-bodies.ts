import { type DispatchName, Intent, type SharedBody } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { DispatchEvent, WorldEvent } from '../world/events.ts';
import type { World } from '../world/world.ts';
import { bodyOf } from './fan-out.ts';
import type { SessionIdentity } from './session.ts';

/** Length of the texts kept. Beyond it the guild goes first that has been kept longest. */
const MAX_BYTES = 64 * 1_048_576;

/** Events of a guild after which its GUILD_CREATE is what it was before. */
const WITHOUT_EFFECT: ReadonlySet<DispatchName> = new Set([
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'MESSAGE_REACTION_ADD',
  'MESSAGE_REACTION_REMOVE',
  'MESSAGE_REACTION_REMOVE_ALL',
  'MESSAGE_REACTION_REMOVE_EMOJI',
  'MESSAGE_POLL_VOTE_ADD',
  'MESSAGE_POLL_VOTE_REMOVE',
  'TYPING_START',
  'APPLICATION_COMMAND_PERMISSIONS_UPDATE',
  'INTERACTION_CREATE',
  'GUILD_INTEGRATIONS_UPDATE',
  'INTEGRATION_CREATE',
  'INTEGRATION_UPDATE',
  'INTEGRATION_DELETE',
  'VOICE_CHANNEL_EFFECT_SEND',
  'VOICE_CHANNEL_STATUS_UPDATE',
  'VOICE_CHANNEL_START_TIME_UPDATE',
]);

interface Kept {
  readonly body: SharedBody;
  readonly withPresences: boolean;
}

/**
 * GUILD_CREATE of each guild as it stands, kept with its compressed forms until the guild changes: when a fleet of
 * shards comes back at once, nothing is written or compressed again.
 */
export class GuildBodies {
  readonly #world: World;
  readonly #byGuild = new Map<Snowflake, Map<string, Kept>>();
  #bytes = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** @param lazy true after READY or an outage, false when the bot has just joined */
  get(guildId: Snowflake, identity: SessionIdentity, lazy: boolean): SharedBody {
    const { botUserId, intents, largeThreshold, obfuscatesChannels: obfuscated } = identity;
    const presences = (intents & Intent.GUILD_PRESENCES) !== 0;
    const key = `${botUserId}:${presences}:${largeThreshold}:${lazy}:${obfuscated}`;
    const known = this.#byGuild.get(guildId)?.get(key);
    if (known !== undefined) return known.body;
    const options = { forUserId: botUserId, presences, largeThreshold, lazy, obfuscated };
    const body = bodyOf('GUILD_CREATE', this.#world.views.guildCreate(guildId, options));
    this.#keep(guildId, key, { body, withPresences: presences });
    return body;
  }

  /** To be told of everything that happens, before others act on it. */
  note(event: WorldEvent): void {
    if (!('guildId' in event) || event.guildId === null || event.kind === 'voice-connected') return;
    if (event.kind === 'dispatch') {
      if (WITHOUT_EFFECT.has(event.name) && !this.#countsInThread(event)) return;
      if (event.name === 'PRESENCE_UPDATE') {
        this.#forget(event.guildId, ({ withPresences }) => withPresences);
        return;
      }
    }
    this.#forget(event.guildId, () => true);
  }

  /** Of a thread it shows how many messages there are. */
  #countsInThread({ name, channelId }: DispatchEvent): boolean {
    const isGone = name === 'MESSAGE_DELETE' || name === 'MESSAGE_DELETE_BULK';
    return isGone && channelId !== null && this.#world.threads.get(channelId) !== undefined;
  }

  #keep(guildId: Snowflake, key: string, kept: Kept): void {
    let ofGuild = this.#byGuild.get(guildId);
    if (ofGuild === undefined) {
      ofGuild = new Map();
      this.#byGuild.set(guildId, ofGuild);
    }
    ofGuild.set(key, kept);
    this.#bytes += kept.body.byteLength;
    for (const oldest of this.#byGuild.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#forget(oldest, () => true);
    }
  }

  #forget(guildId: Snowflake, isStale: (kept: Kept) => boolean): void {
    const ofGuild = this.#byGuild.get(guildId);
    if (ofGuild === undefined) return;
    for (const [key, kept] of ofGuild) {
      if (!isStale(kept)) continue;
      ofGuild.delete(key);
      this.#bytes -= kept.body.byteLength;
    }
    if (ofGuild.size === 0) this.#byGuild.delete(guildId);
  }
}
