import { useState } from 'react';
import { api } from '../../api/client.ts';
import { go } from '../../state/route.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

export function CreateGuild({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const { isBusy, errorOf, submit } = useForm();
  const create = () =>
    submit(async () => {
      const { id } = await api.createGuild(name);
      await api.createChannel(id, { name: 'general' });
      onClose();
      go('world', id);
    });
  return (
    <FormDialog title="New guild" onClose={onClose} onSubmit={create} action="Create" isBusy={isBusy}>
      <TextField
        label="Name"
        hint="It begins with one text channel. Invite bots in Applications."
        value={name}
        onChange={setName}
        error={errorOf('name')}
        autoComplete="off"
      />
    </FormDialog>
  );
}
