import { api } from '../../api/client.ts';
import type { Guild, Member, Role } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { formatMoment } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { memberName, roleColour, roleName } from './names.ts';
import { rolesInOrder } from './order.ts';

const SHOWN_ROLES = 3;

export function MemberRow({
  guild,
  member,
  roles,
  onEdit,
}: {
  readonly guild: Guild;
  readonly member: Member;
  readonly roles: readonly Role[];
  readonly onEdit: () => void;
}) {
  const { user } = member;
  const name = memberName(member);
  const isOwner = guild.owner_id === user.id;
  const own = rolesInOrder(roles.filter(({ id }) => member.roles.includes(id)));
  const act = (action: () => Promise<unknown>, done: string) => () => void attempt(action, done);
  return (
    <div className="member">
      <Avatar id={user.id} name={name} size={34} picture={user.avatar} />
      <span className="row-text">
        <span className="row-name">
          {name}
          {user.bot === true && <span className="chip chip-strong">BOT</span>}
          {isOwner && (
            <span className="member-owner" title="Owner">
              <Icon name="crown" size={14} />
              <span className="unseen">Owner</span>
            </span>
          )}
        </span>
        <span className="row-note">
          <span className="clip">{user.username}</span>
          <span className="member-joined">joined {formatMoment(member.joined_at)}</span>
        </span>
      </span>
      <span className="member-roles">
        {own.slice(0, SHOWN_ROLES).map((role) => (
          <span key={role.id} className="chip">
            <span className="role-dot" style={{ backgroundColor: roleColour(role.color) }} />
            {roleName(role.name)}
          </span>
        ))}
        {own.length > SHOWN_ROLES && <span className="chip">+{own.length - SHOWN_ROLES}</span>}
      </span>
      <Menu
        label={`What to do with ${name}`}
        entries={[
          { kind: 'action', label: 'Nickname and roles…', icon: 'edit', run: onEdit },
          {
            kind: 'action',
            label: 'Leave',
            note: 'no audit log',
            isDisabled: isOwner,
            run: act(() => api.remove(guild.id, user.id), `${name} has left.`),
          },
          {
            kind: 'action',
            label: 'Kick',
            isDanger: true,
            isDisabled: isOwner,
            run: act(() => api.kick(guild.id, user.id), `${name} is kicked.`),
          },
        ]}
      />
    </div>
  );
}
