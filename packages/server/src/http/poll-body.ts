/** The poll that a new message brings. */

import type { Snowflake } from '../world/entities.ts';
import type { PollInput } from '../world/polls.ts';
import { parseEmoji } from './emoji-param.ts';
import { RestError } from './errors.ts';
import {
  integer,
  type JsonSchema,
  list,
  NULLABLE_BOOLEAN,
  NULLABLE_SNOWFLAKE,
  nullableObject,
  nullableText,
  object,
  text,
} from './schemas.ts';

interface PollMediaBody {
  text?: string | null;
  emoji?: { id?: Snowflake | null; name?: string | null } | null;
}

export interface PollBody {
  question: { text: string };
  answers: { poll_media: PollMediaBody }[];
  duration?: number | null;
  allow_multiselect?: boolean | null;
}

const MAX_QUESTION_CHARS = 300;
const MAX_ANSWER_CHARS = 55;
const MAX_ANSWERS = 10;
const MAX_HOURS = 32 * 24;
const DEFAULT_HOURS = 24;
const DEFAULT_LAYOUT = 1;

const EMOJI = nullableObject({ id: NULLABLE_SNOWFLAKE, name: nullableText(32) });

/** @see https://docs.discord.com/developers/resources/poll#poll-create-request-object */
export const POLL: JsonSchema = nullableObject(
  {
    question: object({ text: text(1, MAX_QUESTION_CHARS) }, ['text']),
    answers: {
      ...list(
        object({ poll_media: object({ text: nullableText(MAX_ANSWER_CHARS), emoji: EMOJI }) }, [
          'poll_media',
        ]),
        MAX_ANSWERS,
      ),
      minItems: 1,
    },
    duration: { ...integer(1, MAX_HOURS), type: ['integer', 'null'] },
    allow_multiselect: NULLABLE_BOOLEAN,
    layout_type: { type: ['integer', 'null'], enum: [DEFAULT_LAYOUT, null] },
  },
  ['question', 'answers'],
);

/** @throws RestError 50035 for an answer without text and emoji, or with an emoji that is none */
export function pollInput(body: PollBody): PollInput {
  return {
    question: body.question.text,
    answers: body.answers.map(({ poll_media }, index) => {
      const emoji = answerEmoji(poll_media, index);
      if (!poll_media.text && emoji === undefined)
        throw faultyAnswer(index, 'text', 'This field is required');
      return {
        ...(poll_media.text ? { text: poll_media.text } : {}),
        ...(emoji === undefined ? {} : { emoji }),
      };
    }),
    durationHours: body.duration ?? DEFAULT_HOURS,
    allowMultiselect: body.allow_multiselect ?? false,
  };
}

function answerEmoji({ emoji }: PollMediaBody, index: number) {
  if (!emoji || (!emoji.id && !emoji.name)) return undefined;
  if (emoji.id) return { id: emoji.id, name: emoji.name ?? '' };
  try {
    return parseEmoji(emoji.name ?? '');
  } catch {
    throw faultyAnswer(index, 'emoji', 'Invalid emoji');
  }
}

function faultyAnswer(index: number, field: string, message: string): RestError {
  return RestError.form({
    path: ['poll', 'answers', index, 'poll_media', field],
    code: field === 'emoji' ? 'POLL_INVALID_EMOJI' : 'BASE_TYPE_REQUIRED',
    message,
  });
}
