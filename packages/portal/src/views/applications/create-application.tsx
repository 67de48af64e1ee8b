import { useState } from 'react';
import { api } from '../../api/client.ts';
import { go } from '../../state/route.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { ShownToken } from './shown-token.tsx';

export function CreateApplication({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [made, setMade] = useState<{ readonly id: string; readonly token: string } | null>(null);
  const { isBusy, errorOf, submit } = useForm();
  if (made !== null) {
    const finish = () => {
      onClose();
      go('applications', made.id);
    };
    return <ShownToken title={`${name} is ready`} token={made.token} onClose={finish} />;
  }
  const create = () =>
    submit(async () => {
      const { application, token } = await api.createApplication(name);
      setMade({ id: application.id, token });
    });
  return (
    <FormDialog title="New application" onClose={onClose} onSubmit={create} action="Create" isBusy={isBusy}>
      <TextField
        label="Name"
        hint="Its bot user gets the same name. The token is shown next, once."
        value={name}
        onChange={setName}
        error={errorOf('name')}
        autoComplete="off"
      />
    </FormDialog>
  );
}
