import { useCallback, useMemo, useRef, useState } from 'react';
import type { Application, Session } from '../../api/types.ts';
import { useShortcut } from '../../keys/shortcuts.ts';
import { applications, rates, sessions } from '../../state/hall.ts';
import { go, hrefOf, replace, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { type SessionAct, SessionDialogs } from './session-dialogs.tsx';
import { SessionDrawer } from './session-drawer.tsx';
import { SessionRow } from './session-row.tsx';

const ROW_PX = 57;
const ALL = 'all';
const COLUMNS = [
  'Session',
  'Library',
  'State',
  'Intents',
  'Transport',
  'Seq',
  'Events / s',
  'Heartbeat',
  'Replay',
];

const keyOf = (session: Session) => session.id;

export function SessionsView() {
  const known = useStore(sessions);
  const apps = useStore(applications);
  const { first, second: openId } = useStore(route);
  const scope = first ?? ALL;
  const [query, setQuery] = useState('');
  const [act, setAct] = useState<SessionAct | null>(null);
  const search = useRef<HTMLInputElement>(null);
  useShortcut('/', () => search.current?.focus());

  const shown = useMemo(
    () =>
      [...(known?.values() ?? [])]
        .filter((session) => scope === ALL || session.applicationId === scope)
        .filter((session) => matches(query, session, apps?.get(session.applicationId)))
        .sort(byShard),
    [known, apps, scope, query],
  );
  const opened = openId === null ? undefined : known?.get(openId);
  const open = useCallback((session: Session) => replace('sessions', scope, session.id), [scope]);
  const closeDrawer = () => replace('sessions', scope);
  const total = known?.size ?? 0;

  return (
    <div className="sessions">
      <header className="view-head">
        <h1>Sessions</h1>
        <span className="view-count" aria-live="polite">
          {known === null ? '' : plural(shown.length, 'session')}
        </span>
        <div className="view-tools">
          <SearchField
            ref={search}
            label="Filter by shard, library or session id"
            value={query}
            onChange={setQuery}
            shortcut="/"
          />
          <select
            className="input input-short"
            aria-label="Application"
            value={scope}
            onChange={(event) => go('sessions', event.target.value)}
          >
            <option value={ALL}>All applications</option>
            {[...(apps?.values() ?? [])].map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <Button onClick={() => setAct({ kind: 'standing' })}>Faults that wait</Button>
          <Button icon="bolt" onClick={() => setAct({ kind: 'fault', session: null })}>
            Break something
          </Button>
        </div>
      </header>
      <div className="table" role="table" aria-label="Sessions" aria-rowcount={shown.length + 1}>
        <div role="rowgroup">
          <div className="table-head session-grid" role="row">
            {COLUMNS.map((column) => (
              <span key={column} role="columnheader">
                {column}
              </span>
            ))}
            <span role="columnheader">
              <span className="unseen">Actions</span>
            </span>
          </div>
        </div>
        {shown.length > 0 && (
          <VirtualList
            className="table-body"
            role="rowgroup"
            rowRole="row"
            items={shown}
            keyOf={keyOf}
            estimatePx={ROW_PX}
          >
            {(session) => (
              <SessionRow
                session={session}
                application={apps?.get(session.applicationId)}
                rate={rates.of(session.id)}
                isOpen={session.id === openId}
                onOpen={open}
                onAct={setAct}
              />
            )}
          </VirtualList>
        )}
      </div>
      {shown.length === 0 && known !== null && (
        <EmptyState icon="sessions" title={total === 0 ? 'No session is open' : 'No session is like this'}>
          {total === 0 ? (
            <>
              <p>Connect a bot: its session appears here in the moment it identifies.</p>
              <pre className="snippet">
                {`new Client({\n  intents: ['Guilds', 'GuildMessages'],\n  rest: { api: '${location.origin}/api' },\n}).login(token)`}
              </pre>
              <p>
                Tokens are in <a href={hrefOf('applications')}>Applications</a>.
              </p>
            </>
          ) : (
            <p>Clear the filter, or choose another application.</p>
          )}
        </EmptyState>
      )}
      {opened !== undefined && (
        <SessionDrawer
          key={opened.id}
          session={opened}
          application={apps?.get(opened.applicationId)}
          onAct={setAct}
          onClose={closeDrawer}
        />
      )}
      {act !== null && <SessionDialogs act={act} onClose={() => setAct(null)} />}
    </div>
  );
}

function byShard(a: Session, b: Session): number {
  return (
    a.applicationId.localeCompare(b.applicationId) ||
    a.shard[0] - b.shard[0] ||
    a.createdAt.localeCompare(b.createdAt)
  );
}

function matches(query: string, session: Session, application: Application | undefined): boolean {
  const { id, shard, library, state } = session;
  const text =
    `${application?.name} ${shard.join('/')} shard ${shard[0]} ${library.browser} ${state} ${id}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
