import { api } from '../../api/client.ts';
import {
  type Command,
  type CommandUse,
  interactionApi,
  ON_MESSAGE,
  ON_USER,
} from '../../api/interactions.ts';
import type { Application, Message } from '../../api/types.ts';
import { begin } from '../../state/interactions.ts';
import { attempt } from '../../state/notices.ts';
import { nameOf } from '../../ui/format.ts';
import type { MenuEntry } from '../../ui/menu.tsx';
import type { MessageActions } from './message-row.tsx';
import type { Place } from './place.tsx';

const THREADABLE: readonly number[] = [0, 5];

/** What the menu asks for and does not do by itself. */
export interface MessageDialogs {
  readonly startThread: (message: Message) => void;
  readonly forward: (message: Message) => void;
}

export function messageMenu(
  message: Message,
  place: Place,
  applications: ReadonlyMap<string, Application> | null,
  actions: MessageActions,
  dialogs: MessageDialogs,
): readonly MenuEntry[] {
  const { channel, as, commands, guildId } = place;
  const author = nameOf(message.author);
  const common: MenuEntry[] = [
    {
      kind: 'action',
      label: 'Copy the text',
      icon: 'copy',
      isDisabled: message.content === '',
      run: () => void attempt(() => navigator.clipboard.writeText(message.content), 'Copied'),
    },
    {
      kind: 'action',
      label: 'Copy the id',
      icon: 'copy',
      run: () => void attempt(() => navigator.clipboard.writeText(message.id), 'Copied'),
    },
  ];
  if (as === null) return common;
  const canStartThread =
    guildId !== null && THREADABLE.includes(channel.type) && message.thread === undefined;
  const run = (command: Command, target: Pick<CommandUse, 'type' | 'target_id'>) => {
    const use = {
      user_id: as.id,
      application_id: command.application_id,
      command: command.name,
      ...target,
    };
    void attempt(() => begin(() => interactionApi.run(channel.id, use), { what: command.name }));
  };
  const ofApps = (type: number, heading: string, targetId: string): MenuEntry[] => {
    const offered = commands.filter((command) => command.type === type);
    if (offered.length === 0) return [];
    return [
      { kind: 'heading', label: heading },
      ...offered.map((command): MenuEntry => {
        const application = applications?.get(command.application_id)?.name;
        return {
          kind: 'action',
          key: command.id,
          label: command.name,
          icon: 'bolt',
          ...(application === undefined ? {} : { note: application }),
          run: () => run(command, { type, target_id: targetId }),
        };
      }),
    ];
  };
  return [
    {
      kind: 'action',
      label: message.pinned ? 'Unpin' : 'Pin',
      icon: 'pin',
      run: () =>
        void attempt(() =>
          message.pinned
            ? api.unpin(message.channel_id, message.id)
            : api.pin(message.channel_id, message.id, as.id),
        ),
    },
    {
      kind: 'action',
      label: 'Start a thread…',
      icon: 'thread',
      isDisabled: !canStartThread,
      run: () => dialogs.startThread(message),
    },
    { kind: 'action', label: 'Forward…', icon: 'forward', run: () => dialogs.forward(message) },
    ...common,
    ...ofApps(ON_MESSAGE, 'Apps, with this message', message.id),
    ...ofApps(ON_USER, `Apps, with ${author}`, message.author.id),
    { kind: 'heading', label: 'For good' },
    {
      kind: 'action',
      label: 'Delete…',
      icon: 'trash',
      isDanger: true,
      run: () => actions.remove(message),
    },
  ];
}
