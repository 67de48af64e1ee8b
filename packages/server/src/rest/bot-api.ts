/** The REST API that bots call. The order of its hooks is the order in which a request is judged. */
import type { FastifyInstance } from 'fastify';
import type { GatewayControl } from '../gateway/control.ts';
import type { GatewayUrl } from '../http/gateway-url.ts';
import { guardMethods } from '../http/method-guard.ts';
import type { RequestCounts } from '../http/request-counts.ts';
import type { World } from '../world/world.ts';
import { authenticateBots } from './authentication.ts';
import { breakRequests } from './fault-hook.ts';
import { banInvalidRequests, type InvalidRequests } from './invalid-requests.ts';
import { limitRates } from './rate-limit-hook.ts';
import type { RateLimiter } from './rate-limits.ts';
import { applicationRoutes } from './routes/applications.ts';
import { auditLogRoutes } from './routes/audit-logs.ts';
import { autoModerationRoutes } from './routes/auto-moderation.ts';
import { banRoutes } from './routes/bans.ts';
import { channelSettingsRoutes } from './routes/channel-settings.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandPermissionRoutes } from './routes/command-permissions.ts';
import { commandRoutes } from './routes/commands.ts';
import { emojiRoutes } from './routes/emojis.ts';
import { gatewayRoutes } from './routes/gateway.ts';
import { guildChannelRoutes } from './routes/guild-channels.ts';
import { guildPageRoutes } from './routes/guild-pages.ts';
import { guildSettingsRoutes } from './routes/guild-settings.ts';
import { guildRoutes } from './routes/guilds.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { inviteRoutes } from './routes/invites.ts';
import { memberModerationRoutes } from './routes/member-moderation.ts';
import { memberRoutes } from './routes/members.ts';
import { messageSearchRoutes } from './routes/message-search.ts';
import { messageRoutes } from './routes/messages.ts';
import { pinRoutes } from './routes/pins.ts';
import { pollRoutes } from './routes/polls.ts';
import { premiumRoutes } from './routes/premium.ts';
import { pruneRoutes } from './routes/prunes.ts';
import { reactionRoutes } from './routes/reactions.ts';
import { roleRoutes } from './routes/roles.ts';
import { scheduledEventRoutes } from './routes/scheduled-events.ts';
import { soundboardRoutes } from './routes/soundboard.ts';
import { stageInstanceRoutes } from './routes/stage-instances.ts';
import { stickerRoutes } from './routes/stickers.ts';
import { threadListRoutes } from './routes/thread-lists.ts';
import { threadMemberRoutes } from './routes/thread-members.ts';
import { threadRoutes } from './routes/threads.ts';
import { userRoutes } from './routes/users.ts';
import { voiceChannelRoutes } from './routes/voice-channels.ts';
import { voiceStateRoutes } from './routes/voice-states.ts';
import { webhookMessageRoutes } from './routes/webhook-messages.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { hasWebhookSender } from './webhook-sender.ts';

export interface BotApiParts {
  readonly world: World;
  readonly control: GatewayControl;
  readonly gatewayUrl: GatewayUrl;
  /** Null when limits are off. */
  readonly limiter: RateLimiter | null;
  readonly requests: RequestCounts;
  /** Null when nobody is banned. */
  readonly invalidRequests: InvalidRequests | null;
  /** Whether lists leave out the channels that a bot does not see. */
  readonly hidesChannels: boolean;
}

/** A Fastify plugin: what bots ask for, in every version of the API that is served. */
export function botApi(parts: BotApiParts): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    parts.requests.count(app);
    if (parts.invalidRequests !== null) banInvalidRequests(app, parts.invalidRequests);
    authenticateBots(app, parts.world);
    breakRequests(app, parts.control.faults, () => parts.world.now());
    if (parts.limiter !== null) {
      limitRates(app, parts.limiter, (webhookId, token) => hasWebhookSender(parts.world, webhookId, token));
    }
    const refuseOtherMethods = guardMethods(app);
    gatewayRoutes(app, parts);
    userRoutes(app, parts);
    applicationRoutes(app, parts);
    premiumRoutes(app, parts);
    commandRoutes(app, parts);
    commandPermissionRoutes(app, parts);
    guildRoutes(app, parts);
    memberRoutes(app, parts);
    channelRoutes(app, parts);
    pinRoutes(app, parts);
    messageRoutes(app, parts);
    messageSearchRoutes(app, parts);
    pollRoutes(app, parts);
    threadRoutes(app, parts);
    threadMemberRoutes(app, parts);
    threadListRoutes(app, parts);
    reactionRoutes(app, parts);
    auditLogRoutes(app, parts);
    autoModerationRoutes(app, parts);
    banRoutes(app, parts);
    channelSettingsRoutes(app, parts);
    emojiRoutes(app, parts);
    guildChannelRoutes(app, parts);
    guildPageRoutes(app, parts);
    guildSettingsRoutes(app, parts);
    inviteRoutes(app, parts);
    memberModerationRoutes(app, parts);
    pruneRoutes(app, parts);
    roleRoutes(app, parts);
    scheduledEventRoutes(app, parts);
    soundboardRoutes(app, parts);
    stageInstanceRoutes(app, parts);
    stickerRoutes(app, parts);
    voiceChannelRoutes(app, parts);
    voiceStateRoutes(app, parts);
    interactionRoutes(app, parts);
    webhookRoutes(app, parts);
    webhookMessageRoutes(app, parts);
    refuseOtherMethods();
  };
}
