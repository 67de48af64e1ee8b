import type { Channel } from '../../api/types.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { BackToTree } from './back-to-tree.tsx';
import { isThread } from './text-channels.ts';

export function ChatHead({
  channel,
  title,
  isDm,
  onPins,
}: {
  readonly channel: Channel;
  readonly title: string;
  readonly isDm: boolean;
  readonly onPins: () => void;
}) {
  return (
    <header className="chat-head">
      <BackToTree />
      <Icon name={isDm ? 'people' : isThread(channel) ? 'thread' : 'hash'} size={20} />
      <h2>{title}</h2>
      {channel.topic && <p className="chat-topic">{channel.topic}</p>}
      <IconButton icon="pin" label="Pinned messages" className="chat-pins" onClick={onPins} />
    </header>
  );
}
