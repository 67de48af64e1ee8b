/**
 * A guild as a bot knows it that only listens: made from GUILD_CREATE and changed by dispatches, never by a question.
 * It insists on the order in which things become known: nothing may speak of what has not been told of before.
 */
import assert from 'node:assert/strict';
import { type KnownGuild, sees } from './sight.ts';
import type { ChannelWire, MemberWire, MessageWire, RoleWire, ThreadWire, Wire } from './wire.ts';

const LISTS = [
  'joined_at',
  'large',
  'unavailable',
  'member_count',
  'voice_states',
  'members',
  'channels',
  'threads',
  'presences',
  'stage_instances',
  'guild_scheduled_events',
  'soundboard_sounds',
  'roles',
  'emojis',
  'stickers',
];
/** Message types that a thread does not count. */
const THREAD_STARTER = 21;
const FORUM_TYPES = [15, 16];

export interface Dispatch {
  readonly t: string;
  readonly d: Wire;
}

export class Replica implements KnownGuild {
  readonly guildId: string;
  readonly userId: string;
  /** Whether the bot is in the guild and it is there. */
  isPresent = false;
  guild: Wire = { id: '' };
  readonly roles = new Map<string, RoleWire>();
  readonly channels = new Map<string, ChannelWire>();
  readonly threads = new Map<string, ThreadWire>();
  readonly threadMembers = new Map<string, Set<string>>();
  readonly members = new Map<string, MemberWire>();
  readonly emojis = new Map<string, Wire>();
  readonly stickers = new Map<string, Wire>();
  readonly sounds = new Map<string, Wire>();
  readonly events = new Map<string, Wire>();
  /** User ids by event, as far as they were told of. */
  readonly interested = new Map<string, Set<string>>();
  readonly stages = new Map<string, Wire>();
  readonly voiceStates = new Map<string, Wire>();
  /** By channel, then by id; only those heard of. */
  readonly messages = new Map<string, Map<string, MessageWire>>();
  readonly pinTimes = new Map<string, string | null>();
  readonly bans = new Map<string, Wire>();
  readonly rules = new Map<string, Wire>();
  readonly invites = new Map<string, Wire>();
  readonly auditLog: Wire[] = [];
  /** Channels whose webhooks have changed since somebody looked. */
  readonly staleWebhooks = new Set<string>();
  #newestMessageId = 0n;
  #memberCount = 0;

  constructor(guildId: string, userId: string) {
    this.guildId = guildId;
    this.userId = userId;
  }

  get ownerId(): string {
    return String(this.guild.owner_id);
  }

  get memberCount(): number {
    return this.#memberCount;
  }

  messagesOf(channelId: string): ReadonlyMap<string, MessageWire> {
    return this.messages.get(channelId) ?? new Map();
  }

  /** Takes one dispatch of this guild. */
  hear({ t, d }: Dispatch): void {
    if (t === 'GUILD_CREATE') this.#load(d);
    else if (t === 'GUILD_DELETE') this.isPresent = false;
    else if (this.isPresent) this.#change(t, d);
    else assert.fail(`${t} of a guild that is not there`);
    this.#forgetUnseenThreads();
  }

