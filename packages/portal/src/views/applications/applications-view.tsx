import { useState } from 'react';
import { useShortcut } from '../../keys/shortcuts.ts';
import { applications, sessions } from '../../state/hall.ts';
import { hrefOf, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { ApplicationDetail } from './application-detail.tsx';
import { CreateApplication } from './create-application.tsx';

export function ApplicationsView() {
  const known = useStore(applications);
  const live = useStore(sessions);
  const { first: selectedId } = useStore(route);
  const [isCreating, setCreating] = useState(false);
  useShortcut('n', () => setCreating(true));
  const list = [...(known?.values() ?? [])];
  // On a wide screen something is always shown; on a phone the list comes first.
  const shown = (selectedId === null ? list[0] : known?.get(selectedId)) ?? null;
  const liveCount = (applicationId: string) =>
    [...(live?.values() ?? [])].filter((session) => session.applicationId === applicationId).length;

  return (
    <div className={classNames('split', selectedId !== null && 'split-detail')}>
      <section className="split-list" aria-label="Applications">
        <header className="view-head">
          <h1>Applications</h1>
          <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
            New
          </Button>
        </header>
        <nav className="list" aria-label="Choose an application">
          {list.map(({ id, name }) => {
            const count = liveCount(id);
            return (
              <a
                key={id}
                className="list-item"
                href={hrefOf('applications', id)}
                aria-current={shown?.id === id ? 'page' : undefined}
              >
                <Avatar id={id} name={name} isSquare />
                <span className="list-text">
                  <span className="list-name">{name}</span>
                  <span className="list-note">
                    <span className={classNames('dot', count > 0 && 'dot-good')} />
                    {count === 0 ? 'No sessions' : plural(count, 'session')}
                  </span>
                </span>
              </a>
            );
          })}
        </nav>
      </section>
      <section className="split-body" aria-label={shown === null ? 'Application' : shown.name}>
        {shown !== null && <ApplicationDetail key={shown.id} application={shown} />}
        {shown === null && known !== null && (
          <EmptyState
            icon="applications"
            title={list.length === 0 ? 'No application yet' : 'No such application'}
          >
            <p>An application is what a bot belongs to: it has a token to connect with and its intents.</p>
            <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
              New application
            </Button>
          </EmptyState>
        )}
      </section>
      {isCreating && <CreateApplication onClose={() => setCreating(false)} />}
    </div>
  );
}
