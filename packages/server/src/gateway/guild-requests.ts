/** What a client may ask of guilds that it is in: their sounds, and what goes on in their voice channels. */
import type { SharedBody } from '@guildhall/protocol';
import { isVoice } from '../world/channel-kinds.ts';
import type { GuildChannel, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { answerInTurn, hasRoom } from './backlog.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';
import { isRecord, readId } from './values.ts';

/** What a channel can be asked for, and how it is answered. */
const CHANNEL_FIELDS: Readonly<
  Record<string, (world: World, channel: GuildChannel) => string | number | null>
> = {
  status: ({ voiceChannels }, channel) => voiceChannels.status(channel),
  voice_start_time: ({ voiceChannels }, channel) => voiceChannels.startedAtS(channel),
};

/**
 * Request Soundboard Sounds: a SOUNDBOARD_SOUNDS for each guild that the session knows.
 * @returns false when `d` has the wrong shape
 * @see https://docs.discord.com/developers/events/gateway-events#request-soundboard-sounds
 */
export function requestSounds(context: GatewayContext, session: Session, d: unknown): boolean {
  if (!isRecord(d) || !Array.isArray(d.guild_ids)) return false;
  const guildIds = new Set<Snowflake>();
  for (const value of d.guild_ids) {
    const id = readId(value);
    if (id === null) return false;
    guildIds.add(id);
  }
  if (hasRoom(context, session)) answerInTurn(session, soundsOf(context, session, guildIds));
  return true;
}

/**
 * Request Channel Info: one CHANNEL_INFO with the voice channels that the bot sees and that have something of what is asked
 * for. Fields that nobody knows are passed over.
 * @returns false when `d` has the wrong shape
 * @see https://docs.discord.com/developers/events/gateway-events#request-channel-info
 */
export function requestChannelInfo(context: GatewayContext, session: Session, d: unknown): boolean {
  if (!isRecord(d) || !Array.isArray(d.fields) || d.fields.some((field) => typeof field !== 'string')) {
    return false;
  }
  const guildId = readId(d.guild_id);
  if (guildId === null) return false;
  if (!isReachable(context, session, guildId)) return true;
  const asked = new Set<string>(d.fields);
  const fields = Object.entries(CHANNEL_FIELDS).filter(([name]) => asked.has(name));
  const { world } = context;
  const channels = [...world.channels.ofGuild(guildId).values()]
    .filter((channel) => isVoice(channel) && world.access.sees(session.identity.botUserId, channel.id))
    .map((channel) => ({
      id: channel.id,
      values: fields.map(([name, read]) => [name, read(world, channel)] as const),
    }))
    .filter(({ values }) => values.some(([, value]) => value !== null))
    .map(({ id, values }) => ({ id, ...Object.fromEntries(values) }));
  session.dispatch(bodyOf('CHANNEL_INFO', { guild_id: guildId, channels }));
  return true;
}

function* soundsOf(
  context: GatewayContext,
  session: Session,
  guildIds: ReadonlySet<Snowflake>,
): Generator<SharedBody> {
  for (const guildId of guildIds) {
    if (!isReachable(context, session, guildId)) continue;
    const sounds = context.world.views.records.soundsOf(guildId);
    yield bodyOf('SOUNDBOARD_SOUNDS', { guild_id: guildId, soundboard_sounds: sounds });
  }
}

/** Silence is the answer for a guild that the session does not know, and for one that is away. */
function isReachable({ world }: GatewayContext, session: Session, guildId: Snowflake): boolean {
  return session.guildIds.has(guildId) && world.guilds.get(guildId)?.outage === false;
}
