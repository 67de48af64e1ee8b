import { PERMISSION_GROUPS } from './permission-groups.ts';

const ADMINISTRATOR = 8n;

/** The permissions of a role, grouped as Discord groups them. */
export function RolePermissions({
  permissions,
  onChange,
}: {
  /** Bits in decimal digits. */
  readonly permissions: string;
  readonly onChange: (permissions: string) => void;
}) {
  const bits = BigInt(permissions);
  return (
    <section className="permissions" aria-label="Permissions">
      {(bits & ADMINISTRATOR) !== 0n && (
        <p className="card-text card-warning">
          An administrator has all of them, in every channel, whatever overwrites say.
        </p>
      )}
      {PERMISSION_GROUPS.map(({ title, entries }) => (
        <fieldset key={title} className="permission-group">
          <legend>{title}</legend>
          {entries.map(({ name, label, bit }) => (
            <label key={name} className="permission">
              <span className="permission-text">
                <span>{label}</span>
                <code>{name}</code>
              </span>
              <input
                type="checkbox"
                className="check"
                value={String(bit)}
                checked={(bits & bit) !== 0n}
                onChange={(event) => onChange(String(event.target.checked ? bits | bit : bits & ~bit))}
              />
            </label>
          ))}
        </fieldset>
      ))}
    </section>
  );
}
