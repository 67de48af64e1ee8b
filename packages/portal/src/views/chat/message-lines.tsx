import type { Message, User } from '../../api/types.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { nameOf } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';

/** Above a reply: what it replies to, and the way there. */
export function ReplyLine({
  message: { message_reference: reference, referenced_message: replied },
  onJump,
}: {
  readonly message: Message;
  readonly onJump: (messageId: string) => void;
}) {
  const id = reference?.message_id;
  if (replied == null || id === undefined) {
    return (
      <p className="reply-line">
        <Icon name="reply" size={14} />
        <em>The message is gone</em>
      </p>
    );
  }
  return (
    <p className="reply-line">
      <Icon name="reply" size={14} />
      <button type="button" className="reply-jump" onClick={() => onJump(id)}>
        <strong>{nameOf(replied.author)}</strong>
        <span className="clip">{replied.content || 'something without a text'}</span>
      </button>
    </p>
  );
}

/** Above an answer to a command: who used it. */
export function OriginLine({ user, used }: { readonly user: User; readonly used: string }) {
  return (
    <p className="reply-line">
      <Icon name="bolt" size={14} />
      <Avatar id={user.id} name={nameOf(user)} size={16} picture={user.avatar} />
      <strong>{nameOf(user)}</strong> used <span className="command-used">{used}</span>
    </p>
  );
}
