import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Member, Message, User } from '../../api/types.ts';
import { useShortcut } from '../../keys/shortcuts.ts';
import { attempt } from '../../state/notices.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { nameOf } from '../../ui/format.ts';
import { withMentions } from './mentions.ts';

/** How often a client says that its user is still typing. */
const TYPING_INTERVAL_MS = 8_000;

export function Composer(props: {
  readonly channel: Channel;
  readonly placeholder: string;
  readonly people: readonly User[];
  readonly as: User | null;
  readonly onChoose: (user: User) => void;
  readonly members: readonly Member[];
  readonly channels: readonly Channel[];
  readonly replyTo: Message | null;
  readonly onReplied: () => void;
  readonly onEditLast: () => void;
}) {
  const { channel, placeholder, people, as, onChoose, members, channels, replyTo, onReplied, onEditLast } =
    props;
  const [text, setText] = useState('');
  const typedAtMs = useRef(Number.NEGATIVE_INFINITY);
  const field = useRef<HTMLTextAreaElement>(null);
  useShortcut('/', () => field.current?.focus());
  const send = async () => {
    const content = withMentions(text.trim(), members, channels);
    if (as === null || content === '') return;
    // At once, so that one can go on writing; what is refused comes back.
    setText('');
    typedAtMs.current = Number.NEGATIVE_INFINITY;
    if (await attempt(() => api.say(channel.id, as.id, content, replyTo?.id))) onReplied();
    else setText((since) => (since === '' ? text : since));
  };
  const type = (value: string) => {
    setText(value);
    const now = performance.now();
    if (as === null || value === '' || now - typedAtMs.current < TYPING_INTERVAL_MS) return;
    typedAtMs.current = now;
    // Nobody misses it where it cannot be told.
    api.type(channel.id, as.id).catch(() => {});
  };
  if (as === null) {
    return <p className="composer composer-none">No simulated user is here who could write.</p>;
  }
  return (
    <div className="composer">
      {replyTo !== null && (
        <p className="composer-reply">
          Replying to <strong>{nameOf(replyTo.author)}</strong>
          <IconButton icon="close" label="Do not reply" onClick={onReplied} />
        </p>
      )}
      <div className="composer-box">
        <label className="composer-as">
          <Avatar id={as.id} name={nameOf(as)} size={28} />
          <span className="unseen">Write as</span>
          <select
            value={as.id}
            title={`Write as ${nameOf(as)}`}
            onChange={(event) => {
              const user = people.find(({ id }) => id === event.target.value);
              if (user !== undefined) onChoose(user);
            }}
          >
            {people.map((user) => (
              <option key={user.id} value={user.id}>
                {nameOf(user)}
              </option>
            ))}
          </select>
        </label>
        <textarea
          ref={field}
          className="composer-text"
          aria-label={placeholder}
          placeholder={placeholder}
          rows={1}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              void send();
            } else if (event.key === 'ArrowUp' && text === '') {
              event.preventDefault();
              onEditLast();
            } else if (event.key === 'Escape') {
              event.currentTarget.blur();
            }
          }}
        />
        <IconButton
          icon="send"
          label="Send"
          className="composer-send"
          disabled={text.trim() === ''}
          onClick={() => void send()}
        />
      </div>
    </div>
  );
}
