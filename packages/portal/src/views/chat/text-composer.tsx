import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { useShortcut } from '../../keys/shortcuts.ts';
import { attempt } from '../../state/notices.ts';
import { IconButton } from '../../ui/button.tsx';
import { stepIn } from '../../ui/choices.ts';
import { FilesToSend } from './attachments/files-to-send.tsx';
import { type CommandPath, matchingPaths, pathsOf, typedPath } from './commands/command-paths.ts';
import { SlashMenu } from './commands/slash-menu.tsx';
import { withMentions } from './mentions.ts';
import { usePlace } from './place.tsx';

/** How often a client says that its user is still typing. */
const TYPING_INTERVAL_MS = 8_000;
const MAX_FILES = 10;

/** A message with its files. What begins with a slash looks for a command. */
export function TextComposer(props: {
  readonly placeholder: string;
  readonly replyTo: Message | null;
  readonly isFocused: boolean;
  readonly onReplied: () => void;
  readonly onEditLast: () => void;
  readonly onCommand: (path: CommandPath) => void;
}) {
  const { placeholder, replyTo, isFocused, onReplied, onEditLast, onCommand } = props;
  const { channel, as, members, channels, commands } = usePlace();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [at, setAt] = useState(0);
  const [isMenuLeft, setMenuLeft] = useState(false);
  const typedAtMs = useRef(Number.NEGATIVE_INFINITY);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const id = useId();
  useShortcut('/', () => field.current?.focus());
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it comes back
  useEffect(() => {
    if (isFocused) field.current?.focus();
  }, []);

  const typed = text.startsWith('/') && !text.includes('\n') && !isMenuLeft ? text.slice(1) : null;
  const paths = typed === null ? [] : matchingPaths(pathsOf(commands), typed);
  const chosenAt = Math.min(at, Math.max(0, paths.length - 1));
  const hasMenu = paths.length > 0;

  const send = async () => {
    const content = withMentions(text.trim(), members, channels);
    if (as === null || (content === '' && files.length === 0)) return;
    // At once, so that one can go on writing; what is refused comes back.
    setText('');
    setFiles([]);
    typedAtMs.current = Number.NEGATIVE_INFINITY;
    const said = {
      author_id: as.id,
      content,
      ...(replyTo === null ? {} : { message_reference: { message_id: replyTo.id } }),
    };
    if (await attempt(() => api.say(channel.id, said, files))) {
      onReplied();
      return;
    }
    setText((since) => (since === '' ? text : since));
    setFiles((since) => (since.length === 0 ? files : since));
  };
  const type = (value: string) => {
    setText(value);
    setAt(0);
    if (!value.startsWith('/')) setMenuLeft(false);
    const path = value.startsWith('/') ? typedPath(pathsOf(commands), value.slice(1)) : undefined;
    if (path !== undefined) {
      setText('');
      onCommand(path);
      return;
    }
    const now = performance.now();
    if (as === null || value === '' || value.startsWith('/')) return;
    if (now - typedAtMs.current < TYPING_INTERVAL_MS) return;
    typedAtMs.current = now;
    // Nobody misses it where it cannot be told.
    api.type(channel.id, as.id).catch(() => {});
  };
  const attach = (added: Iterable<File>) => setFiles((known) => [...known, ...added].slice(0, MAX_FILES));
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const isEnter = event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
    const to = hasMenu ? stepIn(event.key, chosenAt, paths.length) : undefined;
    const path = paths[chosenAt];
    if (to !== undefined) setAt(to);
    else if (path !== undefined && (isEnter || event.key === 'Tab')) onCommand(path);
    else if (isEnter) void send();
    else if (event.key === 'ArrowUp' && text === '') onEditLast();
    else if (event.key === 'Escape' && hasMenu) setMenuLeft(true);
    else {
      if (event.key === 'Escape') event.currentTarget.blur();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="composer-main"
      role="group"
      aria-label="Message"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attach(event.dataTransfer.files);
      }}
    >
      {hasMenu && (
        <SlashMenu id={`${id}-menu`} paths={paths} at={chosenAt} onAt={setAt} onChoose={onCommand} />
      )}
      {files.length > 0 && (
        <FilesToSend
          files={files}
          onTakeAway={(file) => setFiles((known) => known.filter((other) => other !== file))}
        />
      )}
      <div className="composer-line">
        <IconButton
          icon="attach"
          label="Attach files"
          className="composer-attach"
          onClick={() => chooser.current?.click()}
        />
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to attach"
          onChange={(event) => {
            attach(event.target.files ?? []);
            event.target.value = '';
          }}
        />
        <textarea
          ref={field}
          className="composer-text"
          aria-label={placeholder}
          aria-controls={hasMenu ? `${id}-menu` : undefined}
          aria-activedescendant={hasMenu ? `${id}-menu-${chosenAt}` : undefined}
          placeholder={placeholder}
          rows={1}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            attach(event.clipboardData.files);
          }}
        />
        <IconButton
          icon="send"
          label="Send"
          className="composer-send"
          disabled={text.trim() === '' && files.length === 0}
          onClick={() => void send()}
        />
      </div>
    </div>
  );
}
