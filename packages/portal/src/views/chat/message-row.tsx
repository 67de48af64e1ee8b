import { memo, type ReactNode } from 'react';
import type { Message } from '../../api/types.ts';
import { dismiss } from '../../state/interactions.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatDay, formatMoment, formatShortTime, nameOf } from '../../ui/format.ts';
import type { Anchor } from '../../ui/popover.ts';
import { ComponentsView } from './components/component-view.tsx';
import { EditMessage } from './edit-message.tsx';
import { ForwardedView } from './forwarded-view.tsx';
import { MessageBodyView } from './message-body-view.tsx';
import { commandLabel, isEphemeral, isForward, isLoading, systemLine } from './message-flags.ts';
import { OriginLine, ReplyLine } from './message-lines.tsx';
import { MessageTools } from './message-tools.tsx';
import { PollView } from './poll-view.tsx';
import { Reactions } from './reactions.tsx';
import { ThreadCard } from './thread-card.tsx';
import { TypingDots } from './typing-line.tsx';

/** Messages of one author within this time stand under one name. */
const TOGETHER_MS = 5 * 60_000;

/** What can be done with a message. The same object as long as it does the same. */
export interface MessageActions {
  readonly react: (message: Message, emoji: string) => void;
  readonly reply: (message: Message) => void;
  readonly edit: (messageId: string) => void;
  readonly finishEdit: () => void;
  readonly remove: (message: Message) => void;
  readonly jump: (messageId: string) => void;
  readonly menu: (message: Message, anchor: Anchor) => void;
}

interface MessageRowProps {
  readonly message: Message;
  readonly previous: Message | undefined;
  /** Of the author's role. */
  readonly color: number | undefined;
  readonly isEditing: boolean;
  /** One has just jumped to it. */
  readonly isFound: boolean;
  /** Whether there is anybody to act as. */
  readonly canAct: boolean;
  readonly actions: MessageActions;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, previous, color, isEditing, isFound, canAct, actions } = props;
  const { author, timestamp, interaction_metadata: origin } = message;
  const isNewDay = previous === undefined || !isSameDay(previous.timestamp, timestamp);
  const isReply = isForward(message.message_reference)
    ? false
    : message.message_reference?.message_id !== undefined && systemLine(message.type) === undefined;
  const isFirst =
    isNewDay ||
    isReply ||
    origin !== undefined ||
    previous.author.id !== author.id ||
    isEphemeral(previous) !== isEphemeral(message) ||
    Date.parse(timestamp) - Date.parse(previous.timestamp) > TOGETHER_MS;
  const isPrivate = isEphemeral(message);
  const name = nameOf(author);
  const used = message.interaction?.name;
  return (
    <>
      {isNewDay && (
        <p className="day">
          <span>{formatDay(timestamp)}</span>
        </p>
      )}
      <article
        className={classNames(
          'message',
          isFirst && 'message-first',
          isFound && 'message-found',
          isPrivate && 'message-private',
        )}
        aria-label={`${name}, ${formatShortTime(timestamp)}`}
        onContextMenu={(event) => {
          if (isPrivate || isTaken(event.target)) return;
          event.preventDefault();
          const { clientX, clientY } = event;
          actions.menu(message, { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) });
        }}
      >
        {isReply && <ReplyLine message={message} onJump={actions.jump} />}
        {origin !== undefined && used !== undefined && (
          <OriginLine user={origin.user} used={commandLabel(message.type, used)} />
        )}
        <div className="message-side">
          {isFirst ? (
            <Avatar id={author.id} name={name} size={40} picture={author.avatar} />
          ) : (
            <time className="message-time" dateTime={timestamp}>
              {formatShortTime(timestamp)}
            </time>
          )}
        </div>
        <div className="message-main">
          {isFirst && (
            <header className="message-head">
              <span className="message-author">
                {color !== undefined && <span className="role-dot" style={{ backgroundColor: hex(color) }} />}
                {name}
              </span>
              {author.bot === true && <span className="bot-mark">BOT</span>}
              <time dateTime={timestamp} title={formatMoment(timestamp)}>
                {formatShortTime(timestamp)}
              </time>
            </header>
          )}
          {isEditing ? (
            <EditMessage message={message} onDone={actions.finishEdit} />
          ) : (
            <Content message={message} name={name} />
          )}
          <Reactions message={message} canAct={canAct} onReact={actions.react} />
          {message.thread !== undefined && <ThreadCard thread={message.thread} />}
          {isPrivate && (
            <p className="message-only">
              Only {origin === undefined ? 'one user' : nameOf(origin.user)} sees this
              {' · '}
              <button type="button" className="link" onClick={() => dismiss(message.id)}>
                Dismiss message
              </button>
            </p>
          )}
        </div>
        {!isPrivate && <MessageTools message={message} name={name} canAct={canAct} actions={actions} />}
      </article>
    </>
  );
});

function Content({ message, name }: { readonly message: Message; readonly name: string }): ReactNode {
  if (isLoading(message)) {
    return (
      <p className="message-waits">
        <TypingDots /> {name} is thinking…
      </p>
    );
  }
  const line = systemLine(message.type);
  if (line !== undefined) return <p className="message-system">{line}</p>;
  return (
    <>
      <MessageBodyView body={message} />
      {message.message_snapshots?.map(({ message: body }) => (
        <ForwardedView key={body.timestamp} body={body} />
      ))}
      {message.poll !== undefined && <PollView message={message} poll={message.poll} />}
      {message.components.length > 0 && <ComponentsView message={message} />}
    </>
  );
}

/** What has a menu of the browser that one may want. */
function isTaken(target: EventTarget): boolean {
  const isText = getSelection()?.isCollapsed === false;
  return isText || (target instanceof Element && target.closest('a, img, input, textarea') !== null);
}

function isSameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}
