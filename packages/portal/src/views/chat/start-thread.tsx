import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { go } from '../../state/route.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { usePlace } from './place.tsx';

const MAX_NAME_CHARS = 100;

export function StartThread({
  message,
  onClose,
}: {
  readonly message: Message;
  readonly onClose: () => void;
}) {
  const { channel, guildId, as } = usePlace();
  const form = useForm();
  const [name, setName] = useState(message.content.slice(0, MAX_NAME_CHARS));
  const start = () =>
    form.submit(async () => {
      if (as === null || guildId === null) return;
      const thread = await api.startThread(channel.id, as.id, name, message.id);
      onClose();
      go('chat', guildId, thread.id);
    });
  return (
    <FormDialog title="Start a thread" action="Start" isBusy={form.isBusy} onSubmit={start} onClose={onClose}>
      <TextField
        label="Name"
        value={name}
        maxLength={MAX_NAME_CHARS}
        error={form.errorOf('name')}
        onChange={setName}
      />
    </FormDialog>
  );
}
