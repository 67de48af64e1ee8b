import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { go } from '../../state/route.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { plural } from '../../ui/format.ts';

export function DeleteApplication({
  application,
  sessionCount,
  onClose,
}: {
  readonly application: Application;
  readonly sessionCount: number;
  readonly onClose: () => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const { id, name } = application;
  const remove = async () => {
    setBusy(true);
    if (await attempt(() => api.deleteApplication(id), `${name} is deleted.`)) {
      onClose();
      go('applications');
    } else setBusy(false);
  };
  return (
    <FormDialog
      title={`Delete ${name}?`}
      onClose={onClose}
      onSubmit={remove}
      action="Delete application"
      isDanger
      isBusy={isBusy}
    >
      <p>
        {sessionCount === 0
          ? 'It has no sessions.'
          : `${plural(sessionCount, 'session')} will be closed with 4003.`}{' '}
        Its bot leaves its guilds, and guilds that the bot owns are deleted. This cannot be undone.
      </p>
    </FormDialog>
  );
}
