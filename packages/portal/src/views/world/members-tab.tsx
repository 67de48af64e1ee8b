import { useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild, Member, Page, Role } from '../../api/types.ts';
import { useShortcut } from '../../keys/shortcuts.ts';
import { usePages } from '../../state/use-pages.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { AddMember } from './add-member.tsx';
import { EditMember } from './edit-member.tsx';
import { MemberRow } from './member-row.tsx';

const ROW_PX = 57;

const idOf = ({ user }: Member) => user.id;

export function MembersTab({
  guild,
  roles,
  version,
}: {
  readonly guild: Guild;
  readonly roles: readonly Role[];
  readonly version: number;
}) {
  const [query, setQuery] = useState('');
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<Member | null>(null);
  const search = useRef<HTMLInputElement>(null);
  useShortcut('/', () => search.current?.focus());
  const read = (page: Page) => api.memberPage(guild.id, page);
  const { items, failure, more } = usePages(guild.id, query, version, read, idOf);
  return (
    <div className="members">
      <header className="members-head">
        <span className="view-count" aria-live="polite">
          {query === '' ? plural(guild.member_count, 'member') : `${items?.length ?? 0} found`}
        </span>
        <div className="view-tools">
          <SearchField
            ref={search}
            label="Find a member by how a name begins"
            value={query}
            onChange={setQuery}
            shortcut="/"
          />
          <Button icon="plus" onClick={() => setAdding(true)}>
            Add a member
          </Button>
        </div>
      </header>
      {failure !== null && <p className="card-text card-warning">{failure}</p>}
      {items?.length === 0 && (
        <EmptyState icon="people" title="Nobody is called so">
          <p>Names are looked for by how they begin: username, shown name and nickname.</p>
        </EmptyState>
      )}
      {items !== null && items.length > 0 && (
        <VirtualList
          className="members-list"
          role="list"
          rowRole="listitem"
          label={`Members of ${guild.name}`}
          items={items}
          keyOf={idOf}
          estimatePx={ROW_PX}
          onEnd={more}
        >
          {(member) => (
            <MemberRow guild={guild} member={member} roles={roles} onEdit={() => setEdited(member)} />
          )}
        </VirtualList>
      )}
      {isAdding && <AddMember guild={guild} onClose={() => setAdding(false)} />}
      {edited !== null && (
        <EditMember guild={guild} member={edited} roles={roles} onClose={() => setEdited(null)} />
      )}
    </div>
  );
}
