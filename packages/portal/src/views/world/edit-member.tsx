import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Member, Role } from '../../api/types.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { memberName, roleColour, roleName } from './names.ts';
import { rolesInOrder } from './order.ts';

export function EditMember({
  guild,
  member,
  roles,
  onClose,
}: {
  readonly guild: Guild;
  readonly member: Member;
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}) {
  const [nick, setNick] = useState(member.nick ?? '');
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set(member.roles));
  const { isBusy, errorOf, submit } = useForm();
  const save = () =>
    submit(async () => {
      await api.changeMember(guild.id, member.user.id, { nick: nick === '' ? null : nick, roles: [...held] });
      onClose();
    });
  const toggle = (id: string, isHeld: boolean) => {
    const next = new Set(held);
    if (isHeld) next.add(id);
    else next.delete(id);
    setHeld(next);
  };
  const choices = rolesInOrder(roles).filter(({ id }) => id !== guild.id);
  const rolesError = errorOf('roles');
  return (
    <FormDialog title={memberName(member)} onClose={onClose} onSubmit={save} action="Save" isBusy={isBusy}>
      <TextField
        label="Nickname"
        hint="Empty for none."
        value={nick}
        onChange={setNick}
        error={errorOf('nick')}
        autoComplete="off"
      />
      <fieldset className="permission-group role-choices">
        <legend>Roles</legend>
        {choices.length === 0 && <p className="card-text">The guild has none besides @everyone.</p>}
        {choices.map(({ id, name, color }) => (
          <label key={id} className="permission">
            <span className="role-choice">
              <span className="role-dot" style={{ backgroundColor: roleColour(color) }} />
              {roleName(name)}
            </span>
            <input
              type="checkbox"
              className="check"
              checked={held.has(id)}
              onChange={(event) => toggle(id, event.target.checked)}
            />
          </label>
        ))}
      </fieldset>
      {rolesError !== undefined && <p className="field-error">{rolesError}</p>}
    </FormDialog>
  );
}
