import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** The one time that a token is shown. */
export function ShownToken({
  title,
  token,
  note,
  onClose,
}: {
  readonly title: string;
  readonly token: string;
  readonly note?: string;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Done</Button>
          <CopyButton text={token} label="Copy token" isText />
        </>
      }
    >
      {note !== undefined && <p>{note}</p>}
      <p>
        This is the bot’s token. It is shown <strong>only now</strong>: the server keeps a hash of it.
      </p>
      <code className="token" data-testid="token">
        {token}
      </code>
    </Dialog>
  );
}
