import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';

export function EditMessage({ message, onDone }: { readonly message: Message; readonly onDone: () => void }) {
  const [text, setText] = useState(message.content);
  const save = async () => {
    if (text === message.content || (await attempt(() => api.edit(message.channel_id, message.id, text))))
      onDone();
  };
  return (
    <div className="edit">
      <textarea
        className="composer-text"
        aria-label="Edit the message"
        value={text}
        rows={1}
        // biome-ignore lint/a11y/noAutofocus: the editor was just asked for
        autoFocus
        onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onDone();
          }
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <p className="edit-hint">
        <kbd>Esc</kbd> to leave it, <kbd>Enter</kbd> to save
      </p>
    </div>
  );
}
