import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import type { IconName } from './icon.tsx';

/** A dialog that asks, and does one thing or nothing. */
export function FormDialog(props: {
  readonly title: string;
  /** What the one thing is called. */
  readonly action: string;
  readonly isDanger?: boolean;
  readonly icon?: IconName;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { title, action, isDanger = false, icon, isBusy, onSubmit, onClose, children } = props;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={onSubmit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look={isDanger ? 'danger' : 'primary'}
            isBusy={isBusy}
            {...(icon === undefined ? {} : { icon })}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
