import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { interactionApi } from '../../api/interactions.ts';
import type { Channel, Guild, Message, Participant, Role, User } from '../../api/types.ts';
import { begun, commandsVersion, dismissed, interactions } from '../../state/interactions.ts';
import { attempt, notify } from '../../state/notices.ts';
import { useResource } from '../../state/resource.ts';
import { useStore } from '../../state/store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { Anchor } from '../../ui/popover.ts';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { AttemptRow } from './attempt-row.tsx';
import { ChatHead } from './chat-head.tsx';
import { Composer } from './composer.tsx';
import { ConversationDialogs, type OpenDialog } from './conversation-dialogs.tsx';
import { NamesContext } from './markdown-view.tsx';
import { type MessageActions, MessageRow } from './message-row.tsx';
import { ModalOfUser } from './modal/modal-of-user.tsx';
import { type Place, PlaceContext } from './place.tsx';
import { isAttempt, privateRows, type Row, withPrivate } from './rows.ts';
import { TypingLine } from './typing-line.tsx';
import { useMessages } from './use-messages.ts';
import { useTyping } from './use-typing.ts';

const ROW_PX = 52;
/** How long a message is marked to which one has jumped. */
const FOUND_MS = 2_000;
const NO_ROWS: readonly Row[] = [];

const keyOf = (row: Row) => row.id;

export function Conversation(props: {
  readonly channel: Channel;
  readonly title: string;
  /** Undefined in a direct message. */
  readonly guild: Guild | undefined;
  /** Who can write here. */
  readonly people: readonly User[];
  readonly as: User | null;
  readonly onChoose: (user: User) => void;
  readonly members: readonly Participant[];
  readonly roles: readonly Role[];
  readonly channels: readonly Channel[];
}) {
  const { channel, title, guild, people, as, onChoose, members, roles, channels } = props;
  const { messages, hasOlder, readOlder, readBackTo } = useMessages(channel.id);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const [jump, setJump] = useState<{ readonly key: string } | null>(null);
  const names = useContext(NamesContext);
  const typing = useTyping(channel.id).filter((id) => id !== as?.id);
  const colors = useMemo(() => colorsOf(members, roles), [members, roles]);
  const place = usePlaceOf({ channel, guildId: guild?.id ?? null, as, members, roles, channels });
  const rows = useRows(messages, channel.id, as);
  /** Reactions given from here, so that a second click takes them back. */
  const given = useRef(new Set<string>());

  const react = useCallback(
    (message: Message, emoji: string) => {
      if (as === null) return;
      const key = `${message.id} ${emoji} ${as.id}`;
      const takesBack = given.current.delete(key);
      if (!takesBack) given.current.add(key);
      void attempt(() => (takesBack ? api.unreact : api.react)(channel.id, message.id, emoji, as.id));
    },
    [as, channel.id],
  );
  const actions = useMemo<MessageActions>(
    () => ({
      react,
      reply: setReplyTo,
      edit: setEditing,
      finishEdit: () => setEditing(null),
      remove: (message) => setOpen({ kind: 'delete', message }),
      menu: (message: Message, anchor: Anchor) => setOpen({ kind: 'menu', message, anchor }),
      jump: (key) =>
        void readBackTo(key).then((isThere) => {
          if (isThere) setJump({ key });
          else notify('bad', 'The message is gone, or too far back');
        }),
    }),
    [react, readBackTo],
  );
  useEffect(() => {
    if (jump === null) return undefined;
    const timer = setTimeout(() => setJump(null), FOUND_MS);
    return () => clearTimeout(timer);
  }, [jump]);

  const isDm = guild === undefined;
  return (
    <PlaceContext value={place}>
      <ChatHead channel={channel} title={title} isDm={isDm} onPins={() => setOpen({ kind: 'pins' })} />
      {rows !== null && rows.length > 0 ? (
        <VirtualList
          className="messages"
          role="list"
          rowRole="listitem"
          label={`Messages in ${title}`}
          items={rows}
          keyOf={keyOf}
          estimatePx={ROW_PX}
          isAtEnd
          jump={jump}
          {...(hasOlder ? { onStart: readOlder } : {})}
        >
          {(row, index) =>
            isAttempt(row) ? (
              <AttemptRow attempt={row} />
            ) : (
              <MessageRow
                message={row}
                previous={messageBefore(rows, index)}
                color={colors.get(row.author.id)}
                isEditing={editing === row.id}
                isFound={jump?.key === row.id}
                canAct={as !== null}
                actions={actions}
              />
            )
          }
        </VirtualList>
      ) : (
        <div className="messages messages-none">
          {rows !== null && (
            <EmptyState icon="chat" title={`Nothing has been said in ${isDm ? '' : '#'}${title}`}>
              <p>Write the first message below, as any user of this world, or type / for a command.</p>
            </EmptyState>
          )}
        </div>
      )}
      <TypingLine names={typing.map((id) => names.user(id) ?? 'Somebody')} />
      <Composer
        placeholder={isDm ? `Message ${title}` : `Message #${title}`}
        people={people}
        onChoose={onChoose}
        replyTo={replyTo}
        onReplied={() => setReplyTo(null)}
        onEditLast={() => {
          const last = messages?.findLast(({ author }) => author.id === as?.id);
          if (last !== undefined) setEditing(last.id);
        }}
      />
      <ConversationDialogs
        open={open}
        pinned={messages?.filter(({ pinned }) => pinned).length ?? 0}
        actions={actions}
        onOpen={setOpen}
      />
      <ModalOfUser />
    </PlaceContext>
  );
}

/** With the commands that the user is offered here. */
function usePlaceOf({ channel, guildId, as, members, roles, channels }: Omit<Place, 'commands'>): Place {
  const version = useStore(commandsVersion);
  const key = as === null ? null : `commands ${channel.id} ${as.id}`;
  const offered = useResource(key, version, () => interactionApi.commands(channel.id, as?.id ?? ''));
  const commands = offered.kind === 'read' ? offered.value : undefined;
  return useMemo(
    () => ({ channel, guildId, as, members, roles, channels, commands: commands ?? [] }),
    [channel, guildId, as, members, roles, channels, commands],
  );
}

function useRows(messages: readonly Message[] | null, channelId: string, as: User | null) {
  const heard = useStore(interactions);
  const own = useStore(begun);
  const gone = useStore(dismissed);
  const rows = useMemo(
    () =>
      as === null
        ? NO_ROWS
        : privateRows({ interactions: heard, begun: own, dismissed: gone }, as.id, channelId),
    [heard, own, gone, as, channelId],
  );
  return useMemo(() => messages && withPrivate(messages, rows), [messages, rows]);
}

function messageBefore(rows: readonly Row[], index: number): Message | undefined {
  for (let at = index - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (row !== undefined && !isAttempt(row)) return row;
  }
  return undefined;
}

/** The colour of each member's highest role that has one. */
function colorsOf(members: readonly Participant[], roles: readonly Role[]): ReadonlyMap<string, number> {
  const colored = roles.filter(({ color }) => color !== 0).sort((a, b) => b.position - a.position);
  return new Map(
    members.flatMap(({ user, roles: own }) => {
      const role = colored.find(({ id }) => own.includes(id));
      return role === undefined ? [] : [[user.id, role.color] as const];
    }),
  );
}
