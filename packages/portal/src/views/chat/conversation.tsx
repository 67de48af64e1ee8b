import { useCallback, useContext, useMemo, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Member, Message, Role, User } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { BackToTree } from './back-to-tree.tsx';
import { Composer } from './composer.tsx';
import { DeleteMessage } from './delete-message.tsx';
import { NamesContext } from './markdown-view.tsx';
import { MessageRow } from './message-row.tsx';
import { TypingLine } from './typing-line.tsx';
import { useMessages } from './use-messages.ts';
import { useTyping } from './use-typing.ts';

const ROW_PX = 52;

const keyOf = (message: Message) => message.id;

export function Conversation(props: {
  readonly channel: Channel;
  readonly title: string;
  readonly isDm: boolean;
  /** Who can write here. */
  readonly people: readonly User[];
  readonly as: User | null;
  readonly onChoose: (user: User) => void;
  readonly members: readonly Member[];
  readonly roles: readonly Role[];
  readonly channels: readonly Channel[];
}) {
  const { channel, title, isDm, people, as, onChoose, members, roles, channels } = props;
  const { messages, hasOlder, readOlder } = useMessages(channel.id);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const names = useContext(NamesContext);
  const typing = useTyping(channel.id).filter((id) => id !== as?.id);
  const colors = useMemo(() => colorsOf(members, roles), [members, roles]);
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
  const finishEdit = useCallback(() => setEditing(null), []);

  return (
    <>
      <header className="chat-head">
        <BackToTree />
        <Icon name={isDm ? 'people' : 'hash'} size={20} />
        <h2>{title}</h2>
        {channel.topic && <p className="chat-topic">{channel.topic}</p>}
      </header>
      {messages !== null && messages.length > 0 ? (
        <VirtualList
          className="messages"
          role="list"
          rowRole="listitem"
          label={`Messages in ${title}`}
          items={messages}
          keyOf={keyOf}
          estimatePx={ROW_PX}
          isAtEnd
          {...(hasOlder ? { onStart: readOlder } : {})}
        >
          {(message, index) => (
            <MessageRow
              message={message}
              previous={messages[index - 1]}
              color={colors.get(message.author.id)}
              isEditing={editing === message.id}
              canAct={as !== null}
              onReact={react}
              onReply={setReplyTo}
              onEdit={setEditing}
              onEdited={finishEdit}
              onDelete={setDeleting}
            />
          )}
        </VirtualList>
      ) : (
        <div className="messages messages-none">
          {messages !== null && (
            <EmptyState icon="chat" title={`Nothing has been said in ${isDm ? '' : '#'}${title}`}>
              <p>Write the first message below, as any user of this world.</p>
            </EmptyState>
          )}
        </div>
      )}
      <TypingLine names={typing.map((id) => names.user(id) ?? 'Somebody')} />
      <Composer
        channel={channel}
        placeholder={isDm ? `Message ${title}` : `Message #${title}`}
        people={people}
        as={as}
        onChoose={onChoose}
        members={members}
        channels={channels}
        replyTo={replyTo}
        onReplied={() => setReplyTo(null)}
        onEditLast={() => {
          const last = messages?.findLast(({ author }) => author.id === as?.id);
          if (last !== undefined) setEditing(last.id);
        }}
      />
      {deleting !== null && <DeleteMessage message={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

/** The colour of each member's highest role that has one. */
function colorsOf(members: readonly Member[], roles: readonly Role[]): ReadonlyMap<string, number> {
  const colored = roles.filter(({ color }) => color !== 0).sort((a, b) => b.position - a.position);
  return new Map(
    members.flatMap(({ user, roles: own }) => {
      const role = colored.find(({ id }) => own.includes(id));
      return role === undefined ? [] : [[user.id, role.color] as const];
    }),
  );
}