  #load(d: Wire): void {
    this.isPresent = true;
    this.guild = without(d, LISTS);
    refill(this.roles, d.roles, ({ id }: RoleWire) => id);
    refill(this.channels, d.channels, ({ id }: ChannelWire) => id);
    // Only active threads are listed; of the others one keeps what one knows.
    for (const [id, { thread_metadata }] of this.threads)
      if (!thread_metadata.archived) this.threads.delete(id);
    for (const thread of d.threads as readonly ThreadWire[]) this.#putThread(thread);
    refill(this.members, d.members, ({ user }: MemberWire) => user.id);
    refill(this.emojis, d.emojis, ({ id }: Wire) => id);
    refill(this.stickers, d.stickers, ({ id }: Wire) => id);
    refill(this.sounds, d.soundboard_sounds, ({ sound_id }: Wire) => String(sound_id));
    refill(this.events, d.guild_scheduled_events, ({ id }: Wire) => id);
    refill(this.stages, d.stage_instances, ({ id }: Wire) => id);
    refill(this.voiceStates, d.voice_states, ({ user_id }: Wire) => String(user_id));
    this.#memberCount = Number(d.member_count);
    for (const { user } of this.members.values()) this.#noteUser(user);
  }

  #change(t: string, d: Wire): void {
    const channelId = String(d.channel_id);
    switch (t) {
      case 'GUILD_UPDATE':
        this.guild = without(d, LISTS);
        refill(this.roles, d.roles, ({ id }: RoleWire) => id);
        return;
      case 'GUILD_ROLE_CREATE':
      case 'GUILD_ROLE_UPDATE': {
        const role = d.role as RoleWire;
        assert.equal(this.roles.has(role.id), t === 'GUILD_ROLE_UPDATE', `${t} of ${role.id}`);
        this.roles.set(role.id, role);
        return;
      }
      case 'GUILD_ROLE_DELETE':
        assert.ok(this.roles.delete(String(d.role_id)), 'a deleted role was known');
        return;
      case 'CHANNEL_CREATE':
      case 'CHANNEL_UPDATE':
        assert.equal(this.channels.has(d.id), t === 'CHANNEL_UPDATE', `${t} of ${d.id}`);
        this.channels.set(d.id, d as ChannelWire);
        return;
      case 'CHANNEL_DELETE':
        assert.ok(this.channels.delete(d.id), 'a deleted channel was known');
        this.messages.delete(d.id);
        for (const [id, { parent_id }] of this.threads) if (parent_id === d.id) this.#dropThread(id);
        return;
      case 'CHANNEL_PINS_UPDATE':
        this.#patchPlace(channelId, { last_pin_timestamp: d.last_pin_timestamp ?? null });
        return;
      case 'THREAD_CREATE':
      case 'THREAD_UPDATE':
        this.#hearThread(t, d as ThreadWire);
        return;
      case 'THREAD_DELETE':
        this.#dropThread(d.id);
        return;
      case 'THREAD_LIST_SYNC':
        this.#syncThreads(d);
        return;
      case 'THREAD_MEMBER_UPDATE':
        this.#place(d.id);
        return;
      case 'THREAD_MEMBERS_UPDATE':
        this.#changeThreadMembers(d);
        return;
      case 'GUILD_MEMBER_ADD':
        assert.equal(this.members.has((d.user as Wire).id), false, 'who comes was not there');
        this.#memberCount += 1;
        this.#putMember(d);
        return;
      case 'GUILD_MEMBER_UPDATE':
        this.#putMember(d);
        return;
      case 'GUILD_MEMBER_REMOVE':
        this.#memberCount -= 1;
        this.members.delete((d.user as Wire).id);
        return;
      case 'GUILD_BAN_ADD':
        this.bans.set((d.user as Wire).id, d.user as Wire);
        return;
      case 'GUILD_BAN_REMOVE':
        // Of a ban one may hear only the end: who hears of them is a matter of permissions.
        this.bans.delete((d.user as Wire).id);
        return;
      case 'GUILD_EMOJIS_UPDATE':
        refill(this.emojis, d.emojis, ({ id }: Wire) => id);
        return;
      case 'GUILD_STICKERS_UPDATE':
        refill(this.stickers, d.stickers, ({ id }: Wire) => id);
        return;
      case 'GUILD_SOUNDBOARD_SOUND_CREATE':
      case 'GUILD_SOUNDBOARD_SOUND_UPDATE':
        this.sounds.set(String(d.sound_id), d);
        return;
      case 'GUILD_SOUNDBOARD_SOUND_DELETE':
        assert.ok(this.sounds.delete(String(d.sound_id)), 'a deleted sound was known');
        return;
      case 'GUILD_SCHEDULED_EVENT_CREATE':
        this.interested.set(d.id, new Set());
        this.events.set(d.id, d);
        return;
      case 'GUILD_SCHEDULED_EVENT_UPDATE':
        assert.ok(this.events.has(d.id), 'a changed event was known');
        this.events.set(d.id, d);
        return;
      case 'GUILD_SCHEDULED_EVENT_DELETE':
        assert.ok(this.events.delete(d.id), 'a deleted event was known');
        return;
      case 'GUILD_SCHEDULED_EVENT_USER_ADD':
        this.interested.get(String(d.guild_scheduled_event_id))?.add(String(d.user_id));
        return;
      case 'GUILD_SCHEDULED_EVENT_USER_REMOVE':
        this.interested.get(String(d.guild_scheduled_event_id))?.delete(String(d.user_id));
        return;
      case 'STAGE_INSTANCE_CREATE':
      case 'STAGE_INSTANCE_UPDATE':
        assert.ok(this.channels.has(channelId), 'a stage is in a channel');
        this.stages.set(d.id, d);
        return;
      case 'STAGE_INSTANCE_DELETE':
        assert.ok(this.stages.delete(d.id), 'a deleted stage was known');
        return;
      case 'VOICE_STATE_UPDATE':
        if (d.channel_id === null) this.voiceStates.delete(String(d.user_id));
        else this.voiceStates.set(String(d.user_id), d);
        return;
      case 'AUTO_MODERATION_RULE_CREATE':
      case 'AUTO_MODERATION_RULE_UPDATE':
        this.rules.set(d.id, d);
        return;
      case 'AUTO_MODERATION_RULE_DELETE':
        this.rules.delete(d.id);
        return;
      case 'INVITE_CREATE':
        this.invites.set(String(d.code), d);
        return;
      case 'INVITE_DELETE':
        this.invites.delete(String(d.code));
        return;
      case 'GUILD_AUDIT_LOG_ENTRY_CREATE':
        this.auditLog.push(d);
        return;
      case 'WEBHOOKS_UPDATE':
        this.staleWebhooks.add(channelId);
        return;
      default:
        this.#changeMessages(t, d, channelId);
    }
  }

  #changeMessages(t: string, d: Wire, channelId: string): void {
    switch (t) {
      case 'MESSAGE_CREATE':
        this.#hearMessage(d as MessageWire);
        return;
      case 'MESSAGE_UPDATE':
        this.#patchMessage(channelId, d.id, (known) =>
          withOwnReactions(plainMessage(d as MessageWire), known),
        );
        return;
      case 'MESSAGE_DELETE':
        this.#dropMessages(channelId, [d.id]);
        return;
      case 'MESSAGE_DELETE_BULK':
        this.#dropMessages(channelId, d.ids as readonly string[]);
        return;
      case 'MESSAGE_REACTION_ADD':
      case 'MESSAGE_REACTION_REMOVE':
        this.#patchMessage(channelId, String(d.message_id), (message) =>
          react(message, d, t === 'MESSAGE_REACTION_ADD' ? 1 : -1, d.user_id === this.userId),
        );
        return;
      case 'MESSAGE_REACTION_REMOVE_ALL':
        this.#patchMessage(
          channelId,
          String(d.message_id),
          ({ reactions: _, ...message }) => message as MessageWire,
        );
        return;
      case 'MESSAGE_REACTION_REMOVE_EMOJI':
        this.#patchMessage(channelId, String(d.message_id), (message) =>
          withReactions(
            message,
            (message.reactions ?? []).filter(({ emoji }) => emojiKey(emoji) !== emojiKey(d.emoji)),
          ),
        );
        return;
      case 'MESSAGE_POLL_VOTE_ADD':
      case 'MESSAGE_POLL_VOTE_REMOVE':
        this.#patchMessage(channelId, String(d.message_id), (message) =>
          vote(message, Number(d.answer_id), t === 'MESSAGE_POLL_VOTE_ADD' ? 1 : -1),
        );
    }
  }

  /** A channel or thread that has been told of. */
  #place(id: string): ChannelWire | ThreadWire {
    const place = this.channels.get(id) ?? this.threads.get(id);
    assert.ok(place !== undefined, `${id} has been told of before`);
    return place;
  }

  #patchPlace(id: string, patch: object): void {
    const place = { ...this.#place(id), ...patch };
    if (this.threads.has(id)) this.threads.set(id, place as ThreadWire);
    else this.channels.set(id, place as ChannelWire);
  }

  #hearMessage(d: MessageWire): void {
    assert.ok(BigInt(d.id) > this.#newestMessageId, 'ids of messages rise');
    this.#newestMessageId = BigInt(d.id);
    const { channel_id: channelId } = d;
    this.#patchPlace(channelId, { last_message_id: d.id });
    const thread = this.threads.get(channelId);
    if (thread !== undefined && d.id !== channelId && d.type !== THREAD_STARTER) {
      this.#patchPlace(channelId, {
        message_count: thread.message_count + 1,
        total_message_sent: thread.total_message_sent + 1,
      });
    }
    const messages = this.messages.get(channelId) ?? new Map<string, MessageWire>();
    messages.set(d.id, plainMessage(d));
    this.messages.set(channelId, messages);
  }

  #patchMessage(channelId: string, id: string, change: (message: MessageWire) => MessageWire): void {
    this.#place(channelId);
    const messages = this.messages.get(channelId);
    const message = messages?.get(id);
    if (message === undefined) return;
    messages?.set(id, change(message));
  }

  #dropMessages(channelId: string, ids: readonly string[]): void {
    this.#place(channelId);
    for (const id of ids) this.messages.get(channelId)?.delete(id);
    const thread = this.threads.get(channelId);
    if (thread === undefined) return;
    const counted = ids.filter((id) => id !== channelId).length;
    this.#patchPlace(channelId, { message_count: Math.max(0, thread.message_count - counted) });
  }

  #hearThread(t: string, d: ThreadWire): void {
    assert.ok(this.channels.has(d.parent_id), 'the channel of a thread is known');
    const known = this.threads.get(d.id);
    if (t === 'THREAD_UPDATE' && d.thread_metadata.archived && known === undefined) return;
    const { newly_created: isNew, ...thread } = d;
    this.#putThread(thread as unknown as ThreadWire);
    const parent = this.channels.get(d.parent_id);
    if (isNew === true && parent !== undefined && FORUM_TYPES.includes(parent.type)) {
      this.#patchPlace(d.parent_id, { last_message_id: d.id });
    }
  }

  #putThread(thread: ThreadWire): void {
    const { member, ...rest } = thread as ThreadWire & { readonly member?: object };
    this.threads.set(thread.id, rest as ThreadWire);
    const members = this.threadMembers.get(thread.id) ?? new Set();
    if (member !== undefined) members.add(this.userId);
    this.threadMembers.set(thread.id, members);
  }

  #dropThread(id: string): void {
    this.threads.delete(id);
    this.threadMembers.delete(id);
    this.messages.delete(id);
  }

  #syncThreads(d: Wire): void {
    const parents = d.channel_ids as readonly string[];
    for (const [id, { parent_id }] of this.threads) if (parents.includes(parent_id)) this.threads.delete(id);
    for (const thread of d.threads as readonly ThreadWire[]) this.#putThread(thread);
    for (const { id } of d.members as readonly Wire[]) this.threadMembers.get(id)?.add(this.userId);
  }

  #changeThreadMembers(d: Wire): void {
    const removed = (d.removed_member_ids ?? []) as readonly string[];
    // Whoever is put out of a private thread has lost sight of it by now.
    if (removed.includes(this.userId) && !this.threads.has(d.id)) return;
    this.#patchPlace(d.id, { member_count: d.member_count });
    const members = this.threadMembers.get(d.id) ?? new Set();
    for (const { user_id } of (d.added_members ?? []) as readonly Wire[]) members.add(String(user_id));
    for (const id of removed) members.delete(id);
    this.threadMembers.set(d.id, members);
  }

  #putMember(d: Wire): void {
    const { guild_id: _, ...member } = d as unknown as MemberWire;
    const { user, roles } = member as MemberWire;
    for (const id of roles)
      assert.ok(this.roles.has(id), `the role ${id} of a member has been told of before`);
    this.members.set(user.id, member as MemberWire);
    this.#noteUser(user);
  }

  /** A user is the same everywhere: a change of it changes what it has written. */
  #noteUser(user: Wire): void {
    for (const messages of this.messages.values()) {
      for (const [id, message] of messages) {
        const isAuthor = message.author.id === user.id && message.webhook_id === undefined;
        const isMentioned = message.mentions.some((mentioned) => mentioned.id === user.id);
        if (!isAuthor && !isMentioned) continue;
        messages.set(id, {
          ...message,
          ...(isAuthor ? { author: user } : {}),
          mentions: message.mentions.map((mentioned) => (mentioned.id === user.id ? user : mentioned)),
        });
      }
    }
  }

  /** Nobody tells of a thread whose channel is out of sight: one finds out by oneself. */
  #forgetUnseenThreads(): void {
    for (const id of this.threads.keys()) if (!sees(this, this.userId, id)) this.threads.delete(id);
  }
}

