import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild, Member, Page, Role, Sight } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { usePages } from '../../state/use-pages.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';
import { memberName, roleColour, roleName } from './names.ts';
import { whyOf } from './sight-words.ts';

const ROW_PX = 49;

interface SeenMember extends Sight {
  readonly member: Member;
}

const idOf = ({ member }: SeenMember) => member.user.id;

/** Who may see a channel, and why; worked out by the server. */
export function Viewers({
  guild,
  channel,
  roles,
  version,
}: {
  readonly guild: Guild;
  readonly channel: Channel;
  readonly roles: readonly Role[];
  readonly version: number;
}) {
  const [query, setQuery] = useState('');
  const seen = useResource(channel.id, version, () => api.viewingRoles(channel.id));
  const read = (page: Page) => api.viewingMembers(channel.id, page);
  const { items, failure, more } = usePages<SeenMember>(channel.id, query, version, read, idOf);
  const why = (sight: Sight, whose: string) => whyOf(sight, whose, roles);
  const message = failure ?? (seen.kind === 'failed' ? seen.message : null);
  return (
    <section className="card viewers" aria-labelledby="viewers-title">
      <header className="card-head">
        <h3 id="viewers-title">Who sees it</h3>
      </header>
      {message !== null && <p className="card-text card-warning">{message}</p>}
      <div className="viewers-columns">
        <div>
          <h4 id="viewing-roles">Somebody with one role</h4>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
          <ul className="sights" aria-labelledby="viewing-roles" tabIndex={0}>
            {(seen.kind === 'read' ? seen.value : []).map(({ role, ...sight }) => (
              <li key={role.id} className="sight">
                <Verdict canView={sight.canView} />
                <span className="role-dot" style={{ backgroundColor: roleColour(role.color) }} />
                <span className="row-text">
                  <span className="row-name">{roleName(role.name)}</span>
                  <span className="row-note">
                    {why(sight, role.id === guild.id ? '@everyone' : 'the role')}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <div className="viewers-find">
            <h4>Members</h4>
            <SearchField label="Find a member by name" value={query} onChange={setQuery} />
          </div>
          {items?.length === 0 && <p className="card-text">Nobody is called so.</p>}
          {items !== null && items.length > 0 && (
            <VirtualList
              className="sights sights-members"
              role="list"
              rowRole="listitem"
              label="Members, and whether they see it"
              items={items}
              keyOf={idOf}
              estimatePx={ROW_PX}
              onEnd={more}
            >
              {({ member, ...sight }) => (
                <div className="sight">
                  <Verdict canView={sight.canView} />
                  <Avatar
                    id={member.user.id}
                    name={memberName(member)}
                    size={26}
                    picture={member.user.avatar}
                  />
                  <span className="row-text">
                    <span className="row-name">{memberName(member)}</span>
                    <span className="row-note">{why(sight, 'the member')}</span>
                  </span>
                </div>
              )}
            </VirtualList>
          )}
        </div>
      </div>
    </section>
  );
}

function Verdict({ canView }: { readonly canView: boolean }) {
  return (
    <span className={classNames('verdict', canView ? 'verdict-good' : 'verdict-bad')}>
      <Icon name={canView ? 'check' : 'close'} size={14} />
      <span className="unseen">{canView ? 'Sees it:' : 'Does not see it:'}</span>
    </span>
  );
}
