import type { World } from '../world/world.ts';
import type { Session } from './session.ts';

/**
 * `d` of READY: what is documented, and the undocumented fields that Discord always sends and old libraries read.
 * @see https://docs.discord.com/developers/events/gateway-events#ready
 */
export function readyData(
  world: World,
  session: Session,
  options: { readonly resumeGatewayUrl: string; readonly echoShard: boolean },
): object {
  const { applicationId, botUserId, shard, version } = session.identity;
  return {
    v: version,
    user: world.views.selfUser(world.users.require(botUserId)),
    guilds: [...session.guildIds].map((id) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: options.resumeGatewayUrl,
    ...(options.echoShard ? { shard } : {}),
    application: {
      id: applicationId,
      flags: world.applications.gatewayFlags(world.applications.require(applicationId)),
    },
    private_channels: [],
    session_type: 'normal',
    _trace: [],
  };
}
