/** Update Voice State. Who is where is told; nothing is heard, as there is no voice server here. */
import { randomBytes } from 'node:crypto';
import { isDm, isThread } from '../world/channel-kinds.ts';
import type { Snowflake } from '../world/entities.ts';
import type { VoiceConnectedEvent } from '../world/events.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';
import { isRecord, readId } from './values.ts';
import { changeWorld } from './world-change.ts';

const TOKEN_BYTES = 8;

interface VoiceRequest {
  readonly guildId: Snowflake;
  /** Null to leave. */
  readonly channelId: Snowflake | null;
  readonly own: { readonly selfMute: boolean; readonly selfDeaf: boolean; readonly selfVideo: boolean };
}

/**
 * A channel that is unknown, no voice channel, full or closed to the bot is answered with silence, as is a guild that the
 * session does not know.
 * @returns false when `d` has the wrong shape
 * @see https://docs.discord.com/developers/events/gateway-events#update-voice-state
 */
export function updateVoiceState(context: GatewayContext, session: Session, d: unknown): boolean {
  const request = readRequest(d);
  if (request === null) return false;
  const { guildId, channelId, own } = request;
  const { world } = context;
  const { botUserId } = session.identity;
  if (!session.guildIds.has(guildId) || world.guilds.get(guildId)?.outage !== false) return true;
  if (channelId === null) {
    changeWorld(context, botUserId, () => world.voiceStates.leave(guildId, botUserId));
  } else if (admits(context, session, guildId, channelId)) {
    changeWorld(context, botUserId, () =>
      world.voiceStates.join(channelId, botUserId, { ...own, sessionId: session.id }),
    );
  }
  return true;
}

/** VOICE_SERVER_UPDATE, to the session through which the bot is in voice. */
export function tellVoiceServer(context: GatewayContext, event: VoiceConnectedEvent): void {
  const { registry, world, voiceEndpoint } = context;
  const { guildId, userId, sessionId } = event;
  const session = registry.get(sessionId);
  if (session?.identity.botUserId !== userId || world.guilds.get(guildId)?.outage !== false) return;
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  session.dispatch(bodyOf('VOICE_SERVER_UPDATE', { token, guild_id: guildId, endpoint: voiceEndpoint }));
}

/** With a session, the bot leaves the voice channels that it came into by it. */
export function leaveVoice(context: GatewayContext, session: Session): void {
  const { guilds, voiceStates } = context.world;
  const { botUserId } = session.identity;
  for (const guildId of guilds.ofUser(botUserId)) {
    if (voiceStates.get(guildId, botUserId)?.session_id !== session.id) continue;
    changeWorld(context, botUserId, () => voiceStates.leave(guildId, botUserId));
  }
}

function admits(
  { world }: GatewayContext,
  { identity }: Session,
  guildId: Snowflake,
  channelId: Snowflake,
): boolean {
  const channel = world.channels.get(channelId);
  if (channel === undefined || isDm(channel) || isThread(channel)) return false;
  return channel.guild_id === guildId && world.voiceStates.admits(channel, identity.botUserId);
}

/** `channel_id` may be null but not absent. */
function readRequest(d: unknown): VoiceRequest | null {
  if (!isRecord(d)) return null;
  const guildId = readId(d.guild_id);
  const channelId = d.channel_id === null ? null : readId(d.channel_id);
  if (guildId === null || (channelId === null && d.channel_id !== null)) return null;
  const { self_mute: mute = false, self_deaf: deaf = false, self_video: video = false } = d;
  if (typeof mute !== 'boolean' || typeof deaf !== 'boolean' || typeof video !== 'boolean') return null;
  return { guildId, channelId, own: { selfMute: mute, selfDeaf: deaf, selfVideo: video } };
}
