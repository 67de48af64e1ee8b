import { compareSnowflakes } from '@guildhall/protocol';
import type { APIEmbed } from 'discord-api-types/v10';
import { placeOf } from './channel-kinds.ts';
import { channelDispatch } from './dispatch.ts';
import type { Message, Poll, PollAnswer, Snowflake, User } from './entities.ts';
import { WorldError } from './errors.ts';
import { replyReference } from './message-references.ts';
import { POLL_RESULT_TYPE } from './message-types.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

const MS_PER_HOUR = 3_600_000;

export interface PollInput {
  readonly question: string;
  /** 1 to 10, each with a text or an emoji. */
  readonly answers: readonly Pick<PollAnswer, 'text' | 'emoji'>[];
  readonly durationHours: number;
  readonly allowMultiselect: boolean;
}

/** A message with its poll. */
type PollMessage = Message & { readonly poll: Poll };

/** Votes of people, and the ends of polls. */
export class Polls {
  readonly #world: World;
  /** Where those are that have not ended; some of the messages may be gone. */
  readonly #open = new Map<Snowflake, Snowflake>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @internal for Messages. */
  noteMessage(message: Message): void {
    if (message.poll !== null && !message.poll.isFinalized) this.#open.set(message.id, message.channel_id);
  }

  /**
   * MESSAGE_POLL_VOTE_ADD, or nothing when the user has chosen so already. In a poll of one choice, the former one is
   * taken back first, with MESSAGE_POLL_VOTE_REMOVE.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_MEMBER, NOT_A_POLL, UNKNOWN_POLL_ANSWER, POLL_EXPIRED,
   *   BOTS_CANNOT_VOTE, LIMIT_REACHED:usersPerReaction
   */
  vote(channelId: Snowflake, messageId: Snowflake, userId: Snowflake, answerId: number): void {
    const { messages, users, limits } = this.#world;
    this.#world.journal.assertWritable();
    messages.requireWriter(channelId, userId);
    if (users.require(userId).bot) throw new WorldError('BOTS_CANNOT_VOTE', 'bots do not vote');
    let message = this.#requireOpen(channelId, messageId);
    const answer = requireAnswer(message.poll, answerId);
    if (answer.voterIds.includes(userId)) return;
    if (answer.voterIds.length >= limits.usersPerReaction) {
      throw new WorldError(
        'LIMIT_REACHED:usersPerReaction',
        `an answer is kept for at most ${limits.usersPerReaction} users`,
      );
    }
    const former = message.poll.answers.find(({ voterIds }) => voterIds.includes(userId));
    if (former !== undefined && !message.poll.allow_multiselect) {
      message = this.#change(message, userId, former, false);
    }
    this.#change(message, userId, requireAnswer(message.poll, answerId), true);
  }

  /**
   * MESSAGE_POLL_VOTE_REMOVE, or nothing when the user has not chosen so.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_MEMBER, NOT_A_POLL, UNKNOWN_POLL_ANSWER, POLL_EXPIRED
   */
  unvote(channelId: Snowflake, messageId: Snowflake, userId: Snowflake, answerId: number): void {
    this.#world.journal.assertWritable();
    this.#world.messages.requireWriter(channelId, userId);
    const message = this.#requireOpen(channelId, messageId);
    const answer = requireAnswer(message.poll, answerId);
    if (answer.voterIds.includes(userId)) this.#change(message, userId, answer, false);
  }

  /**
   * Who chose the answer, in rising order of user id, those after `after` only.
   * @throws WorldError UNKNOWN_MESSAGE, NOT_A_POLL, UNKNOWN_POLL_ANSWER
   */
  voters(
    channelId: Snowflake,
    messageId: Snowflake,
    answerId: number,
    { after, limit }: { readonly after?: Snowflake; readonly limit: number },
  ): readonly User[] {
    const { users } = this.#world;
    const message = this.#requirePoll(channelId, messageId);
    return [...requireAnswer(message.poll, answerId).voterIds]
      .filter((id) => after === undefined || compareSnowflakes(id, after) > 0)
      .sort(compareSnowflakes)
      .slice(0, limit)
      .map((id) => users.require(id));
  }

  /**
   * Ends the poll now: MESSAGE_UPDATE with the counts, and MESSAGE_CREATE of the message that tells the result.
   * @throws WorldError UNKNOWN_MESSAGE, NOT_A_POLL, POLL_EXPIRED when it has ended already
   */
  end(channelId: Snowflake, messageId: Snowflake): Message {
    this.#world.journal.assertWritable();
    return this.#end(this.#requireOpen(channelId, messageId));
  }

