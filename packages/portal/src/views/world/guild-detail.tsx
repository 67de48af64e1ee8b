import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { go, hrefOf, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ChangeGuild } from './change-guild.tsx';
import { ChannelsTab } from './channels-tab.tsx';
import { ConfirmDelete } from './confirm-delete.tsx';
import { LifeTab } from './life-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { RolesTab } from './roles-tab.tsx';

const TABS = [
  { tab: 'channels', label: 'Channels' },
  { tab: 'roles', label: 'Roles' },
  { tab: 'members', label: 'Members' },
  { tab: 'life', label: 'Life' },
] as const;

export function GuildDetail({ guild, version }: { readonly guild: Guild; readonly version: number }) {
  const { id, name } = guild;
  const { second, third } = useStore(route);
  const tab = TABS.find((known) => known.tab === second)?.tab ?? 'channels';
  const [dialog, setDialog] = useState<'change' | 'delete' | null>(null);
  const read = useResource(id, version, () => Promise.all([api.channels(id), api.roles(id)]));
  const [channels, roles] = read.kind === 'read' ? read.value : [null, null];
  const close = () => setDialog(null);
  return (
    <div className="guild">
      <header className="guild-head">
        <a className="back-link" href={hrefOf('world')}>
          <Icon name="back" />
          Guilds
        </a>
        <Avatar id={id} name={name} size={44} isSquare />
        <div className="detail-title">
          <h2>{name}</h2>
          <p className="detail-id">
            <code>{id}</code>
            <CopyButton text={id} label="Copy id" />
            <span className="detail-made">{plural(guild.member_count, 'member')}</span>
          </p>
        </div>
        {guild.outage && (
          <span className="badge badge-warn">
            <span className="dot" />
            Outage
          </span>
        )}
        <Menu
          label={`Change ${name}`}
          entries={[
            { kind: 'action', label: 'Change…', icon: 'edit', run: () => setDialog('change') },
            { kind: 'action', label: 'Open the chat', icon: 'chat', run: () => go('chat', id) },
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
      <nav className="tabs" aria-label={`Parts of ${name}`}>
        {TABS.map(({ tab: to, label }) => (
          <a key={to} href={hrefOf('world', id, to)} aria-current={to === tab ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <Failure of={read} />
      {channels !== null && roles !== null && (
        <div className="guild-body">
          {tab === 'channels' && (
            <ChannelsTab guild={guild} channels={channels} roles={roles} openId={third} version={version} />
          )}
          {tab === 'roles' && <RolesTab guild={guild} roles={roles} openId={third} />}
          {tab === 'members' && <MembersTab guild={guild} roles={roles} version={version} />}
          {tab === 'life' && <LifeTab guild={guild} />}
        </div>
      )}
      {dialog === 'change' && <ChangeGuild guild={guild} onClose={close} />}
      {dialog === 'delete' && (
        <ConfirmDelete
          name={name}
          action="Delete guild"
          remove={() => api.deleteGuild(id)}
          onDone={() => go('world')}
          onClose={close}
        >
          <p>
            {plural(guild.member_count, 'member')} and all channels and messages go with it. Its bots hear
            GUILD_DELETE. This cannot be undone.
          </p>
        </ConfirmDelete>
      )}
    </div>
  );
}
