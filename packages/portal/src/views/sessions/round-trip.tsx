import { useState } from 'react';
import { messageOf } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import type { Session } from '../../api/types.ts';

/** Asked for by hand: the server sends no pings of its own. */
export function RoundTrip({ session }: { readonly session: Session }) {
  const [told, setTold] = useState<string | null>(null);
  const measure = async () => {
    setTold('…');
    try {
      const { roundTripMs } = await api.ping(session.id);
      setTold(roundTripMs === null ? 'no pong within 5 s' : `${roundTripMs.toFixed(1)} ms`);
    } catch (error) {
      setTold(messageOf(error));
    }
  };
  return (
    <>
      <span aria-live="polite">{told}</span>{' '}
      <button
        type="button"
        className="link"
        title="A WebSocket ping; clients answer it by themselves"
        disabled={session.state === 'detached'}
        onClick={() => void measure()}
      >
        Measure
      </button>
    </>
  );
}
