/**
 * The truth about guilds, channels, members, roles, messages and applications, in memory and journalled to a
 * store. Every mutation is synchronous: it is checked and made in one turn, or refused with a WorldError and
 * nothing has changed. An answer that confirms a change awaits `committed()` first.
 */
import { SnowflakeFactory, snowflakeTimeMs } from '@guildhall/protocol';
import { Access } from './access.ts';
import { AccessTokens } from './access-tokens.ts';
import { ApplicationCommands } from './application-commands.ts';
import { Applications } from './applications.ts';
import { AuditLog } from './audit-log.ts';
import { AutoModeration } from './auto-moderation.ts';
import { Avatars } from './avatars.ts';
import { Bans } from './bans.ts';
import { LocalBus } from './bus.ts';
import { Channels } from './channels.ts';
import { Chatters } from './chatters.ts';
import { ClientActions } from './client-actions.ts';
import { CommandAccess } from './command-access.ts';
import { Emojis } from './emojis.ts';
import type { Snowflake } from './entities.ts';
import { Entitlements } from './entitlements.ts';
import { EphemeralFiles } from './ephemeral-files.ts';
import type { Bus } from './events.ts';
import { Files } from './files.ts';
import { Guilds } from './guilds.ts';
import { Interactions } from './interactions.ts';
import { Invites } from './invites.ts';
import { Journal } from './journal.ts';
import { type WorldLimits, worldLimits } from './limits.ts';
import type { Logger } from './logger.ts';
import { Members } from './members.ts';
import { Messages } from './messages.ts';
import { Meta } from './meta.ts';
import { Pins } from './pins.ts';
import { Polls } from './polls.ts';
import { Presences } from './presences.ts';
import { Reactions } from './reactions.ts';
import { Roles } from './roles.ts';
import { ScheduledEvents } from './scheduled-events.ts';
import { SessionStarts } from './session-starts.ts';
import { Skus } from './skus.ts';
import { Soundboard } from './soundboard.ts';
import { StageInstances } from './stage-instances.ts';
import { Stickers } from './stickers.ts';
import type { Store, StoredWorld } from './store/store.ts';
import { ThreadMembers } from './thread-members.ts';
import { Threads } from './threads.ts';
import { Typing } from './typing.ts';
import { Users } from './users.ts';
import { Views } from './views.ts';
import { VoiceChannels } from './voice-channels.ts';
import { VoiceStates } from './voice-states.ts';
import { Webhooks } from './webhooks.ts';

export interface WorldOptions {
  readonly store: Store;
  readonly log: Logger;
  /** Milliseconds since 1970. Default Date.now. */
  readonly clock?: () => number;
  readonly limits?: Partial<WorldLimits>;
}

export class World {
  readonly limits: WorldLimits;
  readonly log: Logger;
  readonly bus: Bus;
  readonly applications: Applications;
  readonly users: Users;
  readonly guilds: Guilds;
  readonly roles: Roles;
  readonly channels: Channels;
  readonly members: Members;
  readonly messages: Messages;
  readonly reactions: Reactions;
  readonly typing: Typing;
  readonly presences: Presences;
  readonly auditLog: AuditLog;
  readonly bans: Bans;
  readonly accessTokens: AccessTokens;
  readonly voiceChannels: VoiceChannels;
  readonly voiceStates: VoiceStates;
  readonly stickers: Stickers;
  readonly stageInstances: StageInstances;
  readonly sessionStarts: SessionStarts;
  readonly soundboard: Soundboard;
  readonly scheduledEvents: ScheduledEvents;
  readonly invites: Invites;
  readonly emojis: Emojis;
  readonly autoModeration: AutoModeration;
  readonly access: Access;
  readonly files: Files;
  readonly ephemeralFiles: EphemeralFiles;
  readonly avatars: Avatars;
  readonly pins: Pins;
  readonly polls: Polls;
  readonly webhooks: Webhooks;
  readonly threads: Threads;
  readonly threadMembers: ThreadMembers;
  readonly views: Views;
  readonly meta: Meta;
  readonly commands: ApplicationCommands;
  readonly commandAccess: CommandAccess;
  readonly skus: Skus;
  readonly entitlements: Entitlements;
  readonly interactions: Interactions;
  readonly clientActions: ClientActions;
  readonly chatters: Chatters;
  /** @internal for the rooms of this folder: where they put row changes and events. */
  readonly journal: Journal;
  /** Where this server is reached, without a slash at the end: what the addresses of its files begin with. */
  origin = 'http://127.0.0.1';
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #ids: SnowflakeFactory;

