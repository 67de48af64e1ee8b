import { type KeyboardEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Role } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { go, hrefOf } from '../../state/route.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { roleColour, roleName } from './names.ts';
import { roleShift, rolesInOrder, type Step } from './order.ts';
import { RoleDetail } from './role-detail.tsx';
import { stepOf } from './step-keys.ts';

export function RolesTab({
  guild,
  roles,
  openId,
}: {
  readonly guild: Guild;
  readonly roles: readonly Role[];
  readonly openId: string | null;
}) {
  const [said, setSaid] = useState('');
  const inOrder = rolesInOrder(roles);
  const open = openId === null ? inOrder[0] : inOrder.find(({ id }) => id === openId);
  const create = () =>
    attempt(async () => {
      const { id } = await api.createRole(guild.id);
      go('world', guild.id, 'roles', id);
    });
  const move = async (role: Role, step: Step) => {
    const shift = roleShift(roles, role.id, guild.id, step);
    if (shift === null || !(await attempt(() => api.moveRoles(guild.id, shift.moves)))) return;
    setSaid(`${role.name} is now ${shift.place} of ${shift.count}.`);
  };
  const onKeyDown = (event: KeyboardEvent, role: Role) => {
    const step = stepOf(event);
    if (step === null) return;
    event.preventDefault();
    void move(role, step);
  };
  return (
    <div className={classNames('parts', openId !== null && 'parts-open')}>
      <nav className="parts-list" aria-label="Choose a role">
        <Button icon="plus" onClick={create}>
          New role
        </Button>
        <div className="parts-group">
          {inOrder.map((role) => (
            <a
              key={role.id}
              className="part"
              href={hrefOf('world', guild.id, 'roles', role.id)}
              aria-current={role.id === open?.id ? 'page' : undefined}
              aria-keyshortcuts={role.id === guild.id ? undefined : 'Alt+ArrowUp Alt+ArrowDown'}
              onKeyDown={(event) => onKeyDown(event, role)}
            >
              <span className="role-dot" style={{ backgroundColor: roleColour(role.color) }} />
              <span className="clip">{roleName(role.name)}</span>
            </a>
          ))}
        </div>
        <p className="unseen" role="status">
          {said}
        </p>
      </nav>
      <div className="parts-detail">
        {open === undefined ? (
          <EmptyState icon="people" title="No such role">
            <a href={hrefOf('world', guild.id, 'roles')}>All roles</a>
          </EmptyState>
        ) : (
          <RoleDetail
            key={open.id}
            guild={guild}
            role={open}
            canRise={roleShift(roles, open.id, guild.id, -1) !== null}
            canFall={roleShift(roles, open.id, guild.id, 1) !== null}
            onMove={(step) => void move(open, step)}
          />
        )}
      </div>
    </div>
  );
}
