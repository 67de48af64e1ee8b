import type { Channel, Guild, User } from '../../api/types.ts';
import { go, hrefOf } from '../../state/route.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { nameOf, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { isForum, isText, isThread } from './text-channels.ts';

const CATEGORY = 4;
const VOICE = 2;

export function ChannelTree({
  guilds,
  guild,
  channels,
  threads,
  openId,
  bots,
  dmUserId,
}: {
  readonly guilds: readonly Guild[];
  readonly guild: Guild | undefined;
  readonly channels: readonly Channel[];
  readonly threads: readonly Channel[];
  readonly openId: string | null;
  readonly bots: readonly User[];
  /** Who would write to a bot. */
  readonly dmUserId: string | null;
}) {
  const categories = channels.filter(({ type }) => type === CATEGORY).sort(byPosition);
  const within = (parentId: string | null) =>
    channels
      .filter(({ type, parent_id }) => type !== CATEGORY && (parent_id ?? null) === parentId)
      .sort((a, b) => Number(a.type === VOICE) - Number(b.type === VOICE) || byPosition(a, b));
  return (
    <nav className="tree" aria-label="Channels">
      <header className="tree-head">
        <h1 className="unseen">Chat</h1>
        <label className="tree-guild">
          <span className="unseen">Guild</span>
          {guild !== undefined && <Avatar id={guild.id} name={guild.name} size={34} isSquare />}
          <span className="tree-guild-text">
            <select value={guild?.id ?? ''} onChange={(event) => go('chat', event.target.value)}>
              {guild === undefined && <option value="">Direct messages</option>}
              {guilds.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
            {guild !== undefined && (
              <span className="list-note">
                {plural(guild.member_count, 'member')}
                {guild.outage ? ', in an outage' : ''}
              </span>
            )}
          </span>
          <Icon name="down" size={16} />
        </label>
      </header>
      <div className="tree-body">
        {guild !== undefined && (
          <Channels guild={guild} channels={within(null)} threads={threads} openId={openId} />
        )}
        {guild !== undefined &&
          categories.map(({ id, name }) => (
            <section key={id} aria-label={name}>
              <h2 className="tree-heading">{name}</h2>
              <Channels guild={guild} channels={within(id)} threads={threads} openId={openId} />
            </section>
          ))}
        {dmUserId !== null && bots.length > 0 && (
          <section aria-label="Direct messages">
            <h2 className="tree-heading">Direct messages</h2>
            <ul>
              {bots.map((bot) => (
                <li key={bot.id}>
                  <a
                    className="tree-item"
                    href={hrefOf('chat', `@${dmUserId}`, bot.id)}
                    aria-current={openId === bot.id ? 'page' : undefined}
                  >
                    <Avatar id={bot.id} name={bot.username} size={22} picture={bot.avatar} />
                    <span>{nameOf(bot)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </nav>
  );
}

function Channels({
  guild,
  channels,
  threads,
  openId,
}: {
  readonly guild: Guild;
  readonly channels: readonly Channel[];
  readonly threads: readonly Channel[];
  readonly openId: string | null;
}) {
  return (
    <ul>
      {channels.map((channel) => {
        // Those that sleep are found by the message that they began with.
        const shown = threads.filter(
          ({ id, parent_id, thread_metadata }) =>
            parent_id === channel.id && (thread_metadata?.archived !== true || id === openId),
        );
        return (
          <li key={channel.id}>
            <ChannelItem guild={guild} channel={channel} openId={openId} />
            {shown.length > 0 && (
              <ul className="tree-threads" aria-label={`Threads of ${channel.name}`}>
                {shown.map((thread) => (
                  <li key={thread.id}>
                    <ChannelItem guild={guild} channel={thread} openId={openId} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function ChannelItem({
  guild,
  channel,
  openId,
}: {
  readonly guild: Guild;
  readonly channel: Channel;
  readonly openId: string | null;
}) {
  const { id, name } = channel;
  if (!isText(channel) && !isThread(channel)) {
    const why = isForum(channel) ? 'Its posts are below' : 'There is no voice here';
    return (
      <span className="tree-item tree-item-off" title={why}>
        <Icon name={isForum(channel) ? 'chat' : 'voice'} size={17} />
        <span>{name}</span>
      </span>
    );
  }
  return (
    <a
      className="tree-item"
      href={hrefOf('chat', guild.id, id)}
      aria-current={openId === id ? 'page' : undefined}
    >
      <Icon name={isThread(channel) ? 'thread' : 'hash'} size={isThread(channel) ? 15 : 17} />
      <span>{name}</span>
    </a>
  );
}

function byPosition(a: Channel, b: Channel): number {
  return a.position - b.position || a.id.localeCompare(b.id);
}