  /** Ends those whose time is over. To be called now and then. */
  endDue(): void {
    const nowMs = this.#world.now();
    for (const [messageId, channelId] of [...this.#open]) {
      const message = this.#world.messages.get(channelId, messageId);
      const poll = message?.poll ?? null;
      if (message === undefined || poll === null || poll.isFinalized) this.#open.delete(messageId);
      else if (Date.parse(poll.expiry) <= nowMs) this.#end({ ...message, poll });
    }
  }

  #end(message: PollMessage): Message {
    const { messages } = this.#world;
    const poll: Poll = {
      ...message.poll,
      isFinalized: true,
      expiry: earlier(message.poll.expiry, isoTimestamp(this.#world.now())),
    };
    this.#open.delete(message.id);
    const ended = messages.update({ ...message, poll });
    messages.createSystem({
      channelId: message.channel_id,
      authorId: message.author_id,
      type: POLL_RESULT_TYPE,
      embeds: [resultEmbed(poll)],
      message_reference: replyReference(message),
    });
    return ended;
  }

  #requirePoll(channelId: Snowflake, messageId: Snowflake): PollMessage {
    this.#world.channels.require(channelId);
    const message = this.#world.messages.require(channelId, messageId);
    const { poll } = message;
    if (poll === null) throw new WorldError('NOT_A_POLL', `message ${messageId} is no poll`);
    return { ...message, poll };
  }

  #requireOpen(channelId: Snowflake, messageId: Snowflake): PollMessage {
    const message = this.#requirePoll(channelId, messageId);
    const { isFinalized, expiry } = message.poll;
    if (isFinalized || Date.parse(expiry) <= this.#world.now()) {
      throw new WorldError('POLL_EXPIRED', `the poll ${messageId} has ended`);
    }
    return message;
  }

  #change(message: PollMessage, userId: Snowflake, changed: PollAnswer, adds: boolean): PollMessage {
    const { journal, messages, channels } = this.#world;
    const voterIds = adds
      ? [...changed.voterIds, userId]
      : changed.voterIds.filter((voterId) => voterId !== userId);
    const answers = message.poll.answers.map((answer) =>
      answer.answer_id === changed.answer_id ? { ...answer, voterIds } : answer,
    );
    const poll = { ...message.poll, answers };
    const next = { ...message, poll };
    messages.put(next);
    const channel = channels.require(message.channel_id);
    journal.emit(
      channelDispatch(adds ? 'MESSAGE_POLL_VOTE_ADD' : 'MESSAGE_POLL_VOTE_REMOVE', channel, {
        user_id: userId,
        message_id: message.id,
        ...placeOf(channel),
        answer_id: changed.answer_id,
      }),
    );
    return next;
  }
}

export function newPoll(input: PollInput, nowMs: number): Poll {
  return {
    question: input.question,
    answers: input.answers.map((answer, index) => ({ ...answer, answer_id: index + 1, voterIds: [] })),
    expiry: isoTimestamp(nowMs + input.durationHours * MS_PER_HOUR),
    allow_multiselect: input.allowMultiselect,
    isFinalized: false,
  };
}

function requireAnswer(poll: Poll, answerId: number): PollAnswer {
  const answer = poll.answers.find(({ answer_id }) => answer_id === answerId);
  if (answer === undefined) throw new WorldError('UNKNOWN_POLL_ANSWER', `the poll has no answer ${answerId}`);
  return answer;
}

function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

/** @see https://docs.discord.com/developers/resources/message#embed-fields-by-embed-type-poll-result-embed-fields */
function resultEmbed(poll: Poll): APIEmbed {
  const counts = poll.answers.map(({ voterIds }) => voterIds.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts);
  const best = poll.answers.filter(({ voterIds }) => voterIds.length === most);
  const victor = total > 0 && best.length === 1 ? best[0] : undefined;
  const fields: [name: string, value: string | undefined][] = [
    ['poll_question_text', poll.question],
    ['victor_answer_votes', String(most)],
    ['total_votes', String(total)],
    ['victor_answer_id', victor === undefined ? undefined : String(victor.answer_id)],
    ['victor_answer_text', victor?.text],
    ['victor_answer_emoji_id', victor?.emoji?.id ?? undefined],
    ['victor_answer_emoji_name', victor?.emoji?.name],
    ['victor_answer_emoji_animated', victor?.emoji?.animated === true ? 'true' : undefined],
  ];
  return {
    type: 'poll_result' as NonNullable<APIEmbed['type']>,
    fields: fields.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, inline: false }])),
  };
}
