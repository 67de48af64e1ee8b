import type { Application } from '../../api/types.ts';
import { activities } from '../../state/hall.ts';
import { useStore } from '../../state/store.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatTime } from '../../ui/format.ts';

const MAX_SHOWN = 40;

/** What the application's clients did, and what was done to them, newest first. */
export function Timeline({ application }: { readonly application: Application }) {
  const shown = useStore(activities)
    .filter(({ applicationId }) => applicationId === application.id)
    .slice(-MAX_SHOWN)
    .reverse();
  return (
    <section className="card" aria-labelledby="timeline-title">
      <header className="card-head">
        <h3 id="timeline-title">What its clients did</h3>
      </header>
      {shown.length === 0 ? (
        <p className="card-text">
          Nothing since this page was opened. Connect a bot, or switch an intent off and see here how it takes
          it.
        </p>
      ) : (
        <ol
          className="timeline"
          aria-live="polite"
          aria-label="What its clients did, newest first"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          tabIndex={0}
        >
          {shown.map(({ key, at, shard, tone, what, more }) => (
            <li key={key} className={classNames('event', `event-${tone}`)}>
              <div className="event-when">
                <time dateTime={at}>{formatTime(at)}</time>
                {shard !== null && <span>shard {shard}</span>}
              </div>
              <span className="event-mark" aria-hidden="true" />
              <div className="event-text">
                <p className="event-what">{what}</p>
                {more !== '' && <p className="event-more">{more}</p>}
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
