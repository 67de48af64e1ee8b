import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { notify } from '../../state/notices.ts';
import { SelectField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { usePlace } from './place.tsx';
import { isText } from './text-channels.ts';

export function ForwardMessage({
  message,
  onClose,
}: {
  readonly message: Message;
  readonly onClose: () => void;
}) {
  const { channel, channels, as } = usePlace();
  const form = useForm();
  const targets = channels.filter(isText);
  const [to, setTo] = useState(targets.find(({ id }) => id !== channel.id)?.id ?? channel.id);
  const forward = () =>
    form.submit(async () => {
      if (as === null) return;
      await api.forward(message, to, as.id);
      notify('good', 'Forwarded');
      onClose();
    });
  return (
    <FormDialog
      title="Forward the message"
      action="Forward"
      isBusy={form.isBusy}
      onSubmit={forward}
      onClose={onClose}
    >
      <SelectField label="To" value={to} error={form.errorOf('message_reference')} onChange={setTo}>
        {(targets.length === 0 ? [channel] : targets).map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  );
}
