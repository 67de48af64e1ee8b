import type { User } from '../../api/types.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { nameOf } from '../../ui/format.ts';

/** As whom one writes and acts. */
export function AuthorSelect({
  as,
  people,
  onChoose,
}: {
  readonly as: User;
  readonly people: readonly User[];
  readonly onChoose: (user: User) => void;
}) {
  return (
    <label className="composer-as">
      <Avatar id={as.id} name={nameOf(as)} size={28} picture={as.avatar} />
      <span className="unseen">Write as</span>
      <select
        value={as.id}
        title={`Write as ${nameOf(as)}`}
        onChange={(event) => {
          const user = people.find(({ id }) => id === event.target.value);
          if (user !== undefined) onChoose(user);
        }}
      >
        {people.map((user) => (
          <option key={user.id} value={user.id}>
            {nameOf(user)}
          </option>
        ))}
      </select>
    </label>
  );
}
