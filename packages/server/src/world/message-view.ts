import { DM_TYPE, isDm } from './channel-kinds.ts';
import type { Application, Message, Reaction, Snowflake } from './entities.ts';
import type { HiddenContent } from './events.ts';
import { messageOriginView } from './message-origin-view.ts';
import { exemptFromContentGate } from './messages.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

const SUPPRESS_EMBEDS = 1 << 2;

interface Nested {
  readonly referenced_message?: object | null;
}

/** Messages as Discord writes them, whole and without what MESSAGE_CONTENT unlocks. */
export class MessageView {
  readonly #world: World;
  readonly #views: Views;

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  message(message: Message, forUserId?: Snowflake): object {
    const referenced = this.referenced(message);
    if (referenced === undefined) return this.#alone(message, forUserId);
    return {
      ...this.#alone(message, forUserId),
      referenced_message: referenced === null ? null : this.#alone(referenced, forUserId),
    };
  }

  event(message: Message): object {
    const { members } = this.#world;
    const guildId = message.guild_id;
    if (guildId === null) return { ...this.message(message), channel_type: DM_TYPE };
    const author = members.get(guildId, message.author_id);
    return {
      ...this.message(message),
      guild_id: guildId,
      channel_type: this.#world.channels.require(message.channel_id).type,
      ...(author === undefined ? {} : { member: this.#views.memberWithoutUser(author) }),
      mentions: message.mentions.map((userId) => this.#mentioned(userId, guildId)),
    };
  }

  blanked(payload: object, hidden: HiddenContent): object {
    const { referenced_message: referenced } = payload as Nested;
    const outer = hidden.message ? blank(payload) : payload;
    return hidden.referenced && referenced ? { ...outer, referenced_message: blank(referenced) } : outer;
  }

  /** The message it replies to, null when that is gone, undefined when it is no reply. */
  referenced(message: Message): Message | null | undefined {
    const messageId = message.message_reference?.message_id;
    if (messageId === undefined) return undefined;
    const { messages, interactions } = this.#world;
    return messages.get(message.channel_id, messageId) ?? interactions.ephemeral(messageId) ?? null;
  }

  forApplication(application: Application, message: Message): object {
    const userId = application.botUserId;
    if (application.privilegedIntents.includes('MESSAGE_CONTENT')) return this.message(message, userId);
    const visible = (candidate: Message) => {
      const whole = this.#alone(candidate, userId);
      const channel = this.#world.channels.get(candidate.channel_id);
      const isExempt =
        (channel !== undefined && isDm(channel)) || exemptFromContentGate(candidate).includes(userId);
      return isExempt ? whole : blank(whole);
    };
    const referenced = this.referenced(message);
    if (referenced === undefined) return visible(message);
    return { ...visible(message), referenced_message: referenced === null ? null : visible(referenced) };
  }

  #alone(message: Message, forUserId: Snowflake | undefined): object {
    const { users } = this.#world;
    return {
      id: message.id,
      channel_id: message.channel_id,
      type: message.type,
      author: this.#views.user(users.require(message.author_id)),
      content: message.content,
      timestamp: message.timestamp,
      edited_timestamp: message.edited_timestamp,
      tts: message.tts,
      mention_everyone: message.mention_everyone,
      mentions: message.mentions.map((userId) => this.#views.user(users.require(userId))),
      mention_roles: message.mention_roles,
      attachments: [],
      embeds: (message.flags & SUPPRESS_EMBEDS) === 0 ? message.embeds : [],
      components: message.components ?? [],
      pinned: message.pinned,
      flags: message.flags,
      ...(message.nonce === null ? {} : { nonce: message.nonce }),
      ...(message.message_reference === null ? {} : { message_reference: message.message_reference }),
      ...messageOriginView(message, this.#world),
      ...(message.reactions.length === 0
        ? {}
        : { reactions: message.reactions.map((reaction) => reactionCount(reaction, forUserId)) }),
    };
  }

  #mentioned(userId: Snowflake, guildId: Snowflake): object {
    const { users, members } = this.#world;
    const member = members.get(guildId, userId);
    const user = this.#views.user(users.require(userId));
    return member === undefined ? user : { ...user, member: this.#views.memberWithoutUser(member) };
  }
}

function blank(message: object): object {
  const { poll: _, ...rest } = message as { readonly poll?: unknown };
  return { ...rest, content: '', embeds: [], attachments: [], components: [] };
}

function reactionCount(reaction: Reaction, forUserId: Snowflake | undefined): object {
  return {
    emoji: reaction.emoji,
    count: reaction.userIds.length,
    count_details: { normal: reaction.userIds.length, burst: 0 },
    me: forUserId !== undefined && reaction.userIds.includes(forUserId),
    me_burst: false,
    burst_colors: [],
  };
}
