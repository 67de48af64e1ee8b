/** The owner's API: the hand that Discord's developer portal and its users' clients have, over HTTP. */
import type { FastifyInstance } from 'fastify';
import type { GatewayControl } from '../gateway/control.ts';
import { guardMethods } from '../http/method-guard.ts';
import type { ClockControl } from '../server-clock.ts';
import type { World } from '../world/world.ts';
import type { MetricsSampler } from './metrics/sampler.ts';
import { catalogueRoutes } from './openapi/document.ts';
import type { OwnerGuard } from './owner-guard.ts';
import type { PortalDoor } from './portal-door.ts';
import { ownerApplicationRoutes } from './routes/applications.ts';
import { ownerAvatarRoutes } from './routes/avatars.ts';
import { ownerBanRoutes } from './routes/bans.ts';
import { ownerBotPermissionRoutes } from './routes/bot-permissions.ts';
import { ownerChannelRoutes } from './routes/channels.ts';
import { ownerChatterRoutes } from './routes/chatter.ts';
import { ownerClockRoutes } from './routes/clock.ts';
import { ownerCommandRoutes } from './routes/commands.ts';
import { ownerEventRoutes } from './routes/events.ts';
import { ownerFaultRoutes } from './routes/faults.ts';
import { ownerGuildRoutes } from './routes/guilds.ts';
import { ownerInteractionRoutes } from './routes/interactions.ts';
import { ownerInviteRoutes } from './routes/invites.ts';
import { ownerLogin } from './routes/login.ts';
import { ownerMemberRoutes } from './routes/members.ts';
import { ownerMessageRoutes } from './routes/messages.ts';
import { ownerMetricRoutes } from './routes/metrics.ts';
import { ownerOpenApiRoute } from './routes/openapi.ts';
import { ownerPinRoutes } from './routes/pins.ts';
import { ownerPollRoutes } from './routes/polls.ts';
import { ownerPremiumRoutes } from './routes/premium.ts';
import { ownerReactionRoutes } from './routes/reactions.ts';
import { ownerRoleRoutes } from './routes/roles.ts';
import { ownerScheduledEventRoutes } from './routes/scheduled-events.ts';
import { ownerSessionRoutes } from './routes/sessions.ts';
import { ownerThreadRoutes } from './routes/threads.ts';
import { ownerUserRoutes } from './routes/users.ts';
import { ownerViewerRoutes } from './routes/viewers.ts';
import { ownerVoiceStateRoutes } from './routes/voice-states.ts';

export interface OwnerApiParts {
  readonly world: World;
  readonly control: GatewayControl;
  readonly clock: ClockControl;
  readonly metrics: MetricsSampler;
  readonly guard: OwnerGuard;
  /** How the page gets in; null when there is none. */
  readonly door: PortalDoor | null;
}

/** A Fastify plugin. Documented route by route in docs/owner-api.md. */
export function ownerApi(parts: OwnerApiParts): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const { guard, door } = parts;
    const describe = catalogueRoutes(app);
    if (door !== null) app.register(ownerLogin(door, guard));
    app.register(async (guarded) => guardedRoutes(guarded, parts, describe));
  };
}

async function guardedRoutes(
  app: FastifyInstance,
  parts: OwnerApiParts,
  describe: () => object,
): Promise<void> {
  parts.guard.protect(app);
  const refuseOtherMethods = guardMethods(app);
  ownerApplicationRoutes(app, parts);
  ownerBotPermissionRoutes(app, parts);
  ownerSessionRoutes(app, parts);
  ownerEventRoutes(app, parts);
  ownerFaultRoutes(app, parts);
  ownerMetricRoutes(app, parts);
  ownerClockRoutes(app, parts);
  ownerUserRoutes(app, parts);
  ownerAvatarRoutes(app, parts);
  ownerGuildRoutes(app, parts);
  ownerChannelRoutes(app, parts);
  ownerRoleRoutes(app, parts);
  ownerMemberRoutes(app, parts);
  ownerViewerRoutes(app, parts);
  ownerChatterRoutes(app, parts);
  ownerMessageRoutes(app, parts);
  ownerReactionRoutes(app, parts);
  ownerBanRoutes(app, parts);
  ownerInviteRoutes(app, parts);
  ownerScheduledEventRoutes(app, parts);
  ownerVoiceStateRoutes(app, parts);
  ownerCommandRoutes(app, parts);
  ownerInteractionRoutes(app, parts);
  ownerPremiumRoutes(app, parts);
  ownerPinRoutes(app, parts);
  ownerPollRoutes(app, parts);
  ownerThreadRoutes(app, parts);
  ownerOpenApiRoute(app, describe);
  refuseOtherMethods();
}
