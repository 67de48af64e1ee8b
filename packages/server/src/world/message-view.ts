import type { UserFlags } from 'discord-api-types/v10';
import { addressesOf, attachmentPath, referencedNames, resolveReferences } from './attachments.ts';
import { DM_TYPE } from './channel-kinds.ts';
import { componentsView } from './components-view.ts';
import { seesContent } from './content-gate.ts';
import type { Application, Attachment, Message, MessageSnapshot, Reaction, Snowflake } from './entities.ts';
import type { HiddenContent } from './events.ts';
import { SUPPRESS_EMBEDS } from './message-flags.ts';
import { messageOriginView } from './message-origin-view.ts';
import { FOLLOW_ADD_TYPE } from './message-types.ts';
import { pollView } from './poll-view.ts';
import type { Views } from './views.ts';
import type { World } from './world.ts';

const FORWARD_REFERENCE = 1;
const NO_FLAGS = 0 as UserFlags;

interface Nested {
  readonly referenced_message?: object | null;
  readonly message_snapshots?: readonly { readonly message: object }[];
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
    const author = message.webhook_id === null ? members.get(guildId, message.author_id) : undefined;
    return {
      ...this.message(message),
      guild_id: guildId,
      channel_type: this.#world.channels.require(message.channel_id).type,
      ...(author === undefined ? {} : { member: this.#views.memberWithoutUser(author) }),
      mentions: message.mentions.map((userId) => this.#mentioned(userId, guildId)),
    };
  }

  blanked(payload: object, hidden: HiddenContent): object {
    const { referenced_message: referenced, message_snapshots: snapshots } = payload as Nested;
    const outer = hidden.message ? blank(payload) : payload;
    if (!hidden.referenced) return outer;
    return {
      ...outer,
      ...(referenced ? { referenced_message: blank(referenced) } : {}),
      ...(snapshots
        ? { message_snapshots: snapshots.map(({ message }) => ({ message: blank(message) })) }
        : {}),
    };
  }

  /** The message it replies to or tells of, null when that is gone, undefined when there is none. */
  referenced(message: Message): Message | null | undefined {
    const reference = message.message_reference;
    if (reference?.message_id === undefined || reference.type === FORWARD_REFERENCE) return undefined;
    // What was published elsewhere, and what follows a channel, points away and holds nothing of it.
    const isAnswer = message.interaction !== undefined;
    if ((message.webhook_id !== null && !isAnswer) || message.type === FOLLOW_ADD_TYPE) return undefined;
    const { messages, interactions } = this.#world;
    const { channel_id, message_id } = reference;
    return messages.get(channel_id, message_id) ?? interactions.ephemeral(message_id) ?? null;
  }

  forApplication(application: Application, message: Message): object {
    const userId = application.botUserId;
    const whole = this.message(message, userId);
    const channel = this.#world.channels.get(message.channel_id);
    const isHidden = (candidate: Message | MessageSnapshot | null | undefined) =>
      candidate != null && !seesContent(this.#world, application, candidate, channel);
    const hidden = {
      message: isHidden(message),
      referenced: isHidden(message.message_snapshots[0] ?? this.referenced(message)),
    };
    return hidden.message || hidden.referenced ? this.blanked(whole, hidden) : whole;
  }

  #alone(message: Message, forUserId: Snowflake | undefined): object {
    const { webhook_id, application_id, poll, message_snapshots } = message;
    const thread = this.#world.threads.get(message.id);
    return {
      id: message.id,
      channel_id: message.channel_id,
      author: this.#author(message),
      ...this.#shown(message, message.id),
      tts: message.tts,
      mention_everyone: message.mention_everyone,
      pinned: message.pinned_at !== null,
      ...(webhook_id === null ? {} : { webhook_id }),
      ...(application_id === null ? {} : { application_id }),
      ...messageOriginView(message, this.#world),
      ...(message.nonce === null ? {} : { nonce: message.nonce }),
      ...(message.message_reference === null ? {} : { message_reference: message.message_reference }),
      ...(message_snapshots.length === 0
        ? {}
        : { message_snapshots: message_snapshots.map((snapshot) => ({ message: this.#shown(snapshot) })) }),
      ...(poll === null ? {} : { poll: pollView(poll, forUserId) }),
      ...(thread === undefined || thread.id === message.channel_id
        ? {}
        : { thread: this.#views.channel(thread) }),
      ...(message.reactions.length === 0
        ? {}
        : { reactions: message.reactions.map((reaction) => reactionCount(reaction, forUserId)) }),
    };
  }

  /** What a message and what was forwarded of one have in common. */
  #shown(message: Message | MessageSnapshot, id?: Snowflake): object {
    const { attachments, embeds, components, flags, sticker_items } = message;
    const shownEmbeds = (flags & SUPPRESS_EMBEDS) === 0 ? embeds : [];
    const hasFiles = attachments.length > 0;
    return {
      type: message.type,
      content: message.content,
      timestamp: message.timestamp,
      edited_timestamp: message.edited_timestamp,
      mentions: message.mentions.map((userId) => this.#userOf(userId)),
      mention_roles: message.mention_roles,
      attachments: hasFiles ? this.#attachments(attachments, [...embeds, ...components]) : [],
      embeds: hasFiles ? resolveReferences(shownEmbeds, addressesOf(this.#world, attachments)) : shownEmbeds,
      components: componentsView(
        this.#world,
        { attachments, ...(id === undefined ? {} : { id }) },
        components,
      ),
      flags,
      ...(sticker_items.length === 0 ? {} : { sticker_items }),
    };
  }

  /** A user, or the name and picture under which a webhook has spoken. */
  #author({ author_id, persona }: Message): object {
    if (persona === null) return this.#userOf(author_id);
    return this.#views.user({
      id: author_id,
      username: persona.username,
      discriminator: '0000',
      global_name: null,
      avatar: persona.avatar,
      public_flags: NO_FLAGS,
      bot: true,
    });
  }

  /**
   * What an embed or a component shows is not shown once more as an attachment.
   * @see https://docs.discord.com/developers/resources/message#attachment-object
   */
  #attachments(attachments: readonly Attachment[], shown: readonly object[]): readonly object[] {
    const names = referencedNames(shown);
    return attachments
      .filter(({ filename }) => !names.has(filename))
      .map((file) => {
        const { channel_id: _, ...fields } = file;
        const url = this.#world.urlOf(attachmentPath(file));
        return { ...fields, url, proxy_url: url, flags: 0 };
      });
  }

  #mentioned(userId: Snowflake, guildId: Snowflake): object {
    const member = this.#world.members.get(guildId, userId);
    const user = this.#userOf(userId);
    return member === undefined ? user : { ...user, member: this.#views.memberWithoutUser(member) };
  }

  #userOf(userId: Snowflake): object {
    return this.#views.user(this.#world.users.require(userId));
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
