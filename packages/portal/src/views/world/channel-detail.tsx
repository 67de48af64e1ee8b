import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild, Role } from '../../api/types.ts';
import { go, hrefOf } from '../../state/route.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ChannelSettings } from './channel-settings.tsx';
import { ConfirmDelete } from './confirm-delete.tsx';
import { CATEGORY, channelShift, type Step } from './order.ts';
import { Overwrites } from './overwrites.tsx';
import { Viewers } from './viewers.tsx';

export function ChannelDetail({
  guild,
  channel,
  channels,
  roles,
  version,
  onMove,
}: {
  readonly guild: Guild;
  readonly channel: Channel;
  readonly channels: readonly Channel[];
  readonly roles: readonly Role[];
  readonly version: number;
  readonly onMove: (step: Step) => void;
}) {
  const { id, name, type } = channel;
  const [isDeleting, setDeleting] = useState(false);
  const what = type === CATEGORY ? 'category' : 'channel';
  return (
    <>
      <header className="part-head">
        <a className="back-link" href={hrefOf('world', guild.id, 'channels')}>
          <Icon name="back" />
          Channels
        </a>
        <div className="detail-title">
          <h3>{name}</h3>
          <p className="detail-id">
            <code>{id}</code>
            <CopyButton text={id} label="Copy id" />
          </p>
        </div>
        <IconButton
          icon="up"
          label={`Move the ${what} up`}
          disabled={channelShift(channels, channel, -1) === null}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon="down"
          label={`Move the ${what} down`}
          disabled={channelShift(channels, channel, 1) === null}
          onClick={() => onMove(1)}
        />
        <Menu
          label={`Change ${name}`}
          entries={[
            {
              kind: 'action',
              label: `Delete the ${what}…`,
              icon: 'trash',
              isDanger: true,
              run: () => setDeleting(true),
            },
          ]}
        />
      </header>
      <ChannelSettings channel={channel} channels={channels} />
      <Viewers guild={guild} channel={channel} roles={roles} version={version} />
      <Overwrites guild={guild} channel={channel} roles={roles} />
      {isDeleting && (
        <ConfirmDelete
          name={name}
          action={`Delete ${what}`}
          remove={() => api.deleteChannel(id)}
          onDone={() => go('world', guild.id, 'channels')}
          onClose={() => setDeleting(false)}
        >
          <p>
            {type === CATEGORY
              ? 'Its channels stay, outside of any category.'
              : 'Its messages and threads go with it. Bots hear CHANNEL_DELETE.'}{' '}
            This cannot be undone.
          </p>
        </ConfirmDelete>
      )}
    </>
  );
}
