import { applications } from '../../state/hall.ts';
import { dismiss } from '../../state/interactions.ts';
import { useStore } from '../../state/store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import type { Attempt } from './rows.ts';
import { TypingDots } from './typing-line.tsx';

const OUTCOMES: Partial<Record<Attempt['state'], string>> = {
  expired: 'The application did not respond',
  activity: 'The application opens its Activity, of which there is nothing to see here',
};

/** A command or form that waits, or of which nothing came. */
export function AttemptRow({ attempt }: { readonly attempt: Attempt }) {
  const application = useStore(applications)?.get(attempt.applicationId);
  const name = application?.name ?? 'The application';
  const outcome = OUTCOMES[attempt.state];
  return (
    <article className="message message-first message-private" aria-label={`${attempt.what}, to ${name}`}>
      <div className="message-side">
        <Avatar
          id={application?.bot.id ?? attempt.applicationId}
          name={name}
          size={40}
          picture={application?.bot.avatar}
        />
      </div>
      <div className="message-main">
        <header className="message-head">
          <span className="message-author">{name}</span>
          <span className="bot-mark">BOT</span>
          <span className="quiet">{attempt.what}</span>
        </header>
        {outcome === undefined ? (
          <p className="message-waits">
            <TypingDots /> Sending…
          </p>
        ) : (
          <p className="component-failed" role="status">
            {outcome}{' '}
            <button type="button" className="link" onClick={() => dismiss(attempt.id)}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </article>
  );
}
