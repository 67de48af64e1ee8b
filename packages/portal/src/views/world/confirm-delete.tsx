import { type ReactNode, useState } from 'react';
import { attempt } from '../../state/notices.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

/** Asks before something is gone for good. */
export function ConfirmDelete({
  name,
  action,
  remove,
  onDone,
  onClose,
  children,
}: {
  readonly name: string;
  /** What the button says. */
  readonly action: string;
  readonly remove: () => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    if (await attempt(remove, `${name} is deleted.`)) {
      onClose();
      onDone();
    } else setBusy(false);
  };
  return (
    <FormDialog
      title={`Delete ${name}?`}
      onClose={onClose}
      onSubmit={submit}
      action={action}
      isDanger
      isBusy={isBusy}
    >
      {children}
    </FormDialog>
  );
}
