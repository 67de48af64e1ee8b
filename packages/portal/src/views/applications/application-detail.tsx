import { type ReactNode, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application } from '../../api/types.ts';
import { sessions } from '../../state/hall.ts';
import { useResource } from '../../state/resource.ts';
import { hrefOf } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatMoment, formatNumber } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { BotAvatar } from './bot-avatar.tsx';
import { DeleteApplication } from './delete-application.tsx';
import { EditApplication } from './edit-application.tsx';
import { Guilds } from './guilds.tsx';
import { Intents } from './intents.tsx';
import { Timeline } from './timeline.tsx';
import { TokenCard } from './token-card.tsx';

export function ApplicationDetail({ application }: { readonly application: Application }) {
  const { id, name, description, bot, createdAt } = application;
  const own = [...(useStore(sessions)?.values() ?? [])].filter((session) => session.applicationId === id);
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const detached = own.filter(({ state }) => state === 'detached').length;
  // The starts that are left change with each session.
  const figures = useResource(id, own.length, () => api.gatewayFigures(id));
  const starts = figures.kind === 'read' ? figures.value.session_start_limit : null;
  const close = () => setDialog(null);

  return (
    <div className="detail">
      <header className="detail-head">
        <a className="back-link" href="#/applications">
          <Icon name="back" />
          Applications
        </a>
        <Avatar id={id} name={name} size={60} isSquare />
        <div className="detail-title">
          <h2>{name}</h2>
          <p className="detail-id">
            <code>{id}</code>
            <CopyButton text={id} label="Copy id" />
            <span className="detail-made">
              made <time dateTime={createdAt}>{formatMoment(createdAt)}</time>
            </span>
          </p>
        </div>
        <Menu
          label={`Change ${name}`}
          entries={[
            {
              kind: 'action',
              label: 'Name and description…',
              icon: 'edit',
              run: () => setDialog('edit'),
            },
            {
              kind: 'action',
              label: 'Delete…',
              icon: 'trash',
              isDanger: true,
              run: () => setDialog('delete'),
            },
          ]}
        />
      </header>

      <dl className="figures">
        <Figure label="Live sessions">
          <a href={hrefOf('sessions', id)}>{formatNumber(own.length - detached)}</a>
        </Figure>
        <Figure label="Detached">{formatNumber(detached)}</Figure>
        <Figure label="Shards to use">{figures.kind === 'read' ? figures.value.shards : '–'}</Figure>
        <Figure label="Starts left">
          {starts === null ? '–' : `${formatNumber(starts.remaining)} / ${formatNumber(starts.total)}`}
        </Figure>
        <Figure label="Bot user">{bot.username}</Figure>
      </dl>
      {description !== '' && <p className="detail-about">{description}</p>}

      <div className="cards">
        <Intents application={application} sessions={own} />
        <Timeline application={application} />
        <TokenCard application={application} sessionCount={own.length} />
        <Guilds application={application} />
        <BotAvatar bot={bot} />
      </div>
      {dialog === 'edit' && <EditApplication application={application} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteApplication application={application} sessionCount={own.length} onClose={close} />
      )}
    </div>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
