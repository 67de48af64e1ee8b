import { api } from '../../api/client.ts';
import type { Message } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { useResource } from '../../state/resource.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/failure.tsx';
import { formatMoment, nameOf } from '../../ui/format.ts';
import { MessageBodyView } from './message-body-view.tsx';
import { usePlace } from './place.tsx';

/** What is pinned in the channel. */
export function PinsDialog({
  pinned,
  onJump,
  onClose,
}: {
  /** How many of the messages at hand are pinned: when that changes, the list has. */
  readonly pinned: number;
  readonly onJump: (messageId: string) => void;
  readonly onClose: () => void;
}) {
  const { channel } = usePlace();
  const pins = useResource(`pins ${channel.id}`, pinned, () => api.pins(channel.id));
  return (
    <Dialog title="Pinned messages" onClose={onClose}>
      <Failure of={pins} />
      {pins.kind === 'read' && pins.value.length === 0 && (
        <p className="quiet">Nothing is pinned here. The menu of a message pins it.</p>
      )}
      {pins.kind === 'read' && (
        <ul className="pins">
          {pins.value.map((message) => (
            <li key={message.id} className="pin">
              <p className="pin-head">
                <strong>{nameOf(message.author)}</strong>
                <time dateTime={message.timestamp}>{formatMoment(message.timestamp)}</time>
              </p>
              <MessageBodyView body={message} />
              <PinActions message={message} onJump={onJump} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function PinActions({
  message,
  onJump,
}: {
  readonly message: Message;
  readonly onJump: (messageId: string) => void;
}) {
  return (
    <p className="pin-actions">
      <Button look="quiet" onClick={() => onJump(message.id)}>
        Jump
      </Button>
      <Button look="quiet" onClick={() => void attempt(() => api.unpin(message.channel_id, message.id))}>
        Unpin
      </Button>
    </p>
  );
}
