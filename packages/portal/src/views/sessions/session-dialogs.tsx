import type { Session } from '../../api/types.ts';
import { CloseSession } from './close-session.tsx';
import { PlanFault } from './plan-fault.tsx';
import { StandingFaults } from './standing-faults.tsx';

/** What a dialog is open for. */
export type SessionAct =
  | { readonly kind: 'close'; readonly session: Session }
  | { readonly kind: 'fault'; readonly session: Session | null }
  | { readonly kind: 'standing' };

export function SessionDialogs({ act, onClose }: { readonly act: SessionAct; readonly onClose: () => void }) {
  switch (act.kind) {
    case 'close':
      return <CloseSession session={act.session} onClose={onClose} />;
    case 'fault':
      return <PlanFault session={act.session} onClose={onClose} />;
    case 'standing':
      return <StandingFaults onClose={onClose} />;
  }
}
