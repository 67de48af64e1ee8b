import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild } from '../../api/types.ts';
import { applications } from '../../state/hall.ts';
import { notify } from '../../state/notices.ts';
import { useStore } from '../../state/store.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

const NEW = 'new';

/** A new person, or the bot of an application. */
export function AddMember({ guild, onClose }: { readonly guild: Guild; readonly onClose: () => void }) {
  const apps = useStore(applications);
  const [who, setWho] = useState(NEW);
  const [username, setUsername] = useState('');
  const { isBusy, errorOf, submit } = useForm();
  const add = () =>
    submit(async () => {
      const id = who === NEW ? (await api.createUser(username)).id : who;
      const { user } = await api.invite(guild.id, id);
      notify('good', `${user.username} is in ${guild.name}.`);
      onClose();
    });
  return (
    <FormDialog title="Add a member" onClose={onClose} onSubmit={add} action="Add" isBusy={isBusy}>
      <SelectField label="Who" value={who} onChange={setWho} error={errorOf('user_id')}>
        <option value={NEW}>A new person</option>
        <optgroup label="Bots">
          {[...(apps?.values() ?? [])].map(({ id, bot }) => (
            <option key={id} value={bot.id}>
              {bot.username}
            </option>
          ))}
        </optgroup>
      </SelectField>
      {who === NEW && (
        <TextField
          label="Username"
          hint="For many at once, see Life."
          value={username}
          onChange={setUsername}
          error={errorOf('username')}
          autoComplete="off"
        />
      )}
    </FormDialog>
  );
}