function refill<T>(map: Map<string, T>, list: unknown, key: (item: T) => string): void {
  map.clear();
  for (const item of list as readonly T[]) map.set(key(item), item);
}

function without<T extends object>(value: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name))) as T;
}

/** A message without what only the event has. */
function plainMessage(d: MessageWire): MessageWire {
  const message = without(d, ['guild_id', 'member', 'channel_type']);
  return {
    ...message,
    mentions: message.mentions.map(({ member: _, ...user }) => user as Wire),
  };
}

function emojiKey(emoji: unknown): string {
  const { id, name } = emoji as { id: string | null; name: string };
  return id ?? name;
}

function withReactions(message: MessageWire, reactions: MessageWire['reactions'] = []): MessageWire {
  const { reactions: _, ...rest } = message;
  return (reactions.length === 0 ? rest : { ...rest, reactions }) as MessageWire;
}

/** The payload is one for all bots: which reactions are one's own, only they themselves have told. */
function withOwnReactions(message: MessageWire, known: MessageWire): MessageWire {
  const isOwn = (emoji: unknown) =>
    known.reactions?.some((reaction) => emojiKey(reaction.emoji) === emojiKey(emoji) && reaction.me) === true;
  return withReactions(
    message,
    message.reactions?.map((reaction) => ({ ...reaction, me: isOwn(reaction.emoji) })),
  );
}

