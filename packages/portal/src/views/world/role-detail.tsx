import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Role } from '../../api/types.ts';
import { go, hrefOf } from '../../state/route.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useForm } from '../../ui/use-form.ts';
import { ColourField } from './colour-field.tsx';
import { ConfirmDelete } from './confirm-delete.tsx';
import { roleColour, roleName } from './names.ts';
import type { Step } from './order.ts';
import { RolePermissions } from './role-permissions.tsx';
import { SaveBar } from './save-bar.tsx';
import { useDraft } from './use-draft.ts';

export function RoleDetail({
  guild,
  role,
  canRise,
  canFall,
  onMove,
}: {
  readonly guild: Guild;
  readonly role: Role;
  readonly canRise: boolean;
  readonly canFall: boolean;
  readonly onMove: (step: Step) => void;
}) {
  const { id } = role;
  const isEveryone = id === guild.id;
  const { isBusy, errorOf, submit } = useForm();
  const draft = useDraft(settingsOf(role));
  const [isDeleting, setDeleting] = useState(false);
  const { name, color, hoist, mentionable, permissions } = draft.value;
  const save = () =>
    submit(async () => {
      draft.accept(settingsOf(await api.changeRole(guild.id, id, draft.patch)));
    });
  const permissionsError = errorOf('permissions');
  return (
    <>
      <header className="part-head">
        <a className="back-link" href={hrefOf('world', guild.id, 'roles')}>
          <Icon name="back" />
          Roles
        </a>
        <span className="role-dot role-dot-large" style={{ backgroundColor: roleColour(role.color) }} />
        <div className="detail-title">
          <h3>{roleName(role.name)}</h3>
          <p className="detail-id">
            <code>{id}</code>
            <CopyButton text={id} label="Copy id" />
            {role.managed && <span className="chip">belongs to a bot</span>}
          </p>
        </div>
        {!isEveryone && (
          <>
            <IconButton icon="up" label="Move the role up" disabled={!canRise} onClick={() => onMove(-1)} />
            <IconButton
              icon="down"
              label="Move the role down"
              disabled={!canFall}
              onClick={() => onMove(1)}
            />
            <Menu
              label={`Change ${role.name}`}
              entries={[
                {
                  kind: 'action',
                  label: 'Delete the role…',
                  icon: 'trash',
                  isDanger: true,
                  run: () => setDeleting(true),
                },
              ]}
            />
          </>
        )}
      </header>
      <form
        className="card"
        aria-label="Settings"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!isEveryone && (
          <>
            <div className="form-grid">
              <TextField
                label="Name"
                value={name}
                onChange={(value) => draft.change({ name: value })}
                error={errorOf('name')}
                autoComplete="off"
              />
              <ColourField
                color={color}
                onChange={(value) => draft.change({ color: value })}
                error={errorOf('color')}
              />
            </div>
            <Switch
              label="Shown apart"
              description="Members with this role stand in a list of their own (hoist)."
              isOn={hoist}
              isBusy={false}
              onChange={(on) => draft.change({ hoist: on })}
            />
            <Switch
              label="May be mentioned by anyone"
              description="Also by those who may not mention @everyone and all roles."
              isOn={mentionable}
              isBusy={false}
              onChange={(on) => draft.change({ mentionable: on })}
            />
          </>
        )}
        <RolePermissions
          permissions={permissions}
          onChange={(value) => draft.change({ permissions: value })}
        />
        {permissionsError !== undefined && <p className="field-error">{permissionsError}</p>}
        <SaveBar isDirty={draft.isDirty} isBusy={isBusy} onReset={draft.reset} />
      </form>
      {isDeleting && (
        <ConfirmDelete
          name={role.name}
          action="Delete role"
          remove={() => api.deleteRole(guild.id, id)}
          onDone={() => go('world', guild.id, 'roles')}
          onClose={() => setDeleting(false)}
        >
          <p>Its members lose it, and overwrites that name it go. This cannot be undone.</p>
        </ConfirmDelete>
      )}
    </>
  );
}

function settingsOf({ name, color, hoist, mentionable, permissions }: Role) {
  return { name, color, hoist, mentionable, permissions };
}
