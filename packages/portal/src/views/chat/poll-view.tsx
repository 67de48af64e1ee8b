import { useRef } from 'react';
import { api } from '../../api/client.ts';
import type { Message, Poll } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatMoment, plural } from '../../ui/format.ts';
import { emojiText } from './components/select-choices.tsx';
import { usePlace } from './place.tsx';

/** A poll, in which the chosen user votes. */
export function PollView({ message, poll }: { readonly message: Message; readonly poll: Poll }) {
  const { as } = usePlace();
  /** Votes given from here, so that a second click takes them back. */
  const given = useRef(new Set<string>());
  const counts = new Map(poll.results.answer_counts.map(({ id, count }) => [id, count]));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const isOver = poll.results.is_finalized;
  const vote = (answerId: number) => {
    if (as === null) return;
    const key = `${as.id} ${answerId}`;
    const takesBack = given.current.has(key);
    void attempt(async () => {
      await (takesBack ? api.unvote : api.vote)(message.channel_id, message.id, answerId, as.id);
      if (takesBack) given.current.delete(key);
      else given.current.add(key);
    });
  };
  return (
    <div className="poll" role="group" aria-label={`Poll: ${poll.question.text}`}>
      <p className="poll-question">{poll.question.text}</p>
      <ul className="poll-answers">
        {poll.answers.map(({ answer_id: id, poll_media: { text = '', emoji } }) => {
          const count = counts.get(id) ?? 0;
          const share = total === 0 ? 0 : Math.round((count / total) * 100);
          return (
            <li key={id}>
              <button
                type="button"
                className={classNames('poll-answer', count > 0 && 'poll-answer-voted')}
                disabled={isOver || as === null}
                aria-label={`${text}, ${plural(count, 'vote')}`}
                onClick={() => vote(id)}
              >
                <span className="poll-bar" style={{ width: `${share}%` }} />
                <span className="poll-text">
                  {emoji !== undefined && emojiText(emoji)} {text}
                </span>
                <span className="poll-count">
                  {count} · {share}%
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="poll-foot">
        {plural(total, 'vote')}
        {poll.allow_multiselect && ', several answers allowed'}
        {isOver ? ', the poll is over' : poll.expiry !== null && `, until ${formatMoment(poll.expiry)}`}
      </p>
    </div>
  );
}
