import type { Logger } from '../world/logger.ts';
import type { World } from '../world/world.ts';
import type { ChannelSights } from './channel-sights.ts';
import type { SessionSnapshot } from './control.ts';
import type { FaultLog } from './faults/fault-log.ts';
import type { GuildBodies } from './guild-bodies.ts';
import type { IdentifyLedgers } from './identify-ledgers.ts';
import type { GatewayLimits } from './limits.ts';
import type { GatewayNews } from './news.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { ThreadAccess } from './thread-access.ts';

/** What the rooms of the gateway share. */
export interface GatewayContext {
  readonly world: World;
  readonly registry: SessionRegistry;
  readonly ledgers: IdentifyLedgers;
  readonly guildBodies: GuildBodies;
  /** Told of what shards do, for the records of faults. */
  readonly faultLog: FaultLog;
  readonly threadAccess: ThreadAccess;
  readonly channelSights: ChannelSights;
  readonly news: GatewayNews;
  readonly limits: GatewayLimits;
  /** Whether hidden channels are obfuscated for every session, and not only for those that ask for it. */
  readonly obfuscatesChannels: boolean;
  /** Told in VOICE_SERVER_UPDATE; null when there is no voice server to go to. */
  readonly voiceEndpoint: string | null;
  readonly log: Logger;
  /** Monotonic milliseconds, for windows and intervals. */
  readonly nowMs: () => number;
  /** The last hand on READY, for those who play what the world does not have. */
  editReady: (session: SessionSnapshot, ready: object) => object;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}
