import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Member } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { memberName } from './names.ts';

/** Members that can be chosen as the next owner. */
const OFFERED = 100;

export function ChangeGuild({ guild, onClose }: { readonly guild: Guild; readonly onClose: () => void }) {
  const [name, setName] = useState(guild.name);
  const [description, setDescription] = useState(guild.description ?? '');
  const [ownerId, setOwnerId] = useState(guild.owner_id);
  const { isBusy, errorOf, submit } = useForm();
  const read = useResource(guild.id, 0, () => api.memberPage(guild.id, { limit: OFFERED, query: '' }));
  const members: readonly Member[] = read.kind === 'read' ? read.value : [];
  const save = () =>
    submit(async () => {
      await api.changeGuild(guild.id, {
        name,
        description: description === '' ? null : description,
        ...(ownerId === guild.owner_id ? {} : { owner_id: ownerId }),
      });
      onClose();
    });
  return (
    <FormDialog
      title={`Change ${guild.name}`}
      onClose={onClose}
      onSubmit={save}
      action="Save"
      isBusy={isBusy}
    >
      <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} autoComplete="off" />
      <TextField
        label="Description"
        value={description}
        onChange={setDescription}
        error={errorOf('description')}
        autoComplete="off"
      />
      <SelectField
        label="Owner"
        hint={`May do everything. The first ${OFFERED} members can be chosen.`}
        value={ownerId}
        onChange={setOwnerId}
        error={errorOf('owner_id')}
      >
        {members.every(({ user }) => user.id !== ownerId) && <option value={ownerId}>{ownerId}</option>}
        {members.map((member) => (
          <option key={member.user.id} value={member.user.id}>
            {memberName(member)}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  );
}
