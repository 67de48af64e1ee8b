import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Session } from '../../api/types.ts';
import { CLOSE_CODES } from '../../state/close-codes.ts';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

export function CloseSession({
  session,
  onClose,
}: {
  readonly session: Session;
  readonly onClose: () => void;
}) {
  const [code, setCode] = useState('4000');
  const [reason, setReason] = useState('');
  const { isBusy, errorOf, submit } = useForm();
  const codesId = useId();
  const meaning = CLOSE_CODES[Number(code)];
  const close = () =>
    submit(async () => {
      await api.closeConnection(session.id, Number(code), reason);
      onClose();
    });
  return (
    <FormDialog
      title={`Close shard ${session.shard[0]}`}
      onClose={onClose}
      onSubmit={close}
      action="Close connection"
      isDanger
      isBusy={isBusy}
    >
      <TextField
        label="Close code"
        inputMode="numeric"
        list={codesId}
        value={code}
        onChange={setCode}
        error={errorOf('code')}
        hint={meaning === undefined ? 'Any code that a server may send.' : `${meaning.name}. ${meaning.next}`}
      />
      <datalist id={codesId}>
        {Object.entries(CLOSE_CODES).map(([value, { name }]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </datalist>
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        error={errorOf('reason')}
        hint="Optional, at most 123 bytes."
        autoComplete="off"
      />
    </FormDialog>
  );
}
