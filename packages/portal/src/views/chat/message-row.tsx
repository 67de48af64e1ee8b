import { memo } from 'react';
import type { Message } from '../../api/types.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatBytes, formatDay, formatMoment, formatShortTime, nameOf } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { EditMessage } from './edit-message.tsx';
import { EmbedView } from './embed-view.tsx';
import { EmojiMenu } from './emoji-menu.tsx';
import { Markdown } from './markdown-view.tsx';

/** Messages of one author within this time stand under one name. */
const TOGETHER_MS = 5 * 60_000;

interface MessageRowProps {
  readonly message: Message;
  readonly previous: Message | undefined;
  /** Of the author's role. */
  readonly color: number | undefined;
  readonly isEditing: boolean;
  /** Whether there is anybody to act as. */
  readonly canAct: boolean;
  readonly onReact: (message: Message, emoji: string) => void;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (messageId: string) => void;
  readonly onEdited: () => void;
  readonly onDelete: (message: Message) => void;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, previous, color, isEditing, canAct, onReact, onReply, onEdit, onEdited, onDelete } = props;
  const { author, content, timestamp, edited_timestamp, embeds, attachments, reactions = [] } = message;
  const isNewDay = previous === undefined || !isSameDay(previous.timestamp, timestamp);
  const isReply = message.message_reference?.message_id !== undefined;
  const isFirst =
    isNewDay ||
    isReply ||
    previous.author.id !== author.id ||
    Date.parse(timestamp) - Date.parse(previous.timestamp) > TOGETHER_MS;
  const name = nameOf(author);
  return (
    <>
      {isNewDay && (
        <p className="day">
          <span>{formatDay(timestamp)}</span>
        </p>
      )}
      <article
        className={classNames('message', isFirst && 'message-first')}
        aria-label={`${name}, ${formatShortTime(timestamp)}`}
      >
        {isReply && <ReplyLine replied={message.referenced_message} />}
        <div className="message-side">
          {isFirst ? (
            <Avatar id={author.id} name={name} size={40} />
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
            <EditMessage message={message} onDone={onEdited} />
          ) : (
            <div className="message-content">
              <Markdown source={content} />
              {edited_timestamp !== null && (
                <time className="edited" dateTime={edited_timestamp} title={formatMoment(edited_timestamp)}>
                  {' '}
                  (edited)
                </time>
              )}
            </div>
          )}
          {embeds.map((embed, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: embeds have no other name, and an edit replaces them all
            <EmbedView key={index} embed={embed} />
          ))}
          {attachments.map(({ id, filename, size, url }) => (
            <a key={id} className="attachment" href={url} target="_blank" rel="noreferrer noopener">
              {filename} <span className="quiet">{formatBytes(size)}</span>
            </a>
          ))}
          {reactions.length > 0 && (
            <ul className="reactions" aria-label="Reactions">
              {reactions.map(({ emoji, count }) => {
                const sign = emoji.id === null ? emoji.name : `${emoji.name}:${emoji.id}`;
                return (
                  <li key={sign}>
                    <button
                      type="button"
                      className="reaction"
                      disabled={!canAct}
                      aria-label={`${emoji.name}, ${count}`}
                      onClick={() => onReact(message, sign)}
                    >
                      <span>{emoji.id === null ? emoji.name : `:${emoji.name}:`}</span> {count}
                    </button>
                  </li>
                );
              })}
            </ul>
          )}
        </div>
        <div className="message-tools">
          {canAct && <EmojiMenu onChoose={(emoji) => onReact(message, emoji)} />}
          {canAct && <IconButton icon="reply" label={`Reply to ${name}`} onClick={() => onReply(message)} />}
          <IconButton icon="edit" label="Edit" onClick={() => onEdit(message.id)} />
          <IconButton icon="trash" label="Delete" onClick={() => onDelete(message)} />
        </div>
      </article>
    </>
  );
});

function ReplyLine({ replied }: { readonly replied: Message | null | undefined }) {
  return (
    <p className="reply-line">
      <Icon name="reply" size={14} />
      {replied == null ? (
        <em>The message is gone</em>
      ) : (
        <>
          <strong>{nameOf(replied.author)}</strong>
          <span className="clip">{replied.content || 'something without a text'}</span>
        </>
      )}
    </p>
  );
}

function isSameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}
