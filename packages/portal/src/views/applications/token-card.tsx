import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { Button } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { plural } from '../../ui/format.ts';
import { ShownToken } from './shown-token.tsx';

type Step =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'shown'; readonly token: string; readonly sessionsClosed: number };

export function TokenCard({
  application,
  sessionCount,
}: {
  readonly application: Application;
  readonly sessionCount: number;
}) {
  const [step, setStep] = useState<Step>({ kind: 'idle' });
  const [isBusy, setBusy] = useState(false);
  const close = () => setStep({ kind: 'idle' });
  const reset = async () => {
    setBusy(true);
    await attempt(async () => setStep({ kind: 'shown', ...(await api.resetToken(application.id)) }));
    setBusy(false);
  };
  return (
    <section className="card" aria-labelledby="token-title">
      <header className="card-head">
        <h3 id="token-title">Bot token</h3>
        <Button icon="refresh" onClick={() => setStep({ kind: 'asking' })}>
          Reset token
        </Button>
      </header>
      {application.hasToken ? (
        <p className="card-text">
          The server keeps only a hash of it, so it cannot be shown again. A reset makes a new one and voids
          this one at once.
        </p>
      ) : (
        <p className="card-text card-warning">
          There is no valid token: the bot has used up its session starts. Reset it to get a new one.
        </p>
      )}
      {step.kind === 'asking' && (
        <FormDialog
          title="Reset the token?"
          onClose={close}
          onSubmit={reset}
          action="Reset token"
          isDanger
          isBusy={isBusy}
        >
          <p>
            The token of <strong>{application.name}</strong> becomes void at once.{' '}
            {sessionCount === 0 ? (
              'No session is open.'
            ) : (
              <>
                <strong>{plural(sessionCount, 'session')}</strong> will be closed with <code>4003</code>, and
                what comes again with the old token is refused with <code>4004</code>.
              </>
            )}
          </p>
        </FormDialog>
      )}
      {step.kind === 'shown' && (
        <ShownToken
          title="The new token"
          token={step.token}
          note={`The old token is void. ${plural(step.sessionsClosed, 'session')} ${step.sessionsClosed === 1 ? 'was' : 'were'} closed with 4003.`}
          onClose={close}
        />
      )}
    </section>
  );
}
