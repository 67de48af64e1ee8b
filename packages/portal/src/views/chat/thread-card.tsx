import type { Channel } from '../../api/types.ts';
import { hrefOf } from '../../state/route.ts';
import { plural } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { usePlace } from './place.tsx';

/** The way into the thread that a message has. */
export function ThreadCard({ thread }: { readonly thread: Channel }) {
  const { guildId } = usePlace();
  if (guildId === null) return null;
  return (
    <a className="thread-card" href={hrefOf('chat', guildId, thread.id)}>
      <Icon name="thread" size={17} />
      <strong>{thread.name}</strong>
      <span className="quiet">{plural(thread.message_count ?? 0, 'message')}</span>
    </a>
  );
}
