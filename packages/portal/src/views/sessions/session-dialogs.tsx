import type { Session } from '../../api/types.ts';
import { CloseSession } from './close-session.tsx';
import { PlanFault } from './plan-fault.tsx';

/** What a dialog is open for. */
export type SessionAct =
  | { readonly kind: 'close'; readonly session: Session }
  | { readonly kind: 'fault'; readonly session: Session | null };

export function SessionDialogs({ act, onClose }: { readonly act: SessionAct; readonly onClose: () => void }) {
  return act.kind === 'close' ? (
    <CloseSession session={act.session} onClose={onClose} />
  ) : (
    <PlanFault session={act.session} onClose={onClose} />
  );
}
