import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application } from '../../api/types.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

export function EditApplication({
  application,
  onClose,
}: {
  readonly application: Application;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(application.name);
  const [description, setDescription] = useState(application.description);
  const { isBusy, errorOf, submit } = useForm();
  const save = () =>
    submit(async () => {
      await api.changeApplication(application.id, { name, description });
      onClose();
    });
  return (
    <FormDialog
      title={`Change ${application.name}`}
      onClose={onClose}
      onSubmit={save}
      action="Save"
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
      <TextField
        label="Description"
        value={description}
        onChange={setDescription}
        error={errorOf('description')}
        autoComplete="off"
      />
    </FormDialog>
  );
}