  /**
   * Reads the store and makes a world of it.
   * @throws StoreError when the store is in use, damaged or of a newer version; RangeError for a bad limit
   */
  static async open(options: WorldOptions): Promise<World> {
    const limits = worldLimits(options.limits);
    const stored = await options.store.load();
    await options.store.files.keepOnly(new Set(stored.files.map(({ id }) => id)));
    return new World(options, limits, stored);
  }

  private constructor(options: WorldOptions, limits: WorldLimits, stored: StoredWorld) {
    this.limits = limits;
    this.log = options.log;
    this.#store = options.store;
    this.#clock = options.clock ?? Date.now;
    // Ids must go on rising even when the clock was set back between two runs: messages are ordered by them.
    const floorMs = newestIdMs(stored) + 1;
    this.#ids = new SnowflakeFactory(() => Math.max(this.#clock(), floorMs));
    this.bus = new LocalBus(options.log);
    this.journal = new Journal(options.store, this.bus, options.log);
    this.meta = new Meta(this, stored.meta);
    this.users = new Users(this, stored.users);
    this.applications = new Applications(this, stored.applications);
    this.sessionStarts = new SessionStarts(this, stored.session_starts);
    this.guilds = new Guilds(this, stored.guilds);
    this.roles = new Roles(this, stored.roles);
    this.channels = new Channels(this, stored.channels);
    this.members = new Members(this, stored.members);
    this.files = new Files(this, options.store.files, stored.files);
    this.ephemeralFiles = new EphemeralFiles(this, stored.files);
    this.avatars = new Avatars(this, stored.files);
    this.pins = new Pins(this);
    this.polls = new Polls(this);
    this.webhooks = new Webhooks(this, stored.webhooks);
    this.threads = new Threads(this, stored.threads);
    this.threadMembers = new ThreadMembers(this, stored.thread_members);
    this.messages = new Messages(this, stored.messages);
    this.reactions = new Reactions(this);
    this.typing = new Typing(this);
    this.presences = new Presences(this);
    this.auditLog = new AuditLog(this, stored.audit_log_entries);
    this.bans = new Bans(this, stored.bans);
    this.accessTokens = new AccessTokens(this);
    this.voiceChannels = new VoiceChannels(this);
    this.voiceStates = new VoiceStates(this);
    this.stickers = new Stickers(this, stored.stickers);
    this.stageInstances = new StageInstances(this, stored.stage_instances);
    this.soundboard = new Soundboard(this, stored.soundboard_sounds);
    this.scheduledEvents = new ScheduledEvents(this, stored.scheduled_events);
    this.invites = new Invites(this, stored.invites);
    this.emojis = new Emojis(this, stored.emojis);
    this.autoModeration = new AutoModeration(this, stored.auto_moderation_rules);
    this.access = new Access(this);
    this.views = new Views(this);
    this.commands = new ApplicationCommands(this, stored.commands);
    this.commandAccess = new CommandAccess(this, stored.command_permissions);
    this.skus = new Skus(this, stored.skus);
    this.entitlements = new Entitlements(this, stored.entitlements);
    this.interactions = new Interactions(this);
    this.clientActions = new ClientActions(this);
    this.chatters = new Chatters(this);
  }

  /**
   * Resolves once every change made so far has been committed and its events published.
   * Rejects with WorldBrokenError when the store failed.
   */
  committed(): Promise<void> {
    return this.journal.committed();
  }

  /** Commits what is pending and lets the store go; later changes are refused. */
  async close(): Promise<void> {
    this.chatters.stop();
    await this.journal.close();
    await this.#store.close();
  }

  /** A new id, greater than every one given before. */
  nextId(): Snowflake {
    return this.#ids.next();
  }

  /** The full address of a path of this server, which begins with a slash. */
  urlOf(path: string): string {
    return `${this.origin}${path}`;
  }

  /** Milliseconds since 1970 by the world's clock. */
  now(): number {
    return this.#clock();
  }
}

/** The time of the newest id that this program has made. Guild ids may be the owner's choice and do not count. */
function newestIdMs(stored: StoredWorld): number {
  let newestMs = 0;
  for (const records of [
    stored.audit_log_entries,
    stored.emojis,
    stored.scheduled_events,
    stored.stage_instances,
    stored.messages,
    stored.files,
    stored.threads,
    stored.webhooks,
    stored.channels,
    stored.users,
    stored.applications,
    stored.skus,
    stored.entitlements,
  ]) {
    for (const { id } of records) newestMs = Math.max(newestMs, snowflakeTimeMs(id));
  }
  for (const { version } of stored.commands) newestMs = Math.max(newestMs, snowflakeTimeMs(version));
  return newestMs;
}
