import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild, Overwrite, Role } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { useForm } from '../../ui/use-form.ts';
import { AddOverwrite } from './add-overwrite.tsx';
import { memberName, roleColour, roleName } from './names.ts';
import { rolesInOrder } from './order.ts';
import { OverwriteBits } from './overwrite-bits.tsx';
import { channelGroups } from './permission-groups.ts';
import { SaveBar } from './save-bar.tsx';
import { useDraft } from './use-draft.ts';

/** Whom a channel treats otherwise than their roles say. */
export function Overwrites({
  guild,
  channel,
  roles,
}: {
  readonly guild: Guild;
  readonly channel: Channel;
  readonly roles: readonly Role[];
}) {
  const { isBusy, errorOf, submit } = useForm();
  const draft = useDraft({ overwrites: overwritesOf(channel) });
  const [openId, setOpenId] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const { overwrites } = draft.value;
  const names = useMemberNames(guild.id, overwrites);
  const inOrder = inOrderOfRoles(overwrites, roles);
  const open = inOrder.find(({ id }) => id === openId) ?? inOrder[0];
  const put = (changed: Overwrite) =>
    draft.change({ overwrites: [...overwrites.filter(({ id }) => id !== changed.id), changed].sort(byId) });
  const save = () =>
    submit(async () => {
      const saved = await api.changeChannel(channel.id, { permission_overwrites: overwrites });
      draft.accept({ overwrites: overwritesOf(saved) });
    });
  const roleOf = ({ id, type }: Overwrite) => (type === 0 ? roles.find((role) => role.id === id) : undefined);
  const nameOf = (overwrite: Overwrite) => {
    const role = roleOf(overwrite);
    return role === undefined ? (names.get(overwrite.id) ?? overwrite.id) : roleName(role.name);
  };
  const error = errorOf('permission_overwrites');
  return (
    <>
      <form
        className="card"
        aria-labelledby="overwrites-title"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <header className="card-head">
          <h3 id="overwrites-title">Overwrites</h3>
          <Button icon="plus" onClick={() => setAdding(true)}>
            Add a role or member
          </Button>
        </header>
        {inOrder.length === 0 ? (
          <p className="card-text">None: everybody has here what their roles give them.</p>
        ) : (
          <div className="overwrites">
            <ul className="overwrite-list" aria-label="Roles and members with an overwrite">
              {inOrder.map((overwrite) => (
                <li
                  key={overwrite.id}
                  className={classNames('overwrite', overwrite.id === open?.id && 'overwrite-open')}
                >
                  <button
                    type="button"
                    className="overwrite-name"
                    aria-pressed={overwrite.id === open?.id}
                    onClick={() => setOpenId(overwrite.id)}
                  >
                    <span
                      className={overwrite.type === 0 ? 'role-dot' : 'role-dot role-dot-member'}
                      style={{ backgroundColor: roleColour(roleOf(overwrite)?.color ?? 0) }}
                    />
                    <span className="clip">{nameOf(overwrite)}</span>
                  </button>
                  <IconButton
                    icon="trash"
                    label={`Take away the overwrite of ${nameOf(overwrite)}`}
                    onClick={() => {
                      draft.change({ overwrites: overwrites.filter(({ id }) => id !== overwrite.id) });
                      setOpenId(null);
                    }}
                  />
                </li>
              ))}
            </ul>
            {open !== undefined && (
              <OverwriteBits
                key={open.id}
                name={nameOf(open)}
                overwrite={open}
                groups={channelGroups(channel.type)}
                onChange={put}
              />
            )}
          </div>
        )}
        {error !== undefined && <p className="field-error">{error}</p>}
        {(inOrder.length > 0 || draft.isDirty) && (
          <SaveBar isDirty={draft.isDirty} isBusy={isBusy} onReset={draft.reset} />
        )}
      </form>
      {isAdding && (
        <AddOverwrite
          guild={guild}
          roles={roles}
          taken={overwrites}
          onChoose={(overwrite) => {
            put(overwrite);
            setOpenId(overwrite.id);
            setAdding(false);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

function overwritesOf({ permission_overwrites = [] }: Channel): readonly Overwrite[] {
  return permission_overwrites.map(({ id, type, allow, deny }) => ({ id, type, allow, deny })).sort(byId);
}

/** So that an order that means nothing is no change. */
function byId(a: Overwrite, b: Overwrite): number {
  return a.id < b.id ? -1 : 1;
}

function inOrderOfRoles(overwrites: readonly Overwrite[], roles: readonly Role[]): readonly Overwrite[] {
  const ranks = new Map(rolesInOrder(roles).map(({ id }, index) => [id, index]));
  const rank = ({ id }: Overwrite) => ranks.get(id) ?? roles.length;
  return [...overwrites].sort((a, b) => rank(a) - rank(b) || byId(a, b));
}

/** Overwrites name members by id alone. */
function useMemberNames(guildId: string, overwrites: readonly Overwrite[]): ReadonlyMap<string, string> {
  const ids = overwrites.filter(({ type }) => type === 1).map(({ id }) => id);
  const read = useResource(ids.length === 0 ? null : `${guildId} ${ids}`, 0, () =>
    Promise.all(ids.map((id) => readName(guildId, id))),
  );
  return new Map(read.kind === 'read' ? read.value : []);
}

/** A page that begins just before the member begins with it. */
async function readName(guildId: string, id: string): Promise<readonly [id: string, name: string]> {
  const after = String(BigInt(id) - 1n);
  const [member] = await api.memberPage(guildId, { after, limit: 1, query: '' });
  return [id, member?.user.id === id ? memberName(member) : `${id} (has left)`];
}
