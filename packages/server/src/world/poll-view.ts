import type { Poll, Snowflake } from './entities.ts';

const DEFAULT_LAYOUT = 1;

/**
 * @param forUserId whose votes count as `me_voted`
 * @see https://docs.discord.com/developers/resources/poll#poll-object
 */
export function pollView(poll: Poll, forUserId: Snowflake | undefined): object {
  return {
    question: { text: poll.question },
    answers: poll.answers.map(({ answer_id, text, emoji }) => ({
      answer_id,
      poll_media: {
        ...(text === undefined ? {} : { text }),
        ...(emoji === undefined ? {} : { emoji }),
      },
    })),
    expiry: poll.expiry,
    allow_multiselect: poll.allow_multiselect,
    layout_type: DEFAULT_LAYOUT,
    results: {
      is_finalized: poll.isFinalized,
      answer_counts: poll.answers
        .filter(({ voterIds }) => voterIds.length > 0)
        .map(({ answer_id, voterIds }) => ({
          id: answer_id,
          count: voterIds.length,
          me_voted: forUserId !== undefined && voterIds.includes(forUserId),
        })),
    },
  };
}
