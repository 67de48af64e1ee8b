/** The REST API that bots call. The order of its hooks is the order in which a request is judged. */
import type { FastifyInstance } from 'fastify';
import type { GatewayControl } from '../gateway/control.ts';
import type { GatewayUrl } from '../http/gateway-url.ts';
import { guardMethods } from '../http/method-guard.ts';
import type { World } from '../world/world.ts';
import { authenticateBots } from './authentication.ts';
import { breakRequests } from './fault-hook.ts';
import { limitRates } from './rate-limit-hook.ts';
import type { RateLimiter } from './rate-limits.ts';
import { applicationRoutes } from './routes/applications.ts';
import { channelRoutes } from './routes/channels.ts';
import { gatewayRoutes } from './routes/gateway.ts';
import { guildRoutes } from './routes/guilds.ts';
import { memberRoutes } from './routes/members.ts';
import { messageRoutes } from './routes/messages.ts';
import { reactionRoutes } from './routes/reactions.ts';
import { unservedRoutes } from './routes/unserved.ts';
import { userRoutes } from './routes/users.ts';

export interface BotApiParts {
  readonly world: World;
  readonly control: GatewayControl;
  readonly gatewayUrl: GatewayUrl;
  /** Null when limits are off. One limiter for all versions of the API. */
  readonly limiter: RateLimiter | null;
}

/** A Fastify plugin; the prefix says which version of the API it serves. */
export function botApi(parts: BotApiParts): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    authenticateBots(app, parts.world);
    breakRequests(app, parts.control.faults, () => parts.world.now());
    if (parts.limiter !== null) limitRates(app, parts.limiter);
    const refuseOtherMethods = guardMethods(app);
    gatewayRoutes(app, parts);
    userRoutes(app, parts);
    applicationRoutes(app, parts);
    guildRoutes(app, parts);
    memberRoutes(app, parts);
    channelRoutes(app, parts);
    messageRoutes(app, parts);
    reactionRoutes(app, parts);
    unservedRoutes(app);
    refuseOtherMethods();
  };
}
