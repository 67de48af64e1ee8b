import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Overwrite, Role } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { plural } from '../../ui/format.ts';
import { memberName, roleName } from './names.ts';
import { rolesInOrder } from './order.ts';

/** Members that are offered for what one has typed. */
const OFFERED = 50;

/** Chooses a role, or a member that is found by name. */
export function AddOverwrite({
  guild,
  roles,
  taken,
  onChoose,
  onClose,
}: {
  readonly guild: Guild;
  readonly roles: readonly Role[];
  readonly taken: readonly Overwrite[];
  readonly onChoose: (overwrite: Overwrite) => void;
  readonly onClose: () => void;
}) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const read = useResource(`${guild.id} ${query}`, 0, () =>
    api.memberPage(guild.id, { limit: OFFERED, query }),
  );
  const isFree = (id: string) => taken.every((overwrite) => overwrite.id !== id);
  const matches = (name: string) => name.toLowerCase().startsWith(query.toLowerCase());
  const freeRoles = rolesInOrder(roles).filter(
    ({ id, name }) => isFree(id) && (matches(name) || matches(roleName(name))),
  );
  const members = (read.kind === 'read' ? read.value : []).filter(({ user }) => isFree(user.id));
  const all = [...freeRoles.map(({ id }) => `0 ${id}`), ...members.map(({ user }) => `1 ${user.id}`)];
  const value = chosen !== null && all.includes(chosen) ? chosen : (all[0] ?? '');
  const submit = () => {
    const [type, id] = value.split(' ');
    if (id !== undefined) onChoose({ id, type: type === '1' ? 1 : 0, allow: '0', deny: '0' });
  };
  return (
    <FormDialog title="Add an overwrite" onClose={onClose} onSubmit={submit} action="Add" isBusy={false}>
      <TextField
        label="Find"
        hint="How the name of a role or a member begins."
        value={query}
        onChange={setQuery}
        autoComplete="off"
      />
      <SelectField
        label="Role or member"
        hint={all.length === 0 ? 'Nobody is called so.' : plural(all.length, 'choice')}
        value={value}
        onChange={setChosen}
      >
        <optgroup label="Roles">
          {freeRoles.map(({ id, name }) => (
            <option key={id} value={`0 ${id}`}>
              {roleName(name)}
            </option>
          ))}
        </optgroup>
        <optgroup label="Members">
          {members.map((member) => (
            <option key={member.user.id} value={`1 ${member.user.id}`}>
              {memberName(member)}
            </option>
          ))}
        </optgroup>
      </SelectField>
    </FormDialog>
  );
}
