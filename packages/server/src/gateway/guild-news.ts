/** What sessions hear of guilds as a whole: GUILD_CREATE and GUILD_DELETE. */
import { Intent, type SharedBody } from '@guildhall/protocol';
import type { Snowflake } from '../world/entities.ts';
import type { GuildAccessEvent } from '../world/events.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';

/** Loads the next guild that READY has named. False when all are loaded. */
export function loadNextGuild(context: GatewayContext, session: Session): boolean {
  const [guildId] = session.unloadedGuildIds;
  if (guildId === undefined) return false;
  session.unloadedGuildIds.delete(guildId);
  const body = guildBody(context, session, guildId, true);
  if (body !== null) session.dispatch(body);
  return true;
}

/** A guild that a bot has joined or left, or that goes into an outage or comes back. */
export function tellOfGuild(context: GatewayContext, event: GuildAccessEvent): void {
  const { registry } = context;
  const { kind, guildId, userId } = event;
  switch (kind) {
    case 'guild-joined': {
      const sessions = userId === null ? registry.all() : registry.ofBot(userId);
      for (const session of [...sessions]) {
        // One that has identified since the change was told of the guild in READY.
        if (registry.joinGuild(session, guildId)) send(session, guildBody(context, session, guildId, false));
      }
      return;
    }
    case 'guild-left':
      for (const session of concerned()) {
        registry.leaveGuild(session, guildId);
        send(session, bodyOf('GUILD_DELETE', { id: guildId }));
      }
      return;
    case 'guild-outage':
      for (const session of concerned()) {
        session.unloadedGuildIds.delete(guildId);
        send(session, unavailableBody(guildId));
      }
      return;
    case 'guild-restored':
      for (const session of concerned()) {
        session.unloadedGuildIds.delete(guildId);
        send(session, guildBody(context, session, guildId, true));
      }
      return;
  }

  function concerned(): readonly Session[] {
    const sessions = [...registry.ofGuild(guildId)];
    return userId === null ? sessions : sessions.filter(({ identity }) => identity.botUserId === userId);
  }
}

function send(session: Session, body: SharedBody | null): void {
  if (body !== null && (session.identity.intents & Intent.GUILDS) !== 0) session.dispatch(body);
}

/** Null when the bot is not in it any more: the world is ahead of what sessions have been told. */
function guildBody(
  { world, guildBodies, threadAccess, channelSights }: GatewayContext,
  session: Session,
  guildId: Snowflake,
  lazy: boolean,
): SharedBody | null {
  const { identity } = session;
  const guild = world.guilds.get(guildId);
  if (guild === undefined || world.members.get(guildId, identity.botUserId) === undefined) return null;
  threadAccess.noteLoaded(guildId, identity.botUserId);
  channelSights.noteLoaded(guildId, session);
  return guild.outage ? unavailableBody(guildId) : guildBodies.get(guildId, identity, lazy);
}

function unavailableBody(guildId: Snowflake): SharedBody {
  return bodyOf('GUILD_DELETE', { id: guildId, unavailable: true });
}
