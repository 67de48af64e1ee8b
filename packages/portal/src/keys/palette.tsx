import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import type { Guild } from '../api/types.ts';
import { applications } from '../state/hall.ts';
import { useResource } from '../state/resource.ts';
import { go } from '../state/route.ts';
import { useStore } from '../state/store.ts';
import { Icon, type IconName } from '../ui/icon.tsx';

interface Command {
  readonly name: string;
  readonly note: string;
  readonly icon: IconName;
  readonly run: () => void;
}

const MAX_SHOWN = 12;
/** Guilds whose channels are offered. */
const MAX_GUILDS = 20;

/** Goes anywhere by a few letters. */
export function Palette({ onClose, onHelp }: { readonly onClose: () => void; readonly onHelp: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const known = useStore(applications);
  const places = useResource('places', 0, readPlaces);
  useEffect(() => dialog.current?.showModal(), []);

  const commands = useMemo<readonly Command[]>(
    () => [
      { name: 'Applications', note: 'g a', icon: 'applications', run: () => go('applications') },
      { name: 'Sessions', note: 'g s', icon: 'sessions', run: () => go('sessions') },
      { name: 'Chat', note: 'g c', icon: 'chat', run: () => go('chat') },
      { name: 'World', note: 'g w', icon: 'world', run: () => go('world') },
      { name: 'Metrics', note: 'g m', icon: 'metrics', run: () => go('metrics') },
      ...[...(known?.values() ?? [])].flatMap<Command>((application) => [
        {
          name: application.name,
          note: 'application',
          icon: 'applications',
          run: () => go('applications', application.id),
        },
        {
          name: `Sessions of ${application.name}`,
          note: 'sessions',
          icon: 'sessions',
          run: () => go('sessions', application.id),
        },
      ]),
      ...(places.kind === 'read' ? places.value : []),
      { name: 'Keyboard shortcuts', note: '?', icon: 'help', run: onHelp },
    ],
    [known, places, onHelp],
  );
  const shown = commands.filter(({ name, note }) => matches(query, `${name} ${note}`)).slice(0, MAX_SHOWN);
  const chosen = Math.min(at, Math.max(0, shown.length - 1));
  const choose = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && shown.length > 0) {
      event.preventDefault();
      setAt((chosen + step + shown.length) % shown.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(shown[chosen]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label="Find"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-search">
        <Icon name="search" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={shown.length > 0 ? `${id}-${chosen}` : undefined}
          aria-label="Find a page, an application, a guild, a channel, a command"
          placeholder="Find a page, an application, a guild, a channel…"
          value={query}
          autoFocus
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list" id={`${id}-list`} role="listbox" aria-label="Found">
        {shown.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={`${command.note} ${command.name}`}
            id={`${id}-${index}`}
            className="palette-item"
            role="option"
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(command)}
          >
            <Icon name={command.icon} />
            <span>{command.name}</span>
            <span className="palette-note">{command.note}</span>
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="palette-none">Nothing has a name like this.</p>}
    </dialog>
  );
}

async function readPlaces(): Promise<readonly Command[]> {
  const guilds = (await api.guilds()).slice(0, MAX_GUILDS);
  const found = await Promise.all(
    guilds.map(async (guild) =>
      (await api.channels(guild.id))
        .filter(({ type }) => type === 0 || type === 5)
        .map(
          (channel): Command => ({
            name: channel.name,
            note: guild.name,
            icon: 'hash',
            run: () => go('chat', guild.id, channel.id),
          }),
        ),
    ),
  );
  return [...guilds.map(ofWorld), ...found.flat()];
}

function ofWorld({ id, name }: Guild): Command {
  return { name, note: 'guild', icon: 'world', run: () => go('world', id) };
}

/** Every word of the query is somewhere in it. */
function matches(query: string, text: string): boolean {
  const lower = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
