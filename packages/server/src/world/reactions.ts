import { compareSnowflakes } from '@guildhall/protocol';
import { isDm } from './channel-kinds.ts';
import { channelDispatch } from './dispatch.ts';
import type { Channel, Message, Reaction, Snowflake, User } from './entities.ts';
import { WorldError } from './errors.ts';
import type { World } from './world.ts';

/** Unicode: id null and the character(s) as name. Custom: id, and a name that does not count for identity. */
export type EmojiRef = Reaction['emoji'];

const NORMAL_REACTION_TYPE = 0;

export class Reactions {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * MESSAGE_REACTION_ADD, or nothing if the user has reacted so already.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_MEMBER, ARCHIVED_THREAD, LIMIT_REACHED:reactionsPerMessage,
   *   LIMIT_REACHED:usersPerReaction
   */
  add(channelId: Snowflake, messageId: Snowflake, userId: Snowflake, emoji: EmojiRef): Message {
    const { journal, messages, members, views, limits } = this.#world;
    journal.assertWritable();
    const channel = messages.requireWriter(channelId, userId);
    this.#world.threads.requireActive(channelId);
    const message = messages.require(channelId, messageId);
    const known = message.reactions.find((reaction) => isSameEmoji(reaction.emoji, emoji));
    if (known?.userIds.includes(userId) === true) return message;
    if (known === undefined && message.reactions.length >= limits.reactionsPerMessage) {
      throw new WorldError(
        'LIMIT_REACHED:reactionsPerMessage',
        `a message has at most ${limits.reactionsPerMessage} emojis`,
      );
    }
    if (known !== undefined && known.userIds.length >= limits.usersPerReaction) {
      throw new WorldError(
        'LIMIT_REACHED:usersPerReaction',
        `an emoji is kept for at most ${limits.usersPerReaction} users`,
      );
    }
    const reactions =
      known === undefined
        ? [...message.reactions, { emoji, userIds: [userId] }]
        : message.reactions.map((reaction) =>
            reaction === known ? { ...known, userIds: [...known.userIds, userId] } : reaction,
          );
    const changed = messages.putReactions(message, reactions);
    const member = isDm(channel) ? {} : { member: views.member(members.require(channel.guild_id, userId)) };
    journal.emit(
      channelDispatch('MESSAGE_REACTION_ADD', channel, {
        ...reactionPayload(channel, messageId, userId, known?.emoji ?? emoji),
        ...member,
        message_author_id: message.author_id,
      }),
    );
    return changed;
  }

  /**
   * MESSAGE_REACTION_REMOVE.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_REACTION
   */
  remove(channelId: Snowflake, messageId: Snowflake, userId: Snowflake, emoji: EmojiRef): Message {
    const { journal, channels, messages } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = messages.require(channelId, messageId);
    const known = requireReaction(message, emoji);
    if (!known.userIds.includes(userId)) {
      throw new WorldError('UNKNOWN_REACTION', `user ${userId} has not reacted so`);
    }
    const userIds = known.userIds.filter((id) => id !== userId);
    const reactions = message.reactions
      .map((reaction) => (reaction === known ? { ...known, userIds } : reaction))
      .filter((reaction) => reaction.userIds.length > 0);
    const changed = messages.putReactions(message, reactions);
    journal.emit(
      channelDispatch(
        'MESSAGE_REACTION_REMOVE',
        channel,
        reactionPayload(channel, messageId, userId, known.emoji),
      ),
    );
    return changed;
  }

  /**
   * MESSAGE_REACTION_REMOVE_ALL, or nothing if there is none.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
   */
  removeAll(channelId: Snowflake, messageId: Snowflake): Message {
    const { journal, channels, messages } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = messages.require(channelId, messageId);
    if (message.reactions.length === 0) return message;
    const changed = messages.putReactions(message, []);
    journal.emit(channelDispatch('MESSAGE_REACTION_REMOVE_ALL', channel, place(channel, messageId)));
    return changed;
  }

  /**
   * MESSAGE_REACTION_REMOVE_EMOJI.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_REACTION
   */
  removeEmoji(channelId: Snowflake, messageId: Snowflake, emoji: EmojiRef): Message {
    const { journal, channels, messages } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = messages.require(channelId, messageId);
    const known = requireReaction(message, emoji);
    const changed = messages.putReactions(
      message,
      message.reactions.filter((reaction) => reaction !== known),
    );
    journal.emit(
      channelDispatch('MESSAGE_REACTION_REMOVE_EMOJI', channel, {
        ...place(channel, messageId),
        emoji: known.emoji,
      }),
    );
    return changed;
  }

  /**
   * Who reacted so, in rising order of user id, those after `after` only; empty if nobody did.
   * @throws WorldError UNKNOWN_MESSAGE
   */
  users(
    channelId: Snowflake,
    messageId: Snowflake,
    emoji: EmojiRef,
    options: { readonly after?: Snowflake; readonly limit: number },
  ): readonly User[] {
    const { messages, users } = this.#world;
    const { after, limit } = options;
    const reaction = messages
      .require(channelId, messageId)
      .reactions.find((candidate) => isSameEmoji(candidate.emoji, emoji));
    return (reaction?.userIds ?? [])
      .filter((id) => after === undefined || compareSnowflakes(id, after) > 0)
      .sort(compareSnowflakes)
      .slice(0, limit)
      .map((id) => users.require(id));
  }
}

function isSameEmoji(a: EmojiRef, b: EmojiRef): boolean {
  return a.id === null ? b.id === null && a.name === b.name : a.id === b.id;
}

function requireReaction(message: Message, emoji: EmojiRef): Reaction {
  const reaction = message.reactions.find((candidate) => isSameEmoji(candidate.emoji, emoji));
  if (reaction === undefined) {
    throw new WorldError('UNKNOWN_REACTION', `message ${message.id} has no such reaction`);
  }
  return reaction;
}

function place(channel: Channel, messageId: Snowflake): object {
  return {
    channel_id: channel.id,
    message_id: messageId,
    ...(isDm(channel) ? {} : { guild_id: channel.guild_id }),
  };
}

function reactionPayload(channel: Channel, messageId: Snowflake, userId: Snowflake, emoji: EmojiRef): object {
  return { user_id: userId, ...place(channel, messageId), emoji, burst: false, type: NORMAL_REACTION_TYPE };
}
