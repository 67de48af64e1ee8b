import { api } from '../../api/client.ts';
import type { Session } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import type { MenuEntry } from '../../ui/menu.tsx';
import { PLAIN_FAULTS } from './fault-kinds.ts';
import type { SessionAct } from './session-dialogs.tsx';

/** What the owner may do to a session, and the faults that need no further word. */
export function sessionMenu(session: Session, onAct: (act: SessionAct) => void): readonly MenuEntry[] {
  const { id } = session;
  const isDisabled = session.state === 'detached';
  return [
    { kind: 'heading', label: 'Gateway' },
    {
      kind: 'action',
      label: 'Ask to reconnect',
      note: 'op 7',
      isDisabled,
      run: () => void attempt(() => api.reconnect(id), 'op 7 has been sent.'),
    },
    {
      kind: 'action',
      label: 'Invalidate, resumable',
      note: 'op 9 true',
      isDisabled,
      run: () =>
        void attempt(() => api.invalidate(id, true), 'op 9 has been sent; the session can be resumed.'),
    },
    {
      kind: 'action',
      label: 'Invalidate, for good',
      note: 'op 9 false',
      isDisabled,
      run: () => void attempt(() => api.invalidate(id, false), 'op 9 has been sent; the session is gone.'),
    },
    { kind: 'action', label: 'Close with a code…', isDisabled, run: () => onAct({ kind: 'close', session }) },
    {
      kind: 'action',
      label: 'End the session',
      note: '4009',
      isDanger: true,
      run: () => void attempt(() => api.endSession(id), 'The session has ended.'),
    },
    { kind: 'heading', label: 'Faults' },
    ...PLAIN_FAULTS.map(
      ({ kind, label, does }): MenuEntry => ({
        kind: 'action',
        label,
        isDisabled,
        run: () => void attempt(() => api.addFault({ fault: { kind }, sessionId: id }), does),
      }),
    ),
    { kind: 'action', label: 'Another fault…', icon: 'bolt', run: () => onAct({ kind: 'fault', session }) },
  ];
}
