import '../../styles/world.css';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useShortcut } from '../../keys/shortcuts.ts';
import { worldVersion } from '../../state/hall.ts';
import { useResource } from '../../state/resource.ts';
import { hrefOf, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { useCalm } from '../../state/use-calm.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Failure } from '../../ui/failure.tsx';
import { plural } from '../../ui/format.ts';
import { CreateGuild } from './create-guild.tsx';
import { GuildDetail } from './guild-detail.tsx';

/** A crowd that joins must not have the page read everything for each of them. */
const CALM_MS = 400;

/** `#/world/GUILD/TAB/CHANNEL or ROLE` */
export function WorldView() {
  const { first: selectedId } = useStore(route);
  const version = useCalm(useStore(worldVersion), CALM_MS);
  const guilds = useResource('guilds', version, () => api.guilds());
  const [isCreating, setCreating] = useState(false);
  useShortcut('n', () => setCreating(true));
  const list = guilds.kind === 'read' ? guilds.value : [];
  // On a wide screen something is always shown; on a phone the list comes first.
  const shown = (selectedId === null ? list[0] : list.find(({ id }) => id === selectedId)) ?? null;
  return (
    <div className={classNames('split', 'world', selectedId !== null && 'split-detail')}>
      <section className="split-list" aria-label="Guilds">
        <header className="view-head">
          <h1>World</h1>
          <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
            New
          </Button>
        </header>
        <nav className="list" aria-label="Choose a guild">
          {list.map(({ id, name, member_count, outage }) => (
            <a
              key={id}
              className="list-item"
              href={hrefOf('world', id)}
              aria-current={shown?.id === id ? 'page' : undefined}
            >
              <Avatar id={id} name={name} isSquare />
              <span className="list-text">
                <span className="list-name">{name}</span>
                <span className="list-note">
                  <span className={classNames('dot', outage ? 'dot-bad' : 'dot-good')} />
                  {outage ? 'In an outage' : plural(member_count, 'member')}
                </span>
              </span>
            </a>
          ))}
        </nav>
      </section>
      <section className="split-body" aria-label={shown === null ? 'Guild' : shown.name}>
        {shown !== null && <GuildDetail key={shown.id} guild={shown} version={version} />}
        <Failure of={guilds} />
        {shown === null && guilds.kind === 'read' && (
          <EmptyState icon="world" title={list.length === 0 ? 'No guild yet' : 'No such guild'}>
            <p>
              A guild is what Discord’s people call a server: bots are in it, and hear what happens there.
            </p>
            <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
              New guild
            </Button>
          </EmptyState>
        )}
      </section>
      {isCreating && <CreateGuild onClose={() => setCreating(false)} />}
    </div>
  );
}
