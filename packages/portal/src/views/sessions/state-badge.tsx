import type { Session } from '../../api/types.ts';
import { Age } from '../../ui/age.tsx';

const TONES = { live: 'good', replaying: 'warn', detached: 'plain' } as const;

/** With the time that a detached session has left. */
export function StateBadge({ session }: { readonly session: Session }) {
  const { state, expiresAt } = session;
  return (
    <span className={`badge badge-${TONES[state]}`}>
      <span className="dot" />
      {state}
      {expiresAt !== null && (
        <>
          {' '}
          <Age iso={expiresAt} />
        </>
      )}
    </span>
  );
}
