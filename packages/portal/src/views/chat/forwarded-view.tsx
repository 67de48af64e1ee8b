import type { MessageBody } from '../../api/types.ts';
import { formatMoment } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { MessageBodyView } from './message-body-view.tsx';

/** What was said elsewhere, as it was then. */
export function ForwardedView({ body }: { readonly body: MessageBody }) {
  return (
    <div className="forwarded">
      <p className="forwarded-head">
        <Icon name="forward" size={14} /> Forwarded
        <time dateTime={body.timestamp}>{formatMoment(body.timestamp)}</time>
      </p>
      <MessageBodyView body={body} />
    </div>
  );
}
