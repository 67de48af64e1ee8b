/** How much a world holds. Each is a count; a change that would exceed it is refused unless said otherwise. */
export interface WorldLimits {
  /** Messages kept per channel; beyond it the oldest is forgotten, in the store too. Default 10,000. */
  readonly messagesPerChannel: number;
  /** Applications of the world. Default 1,000. */
  readonly applications: number;
  /** Users of the world, bots included. Default 1,000,000. */
  readonly users: number;
  /** Guilds of the world. Default 100,000. */
  readonly guilds: number;
  /** Channels of a guild, categories included. Default 500, as Discord. */
  readonly channelsPerGuild: number;
  /** Permission overwrites of a channel. Default 500. */
  readonly overwritesPerChannel: number;
  /** Roles of a guild, \@everyone included. Default 250, as Discord. */
  readonly rolesPerGuild: number;
  /** Members of a guild. Default 250,000. */
  readonly membersPerGuild: number;
  /** Direct-message channels of the world. Default 100,000. */
  readonly dmChannels: number;
  /** Different emojis on one message. Default 20, as Discord. */
  readonly reactionsPerMessage: number;
  /** Users on one emoji of one message, and on one answer of a poll. Default 5,000. */
  readonly usersPerReaction: number;
  /** Audit log entries of a guild; beyond it the oldest is forgotten. Default 10,000. */
  readonly auditLogEntriesPerGuild: number;
  /** Bans of a guild. Default 100,000. */
  readonly bansPerGuild: number;
  /** Invites of a guild. Default 1,000, as Discord. */
  readonly invitesPerGuild: number;
  /** Emojis of a guild, animated ones counted apart. Default 50, as Discord without boosts. */
  readonly emojisPerGuild: number;
  /** Emojis of an application. Default 2,000, as Discord. */
  readonly emojisPerApplication: number;
  /** Stickers of a guild without boosts, whose tiers add 10, 25 and 55. Default 5, as Discord. */
  readonly stickersPerGuild: number;
  /** Soundboard sounds of a guild. Default 8, as Discord without boosts. */
  readonly soundsPerGuild: number;
  /** Scheduled events of a guild that are not over. Default 100, as Discord. */
  readonly scheduledEventsPerGuild: number;
  /** Users interested in one scheduled event. Default 5,000. */
  readonly usersPerScheduledEvent: number;
  /** Slash commands of an application, global or in one guild. Default 100, as Discord. */
  readonly chatInputCommands: number;
  /** User commands, and as many message commands, of an application, global or in one guild. Default 15, as Discord. */
  readonly contextMenuCommands: number;
  /** New commands of an application in 24 hours, global or in one guild. Default 200, as Discord. */
  readonly commandCreatesPerDay: number;
  /** Entries in the permissions of a command. Default 100, as Discord. */
  readonly commandPermissions: number;
  /** SKUs of an application. Default 100. */
  readonly skusPerApplication: number;
  /** Entitlements of an application; beyond it the oldest deleted one is forgotten. Default 10,000. */
  readonly entitlementsPerApplication: number;
  /** Interactions remembered; beyond it the oldest is forgotten with its ephemeral messages. Default 10,000. */
  readonly interactions: number;
  /** Follow-ups of an interaction. Default 1,000. */
  readonly followUpsPerInteraction: number;
  /** Characters (code points) of a message. Default 2,000, as Discord for bots. */
  readonly contentLength: number;
  /** Active threads of a guild. Default 1,000, as Discord. */
  readonly activeThreadsPerGuild: number;
  /** All threads of a guild, archived ones included. Default 10,000. */
  readonly threadsPerGuild: number;
  /** Members of a thread. Default 1,000, as Discord. */
  readonly membersPerThread: number;
  /** Webhooks of a channel. Default 15, as Discord. */
  readonly webhooksPerChannel: number;
  /** Pinned messages of a channel. Default 250, as Discord. */
  readonly pinsPerChannel: number;
  /** Bytes of all files together, those of a request that is still coming included. Default 1 GiB. */
  readonly fileBytes: number;
  /** Bytes of one attachment. Default 10 MiB, as Discord. */
  readonly attachmentBytes: number;
}

export const DEFAULT_WORLD_LIMITS: WorldLimits = {
  messagesPerChannel: 10_000,
  applications: 1_000,
  users: 1_000_000,
  guilds: 100_000,
  channelsPerGuild: 500,
  overwritesPerChannel: 500,
  rolesPerGuild: 250,
  membersPerGuild: 250_000,
  dmChannels: 100_000,
  reactionsPerMessage: 20,
  usersPerReaction: 5_000,
  auditLogEntriesPerGuild: 10_000,
  bansPerGuild: 100_000,
  invitesPerGuild: 1_000,
  emojisPerGuild: 50,
  emojisPerApplication: 2_000,
  stickersPerGuild: 5,
  soundsPerGuild: 8,
  scheduledEventsPerGuild: 100,
  usersPerScheduledEvent: 5_000,
  chatInputCommands: 100,
  contextMenuCommands: 15,
  commandCreatesPerDay: 200,
  commandPermissions: 100,
  skusPerApplication: 100,
  entitlementsPerApplication: 10_000,
  interactions: 10_000,
  followUpsPerInteraction: 1_000,
  contentLength: 2_000,
  activeThreadsPerGuild: 1_000,
  threadsPerGuild: 10_000,
  membersPerThread: 1_000,
  webhooksPerChannel: 15,
  pinsPerChannel: 250,
  fileBytes: 1_073_741_824,
  attachmentBytes: 10_485_760,
};

/**
 * The defaults with the given ones in their place.
 * @throws RangeError when one is not a positive whole number
 */
export function worldLimits(given: Partial<WorldLimits> = {}): WorldLimits {
  const limits = { ...DEFAULT_WORLD_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`limits.${name} must be a whole number of at least 1, got ${String(value)}`);
    }
  }
  return limits;
}