function react(message: MessageWire, d: Wire, change: 1 | -1, isMe: boolean): MessageWire {
  const all = [...(message.reactions ?? [])];
  const at = all.findIndex(({ emoji }) => emojiKey(emoji) === emojiKey(d.emoji));
  const known = all[at];
  const count = (known?.count ?? 0) + change;
  const next = {
    emoji: known?.emoji ?? d.emoji,
    count,
    count_details: { normal: count, burst: 0 },
    me: isMe ? change === 1 : (known?.me ?? false),
    me_burst: false,
    burst_colors: [],
  } as NonNullable<MessageWire['reactions']>[number];
  if (at < 0) all.push(next);
  else all[at] = next;
  return withReactions(
    message,
    all.filter((reaction) => reaction.count > 0),
  );
}

function vote(message: MessageWire, answerId: number, change: 1 | -1): MessageWire {
  const { poll } = message;
  if (poll === undefined) return message;
  const counts = new Map(poll.results.answer_counts.map(({ id, count }) => [id, count]));
  counts.set(answerId, (counts.get(answerId) ?? 0) + change);
  const answer_counts = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b)
    .map(([id, count]) => ({ id, count, me_voted: false }));
  return { ...message, poll: { ...poll, results: { ...poll.results, answer_counts } } };
}
