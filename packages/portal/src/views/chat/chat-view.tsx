import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild, Member, Role, User } from '../../api/types.ts';
import { applications, worldVersion } from '../../state/hall.ts';
import { useResource } from '../../state/resource.ts';
import { hrefOf, replace, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Failure } from '../../ui/failure.tsx';
import { nameOf } from '../../ui/format.ts';
import { ChannelTree } from './channel-tree.tsx';
import { Conversation } from './conversation.tsx';
import { NamesContext } from './markdown-view.tsx';
import { isText } from './text-channels.ts';

const AS_KEY = 'guildhall-as';

interface Place {
  readonly channels: readonly Channel[];
  readonly threads: readonly Channel[];
  readonly members: readonly Member[];
  readonly roles: readonly Role[];
}

const NOWHERE: Place = { channels: [], threads: [], members: [], roles: [] };

/** `#/chat/GUILD/CHANNEL`, and `#/chat/@USER/BOT` for the direct messages of the two. */
export function ChatView() {
  const { first, second } = useStore(route);
  const version = useStore(worldVersion);
  const apps = useStore(applications);
  const [asId, setAsId] = useState(localStorage.getItem(AS_KEY));
  const guilds = useResource('guilds', version, () => api.guilds());
  const users = useResource('users', version, () => api.users());

  const dm =
    first?.startsWith('@') === true && second !== null ? { userId: first.slice(1), botId: second } : null;
  const allGuilds = guilds.kind === 'read' ? guilds.value : [];
  const allUsers = users.kind === 'read' ? users.value : [];
  const guild =
    dm === null
      ? (allGuilds.find(({ id }) => id === first) ?? (first === null ? allGuilds[0] : undefined))
      : undefined;
  const place = useResource(guild?.id ?? null, version, () => readPlace(guild));
  const { channels, threads, members, roles } = place.kind === 'read' ? place.value : NOWHERE;
  const opened = useResource(dm === null ? null : `${dm.userId} ${dm.botId}`, 0, () => openDm(dm));

  const textChannels = channels.filter(isText);
  const channel =
    dm === null
      ? [...textChannels, ...threads].find(({ id }) => id === second)
      : opened.kind === 'read'
        ? opened.value
        : undefined;
  const people =
    dm === null
      ? members.map(({ user }) => user).filter(({ bot }) => bot !== true)
      : allUsers.filter(({ id }) => id === dm.userId);
  const as = people.find(({ id }) => id === asId) ?? people[0] ?? null;
  const dmMembers = useMemo(
    () =>
      allUsers
        .filter(({ id }) => id === dm?.userId || id === dm?.botId)
        .map((user) => ({ user, nick: null, roles: [] })),
    [allUsers, dm?.userId, dm?.botId],
  );
  const bots = [...(apps?.values() ?? [])].map(({ bot }) => bot);

  // The first channel is shown beside the tree; a phone shows the tree until one is chosen.
  const fallback = guild !== undefined && second === null ? textChannels[0] : undefined;
  const isWide = useIsWide();
  useEffect(() => {
    if (isWide && guild !== undefined && fallback !== undefined) replace('chat', guild.id, fallback.id);
  }, [isWide, guild, fallback]);

  const names = useMemo(() => {
    const userNames = new Map([
      ...allUsers.map((user) => [user.id, nameOf(user)] as const),
      ...members.map(({ user, nick }) => [user.id, nick ?? nameOf(user)] as const),
    ]);
    const roleNames = new Map(roles.map(({ id, name }) => [id, name.replace(/^@/, '')]));
    const channelNames = new Map([...channels, ...threads].map(({ id, name }) => [id, name]));
    return {
      user: (id: string) => userNames.get(id),
      role: (id: string) => roleNames.get(id),
      channel: (id: string) => channelNames.get(id),
    };
  }, [allUsers, members, roles, channels, threads]);

  const choose = (user: User) => {
    localStorage.setItem(AS_KEY, user.id);
    setAsId(user.id);
  };
  return (
    <NamesContext value={names}>
      <div className={classNames('chat', second !== null && 'chat-open')}>
        <ChannelTree
          guilds={allGuilds}
          guild={guild}
          channels={channels}
          threads={threads}
          openId={second}
          bots={bots}
          dmUserId={
            dm?.userId ?? as?.id ?? people[0]?.id ?? allUsers.find(({ bot }) => bot !== true)?.id ?? null
          }
        />
        <section className="chat-body" aria-label="Messages">
          {channel !== undefined ? (
            <Conversation
              key={channel.id}
              channel={channel}
              title={dm === null ? channel.name : (names.user(dm.botId) ?? 'Direct messages')}
              guild={guild}
              people={people}
              as={as}
              onChoose={choose}
              members={dm === null ? members : dmMembers}
              roles={roles}
              channels={channels}
            />
          ) : (
            guilds.kind === 'read' &&
            allGuilds.length === 0 && (
              <EmptyState icon="chat" title="There is nothing to talk in">
                <p>
                  This world has no guild yet. Make one in <a href={hrefOf('world')}>World</a>.
                </p>
              </EmptyState>
            )
          )}
          <Failure of={guilds} />
          <Failure of={place} />
          <Failure of={opened} />
          {guild !== undefined && place.kind === 'read' && textChannels.length === 0 && (
            <EmptyState icon="hash" title={`${guild.name} has no text channel`}>
              <a href={hrefOf('chat')}>Choose another guild</a>
            </EmptyState>
          )}
        </section>
      </div>
    </NamesContext>
  );
}

async function readPlace(guild: Guild | undefined): Promise<Place> {
  if (guild === undefined) return NOWHERE;
  const [channels, threads, members, roles] = await Promise.all([
    api.channels(guild.id),
    api.threads(guild.id),
    api.members(guild.id),
    api.roles(guild.id),
  ]);
  return { channels, threads, members, roles };
}

async function openDm(
  dm: { readonly userId: string; readonly botId: string } | null,
): Promise<Channel | undefined> {
  return dm === null ? undefined : api.openDm(dm.userId, dm.botId);
}

const WIDE = matchMedia('(min-width: 760px)');

function useIsWide(): boolean {
  const [isWide, setWide] = useState(WIDE.matches);
  useEffect(() => {
    const listen = () => setWide(WIDE.matches);
    WIDE.addEventListener('change', listen);
    return () => WIDE.removeEventListener('change', listen);
  }, []);
  return isWide;
}
