import { useId } from 'react';
import type { Message } from '../../api/types.ts';
import { applications } from '../../state/hall.ts';
import { useStore } from '../../state/store.ts';
import { MenuEntries } from '../../ui/menu.tsx';
import type { Anchor } from '../../ui/popover.ts';
import { DeleteMessage } from './delete-message.tsx';
import { ForwardMessage } from './forward-message.tsx';
import { messageMenu } from './message-menu.ts';
import type { MessageActions } from './message-row.tsx';
import { PinsDialog } from './pins-dialog.tsx';
import { usePlace } from './place.tsx';
import { StartThread } from './start-thread.tsx';

export type OpenDialog =
  | { readonly kind: 'pins' }
  | { readonly kind: 'delete' | 'forward' | 'thread'; readonly message: Message }
  | { readonly kind: 'menu'; readonly message: Message; readonly anchor: Anchor };

/** What is open over the conversation: one thing at a time. */
export function ConversationDialogs({
  open,
  pinned,
  actions,
  onOpen,
}: {
  readonly open: OpenDialog | null;
  readonly pinned: number;
  readonly actions: MessageActions;
  readonly onOpen: (open: OpenDialog | null) => void;
}) {
  const place = usePlace();
  const known = useStore(applications);
  const id = useId();
  const close = () => onOpen(null);
  switch (open?.kind) {
    case 'menu':
      return (
        <MenuEntries
          id={id}
          label="With the message"
          anchor={open.anchor}
          side={open.anchor instanceof HTMLElement ? 'end' : 'start'}
          entries={messageMenu(open.message, place, known, actions, {
            startThread: (message) => onOpen({ kind: 'thread', message }),
            forward: (message) => onOpen({ kind: 'forward', message }),
          })}
          onClose={() => {
            close();
            if (open.anchor instanceof HTMLElement) open.anchor.focus();
          }}
        />
      );
    case 'delete':
      return <DeleteMessage message={open.message} onClose={close} />;
    case 'forward':
      return <ForwardMessage message={open.message} onClose={close} />;
    case 'thread':
      return <StartThread message={open.message} onClose={close} />;
    case 'pins':
      return (
        <PinsDialog
          pinned={pinned}
          onClose={close}
          onJump={(messageId) => {
            close();
            actions.jump(messageId);
          }}
        />
      );
    default:
      return null;
  }
}
