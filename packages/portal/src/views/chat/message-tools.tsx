import type { Message } from '../../api/types.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmojiMenu } from './emoji-menu.tsx';
import type { MessageActions } from './message-row.tsx';

/** What one does most, and the menu with the rest. */
export function MessageTools({
  message,
  name,
  canAct,
  actions,
}: {
  readonly message: Message;
  readonly name: string;
  readonly canAct: boolean;
  readonly actions: MessageActions;
}) {
  return (
    <div className="message-tools">
      {canAct && <EmojiMenu onChoose={(emoji) => actions.react(message, emoji)} />}
      {canAct && (
        <IconButton icon="reply" label={`Reply to ${name}`} onClick={() => actions.reply(message)} />
      )}
      <IconButton icon="edit" label="Edit" onClick={() => actions.edit(message.id)} />
      <IconButton icon="trash" label="Delete" onClick={() => actions.remove(message)} />
      <IconButton
        icon="more"
        label={`More of the message by ${name}`}
        aria-haspopup="menu"
        onClick={(event) => actions.menu(message, event.currentTarget)}
      />
    </div>
  );
}
