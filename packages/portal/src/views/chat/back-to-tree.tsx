import { hrefOf, route } from '../../state/route.ts';
import { useStore } from '../../state/store.ts';
import { Icon } from '../../ui/icon.tsx';

/** On a phone, from the messages to the channels. */
export function BackToTree() {
  const { first } = useStore(route);
  const guildId = first === null || first.startsWith('@') ? null : first;
  return (
    <a className="back-link" href={guildId === null ? hrefOf('chat') : hrefOf('chat', guildId)}>
      <Icon name="back" />
      <span className="unseen">Channels</span>
    </a>
  );
}
