import { type KeyboardEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild, Role } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { hrefOf } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ChannelDetail } from './channel-detail.tsx';
import { CHANNEL_TYPES } from './channel-types.ts';
import { CreateChannel } from './create-channel.tsx';
import { CATEGORY, channelGroupsOf, channelShift, type Step } from './order.ts';
import { stepOf } from './step-keys.ts';

export function ChannelsTab({
  guild,
  channels,
  roles,
  openId,
  version,
}: {
  readonly guild: Guild;
  readonly channels: readonly Channel[];
  readonly roles: readonly Role[];
  readonly openId: string | null;
  readonly version: number;
}) {
  const [isCreating, setCreating] = useState(false);
  const [said, setSaid] = useState('');
  const groups = channelGroupsOf(channels);
  const first = groups.flatMap((group) => group.channels)[0] ?? channels[0];
  const open = channels.find(({ id }) => id === openId) ?? (openId === null ? first : undefined);
  const move = async (channel: Channel, step: Step) => {
    const shift = channelShift(channels, channel, step);
    if (shift === null || !(await attempt(() => api.moveChannels(guild.id, shift.moves)))) return;
    setSaid(`${channel.name} is now ${shift.place} of ${shift.count}.`);
  };
  const item = (channel: Channel) => (
    <PartItem
      key={channel.id}
      channel={channel}
      guildId={guild.id}
      isOpen={channel.id === open?.id}
      onMove={(step) => void move(channel, step)}
    />
  );
  return (
    <div className={classNames('parts', openId !== null && 'parts-open')}>
      <nav className="parts-list" aria-label="Choose a channel">
        <Button icon="plus" onClick={() => setCreating(true)}>
          New channel
        </Button>
        {groups.map(({ category, channels: within }) => (
          <div key={category?.id ?? 'none'} className="parts-group">
            {category !== null && item(category)}
            {within.map(item)}
          </div>
        ))}
        <p className="unseen" role="status">
          {said}
        </p>
      </nav>
      <div className="parts-detail">
        {open !== undefined ? (
          <ChannelDetail
            key={open.id}
            guild={guild}
            channel={open}
            channels={channels}
            roles={roles}
            version={version}
            onMove={(step) => void move(open, step)}
          />
        ) : (
          <EmptyState icon="hash" title={channels.length === 0 ? 'No channel yet' : 'No such channel'}>
            <p>Messages are written in channels; what happens in one is heard by the bots that see it.</p>
            <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
              New channel
            </Button>
          </EmptyState>
        )}
      </div>
      {isCreating && <CreateChannel guild={guild} channels={channels} onClose={() => setCreating(false)} />}
    </div>
  );
}

function PartItem({
  channel,
  guildId,
  isOpen,
  onMove,
}: {
  readonly channel: Channel;
  readonly guildId: string;
  readonly isOpen: boolean;
  readonly onMove: (step: Step) => void;
}) {
  const { id, name, type } = channel;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event);
    if (step === null) return;
    event.preventDefault();
    onMove(step);
  };
  return (
    <a
      className={classNames('part', type === CATEGORY && 'part-category')}
      href={hrefOf('world', guildId, 'channels', id)}
      aria-current={isOpen ? 'page' : undefined}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      onKeyDown={onKeyDown}
    >
      <Icon name={CHANNEL_TYPES.find((known) => known.type === type)?.icon ?? 'hash'} size={16} />
      <span className="clip">{name}</span>
    </a>
  );
}
