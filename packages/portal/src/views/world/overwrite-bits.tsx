import type { Overwrite } from '../../api/types.ts';
import { Segmented } from '../../ui/segmented.tsx';
import type { PermissionGroup } from './permission-groups.ts';

type Choice = 'deny' | 'inherit' | 'allow';

const CHOICES = [
  { value: 'deny', label: 'Deny' },
  { value: 'inherit', label: 'Inherit' },
  { value: 'allow', label: 'Allow' },
] as const;

/** What one overwrite says of each permission. */
export function OverwriteBits({
  name,
  overwrite,
  groups,
  onChange,
}: {
  readonly name: string;
  readonly overwrite: Overwrite;
  readonly groups: readonly PermissionGroup[];
  readonly onChange: (overwrite: Overwrite) => void;
}) {
  const allow = BigInt(overwrite.allow);
  const deny = BigInt(overwrite.deny);
  const choiceOf = (bit: bigint): Choice =>
    (allow & bit) !== 0n ? 'allow' : (deny & bit) !== 0n ? 'deny' : 'inherit';
  const choose = (bit: bigint, choice: Choice) =>
    onChange({
      ...overwrite,
      allow: String(choice === 'allow' ? allow | bit : allow & ~bit),
      deny: String(choice === 'deny' ? deny | bit : deny & ~bit),
    });
  return (
    <section className="permissions" aria-label={`What ${name} may do here`}>
      {groups.map(({ title, entries }) => (
        <div key={title} className="permission-group">
          <h4>{title}</h4>
          {entries.map((entry) => (
            <div key={entry.name} className="permission">
              <span className="permission-text">
                <span>{entry.label}</span>
                <code>{entry.name}</code>
              </span>
              <Segmented
                label={entry.label}
                className="tri-state"
                options={CHOICES}
                value={choiceOf(entry.bit)}
                onChange={(choice) => choose(entry.bit, choice)}
              />
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}
