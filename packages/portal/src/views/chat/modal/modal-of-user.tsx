import { applications } from '../../../state/hall.ts';
import { begun, dismissed, interactions } from '../../../state/interactions.ts';
import { useStore } from '../../../state/store.ts';
import { usePlace } from '../place.tsx';
import { ModalDialog } from './modal-dialog.tsx';

/** The form that an application has answered with to what was done here last. */
export function ModalOfUser() {
  const { channel, as } = usePlace();
  const known = useStore(applications);
  const heard = useStore(interactions);
  const own = useStore(begun);
  const gone = useStore(dismissed);
  const opened = [...heard.values()].findLast(
    ({ id, modal, user_id, channel_id }) =>
      modal !== undefined && own.has(id) && !gone.has(id) && user_id === as?.id && channel_id === channel.id,
  );
  if (opened?.modal === undefined) return null;
  return (
    <ModalDialog
      key={opened.id}
      interactionId={opened.id}
      modal={opened.modal}
      from={known?.get(opened.application_id)?.name ?? 'the application'}
    />
  );
}
