import { Permission } from '@guildhall/protocol';
import { obfuscatedView } from './channel-sight.ts';
import type { Guild, Member, Presence, Snowflake } from './entities.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

/** Above this, nobody gets the member list in GUILD_CREATE. */
const MAX_MEMBERS_LISTED = 75_000;
const MAX_MEMBERS = 500_000;
const MAX_VIDEO_USERS = 25;
const MAX_STAGE_VIDEO_USERS = 50;

export interface GuildCreateOptions {
  /** The bot that is told; its member is always in the list. */
  readonly forUserId: Snowflake;
  /** Whether the session has GUILD_PRESENCES: the key to members and presences. */
  readonly presences: boolean;
  /** Members from which on offline ones are left out, 50 to 250. */
  readonly largeThreshold: number;
  /** Whether the channels that the bot does not see are obfuscated. Default false. */
  readonly obfuscated?: boolean;
  /** True after READY or an outage (`unavailable: false`), false when the bot has just joined (no such key). */
  readonly lazy: boolean;
}

/** Guilds as Discord writes them. */
export class GuildView {
  readonly #world: World;
  readonly #views: Views;

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  guild(guild: Guild): object {
    const { outage: _outage, welcome_screen: _welcome, ...fields } = guild;
    return {
      ...fields,
      roles: [...this.#world.roles.ofGuild(guild.id).values()].map((role) => this.#views.role(role)),
      emojis: this.#views.records.emojisOf(guild.id),
      stickers: this.#views.records.stickersOf(guild.id),
      icon_hash: null,
      application_id: null,
      region: 'us-east',
      vanity_url_code: null,
      premium_subscription_count: 0,
      max_presences: null,
      max_members: MAX_MEMBERS,
      max_video_channel_users: MAX_VIDEO_USERS,
      max_stage_video_channel_users: MAX_STAGE_VIDEO_USERS,
      nsfw: false,
      hub_type: null,
      incidents_data: null,
      latest_onboarding_question_id: null,
    };
  }

  guildCreate(guildId: Snowflake, options: GuildCreateOptions): object {
    const { guilds, members, channels, voiceStates, stageInstances, scheduledEvents } = this.#world;
    const { records } = this.#views;
    const guild = guilds.require(guildId);
    if (guild.outage) return { id: guildId, unavailable: true };
    const self = members.require(guildId, options.forUserId);
    const memberCount = members.count(guildId);
    const listed = this.#listedMembers(self, memberCount, options);
    return {
      ...this.guild(guild),
      joined_at: self.joined_at,
      large: memberCount > options.largeThreshold,
      ...(options.lazy ? { unavailable: false } : {}),
      member_count: memberCount,
      voice_states: [...voiceStates.ofGuild(guildId).values()].map((state) =>
        records.voiceStateWithoutGuild(state),
      ),
      members: listed.map((member) => this.#views.member(member)),
      channels: [...channels.ofGuild(guildId).values()].map((channel) =>
        options.obfuscated === true && !this.#sees(options.forUserId, channel.id)
          ? obfuscatedView(this.#world, channel)
          : this.#views.channel(channel),
      ),
      threads: this.#views.visibleThreads(guildId, options.forUserId),
      presences: this.#presences(listed, guildId, options),
      stage_instances: [...stageInstances.ofGuild(guildId).values()].map((stage) =>
        records.stageInstance(stage),
      ),
      guild_scheduled_events: scheduledEvents
        .openOfGuild(guildId)
        .filter(({ channel_id }) => channel_id === null || this.#sees(options.forUserId, channel_id))
        .map((event) => records.scheduledEvent(event)),
      soundboard_sounds: records.soundsOf(guildId),
    };
  }

  counts(guildId: Snowflake): object {
    const { members, presences } = this.#world;
    let online = 0;
    for (const userId of members.ofGuild(guildId).keys()) if (presences.get(userId) !== undefined) online++;
    return { approximate_member_count: members.count(guildId), approximate_presence_count: online };
  }

  partialGuild(guild: Guild, userId: Snowflake): object {
    return {
      id: guild.id,
      name: guild.name,
      icon: guild.icon,
      banner: guild.banner,
      owner: guild.owner_id === userId,
      permissions: this.#world.access.guildPermissions(userId, guild.id).toString(),
      features: guild.features,
    };
  }

  #sees(userId: Snowflake, channelId: Snowflake): boolean {
    return this.#world.access.can(userId, channelId, Permission.VIEW_CHANNEL);
  }

  /** The bot and those in voice without GUILD_PRESENCES and in huge guilds; else all, or in a large guild those worth showing. */
  #listedMembers(self: Member, memberCount: number, options: GuildCreateOptions): readonly Member[] {
    const { voiceStates } = this.#world;
    if (!options.presences || memberCount > MAX_MEMBERS_LISTED) {
      const speaking = [...voiceStates.ofGuild(self.guild_id).keys()]
        .filter((id) => id !== self.user_id)
        .map((id) => this.#world.members.require(self.guild_id, id));
      return [self, ...speaking];
    }
    const all = [...this.#world.members.ofGuild(self.guild_id).values()];
    if (memberCount < options.largeThreshold) return all;
    return all.filter(
      (member) =>
        member === self ||
        member.nick !== null ||
        member.roles.length > 0 ||
        voiceStates.get(self.guild_id, member.user_id) !== undefined ||
        this.#world.presences.get(member.user_id) !== undefined,
    );
  }

  #presences(listed: readonly Member[], guildId: Snowflake, options: GuildCreateOptions): readonly object[] {
    if (!options.presences) return [];
    return listed
      .map((member) => this.#world.presences.get(member.user_id))
      .filter((presence): presence is Presence => presence !== undefined)
      .map((presence) => this.#views.presence(presence, guildId));
  }
}
