import mark from './mark.svg';
import { Button } from './ui/button.tsx';

/** For those who have not come by the link. */
export function Door({ state }: { readonly state: 'locked' | 'unreachable' }) {
  return (
    <main className="door">
      <img src={mark} alt="" width={64} height={64} />
      {state === 'locked' ? (
        <>
          <h1>This hall has a key</h1>
          <p>
            Open the link that the server printed when it started. It ends with <code>#ticket=…</code> and
            lets this browser in.
          </p>
          <pre className="snippet">{`$ npm start\nGuildhall …\nPortal     ${location.origin}/#ticket=…`}</pre>
        </>
      ) : (
        <>
          <h1>The server does not answer</h1>
          <p>Start it again, and try once more.</p>
        </>
      )}
      <Button look="primary" icon="refresh" onClick={() => location.reload()}>
        Try again
      </Button>
    </main>
  );
}
