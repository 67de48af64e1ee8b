import { lazy, Suspense, useCallback, useState } from 'react';
import { Palette } from './keys/palette.tsx';
import { ShortcutHelp } from './keys/shortcut-help.tsx';
import { useShortcut } from './keys/shortcuts.ts';
import mark from './mark.svg';
import { applications, sessions } from './state/hall.ts';
import { go, hrefOf, route, type View } from './state/route.ts';
import { useStore } from './state/store.ts';
import { StreamSign } from './stream-sign.tsx';
import { Icon, type IconName } from './ui/icon.tsx';
import { Notices } from './ui/notices.tsx';
import { ApplicationsView } from './views/applications/applications-view.tsx';
import { ChatView } from './views/chat/chat-view.tsx';
import { SessionsView } from './views/sessions/sessions-view.tsx';

/** Loaded when they are looked at. */
const WorldView = lazy(async () => ({ default: (await import('./views/world/world-view.tsx')).WorldView }));
const MetricsView = lazy(async () => ({
  default: (await import('./views/metrics/metrics-view.tsx')).MetricsView,
}));

const ENTRIES: readonly { readonly view: View; readonly label: string; readonly icon: IconName }[] = [
  { view: 'applications', label: 'Applications', icon: 'applications' },
  { view: 'sessions', label: 'Sessions', icon: 'sessions' },
  { view: 'chat', label: 'Chat', icon: 'chat' },
  { view: 'world', label: 'World', icon: 'world' },
  { view: 'metrics', label: 'Metrics', icon: 'metrics' },
];

export function Shell() {
  const { view } = useStore(route);
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const help = useCallback(() => setOpen('help'), []);
  const counts = {
    applications: useStore(applications)?.size,
    sessions: useStore(sessions)?.size,
    chat: undefined,
    world: undefined,
    metrics: undefined,
  };
  useShortcut('?', help);
  useShortcut('Ctrl K', () => setOpen((now) => (now === 'palette' ? null : 'palette')));
  useShortcut('g a', () => go('applications'));
  useShortcut('g s', () => go('sessions'));
  useShortcut('g c', () => go('chat'));
  useShortcut('g w', () => go('world'));
  useShortcut('g m', () => go('metrics'));
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={skip}>
        Skip to the content
      </button>
      <aside className="side" aria-label="Guildhall">
        <a className="brand" href={hrefOf('applications')}>
          <img src={mark} alt="" width={30} height={30} />
          <span>Guildhall</span>
        </a>
        <button type="button" className="find" onClick={() => setOpen('palette')}>
          <Icon name="search" size={16} />
          <span>Find</span>
          <kbd>Ctrl K</kbd>
        </button>
        <nav className="side-nav" aria-label="Views">
          {ENTRIES.map(({ view: to, label, icon }) => (
            <a
              key={to}
              href={hrefOf(to)}
              className="side-item"
              aria-current={view === to ? 'page' : undefined}
            >
              <Icon name={icon} size={19} />
              <span>{label}</span>
              {counts[to] !== undefined && <span className="side-count">{counts[to]}</span>}
            </a>
          ))}
        </nav>
        <div className="side-foot">
          <StreamSign />
          <button type="button" className="side-help" onClick={help} aria-label="Keyboard shortcuts">
            <kbd>?</kbd>
          </button>
        </div>
      </aside>
      <main className="main" id="main" tabIndex={-1}>
        {view === 'applications' && <ApplicationsView />}
        {view === 'sessions' && <SessionsView />}
        {view === 'chat' && <ChatView />}
        <Suspense>
          {view === 'world' && <WorldView />}
          {view === 'metrics' && <MetricsView />}
        </Suspense>
      </main>
      {open === 'palette' && <Palette onClose={close} onHelp={help} />}
      {open === 'help' && <ShortcutHelp onClose={close} />}
      <Notices />
    </div>
  );
}

/** No link: the fragment names the view. */
function skip(): void {
  document.getElementById('main')?.focus();
}
