import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application } from '../../api/types.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

export function RenameApplication({
  application,
  onClose,
}: {
  readonly application: Application;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(application.name);
  const { isBusy, errorOf, submit } = useForm();
  const rename = () =>
    submit(async () => {
      await api.renameApplication(application.id, name);
      onClose();
    });
  return (
    <FormDialog
      title={`Rename ${application.name}`}
      onClose={onClose}
      onSubmit={rename}
      action="Rename"
      isBusy={isBusy}
    >
      <TextField
        label="Name"
        hint="The application’s name. The bot user keeps its own."
        value={name}
        onChange={setName}
        error={errorOf('name')}
        autoComplete="off"
      />
    </FormDialog>
  );
}
