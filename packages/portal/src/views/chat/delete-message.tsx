import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { nameOf } from '../../ui/format.ts';

export function DeleteMessage({
  message,
  onClose,
}: {
  readonly message: Message;
  readonly onClose: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    if (await attempt(() => api.deleteMessage(message.channel_id, message.id))) onClose();
    else setBusy(false);
  };
  return (
    <FormDialog
      title="Delete this message?"
      onClose={onClose}
      onSubmit={remove}
      action="Delete"
      isDanger
      isBusy={isBusy}
    >
      <p>
        <strong>{nameOf(message.author)}</strong> wrote:
      </p>
      <blockquote className="quoted">{message.content || 'something without a text'}</blockquote>
    </FormDialog>
  );
}
