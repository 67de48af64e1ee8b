import { useStore } from '../state/store.ts';
import { seconds } from '../state/ticker.ts';
import { formatAge, formatMoment } from './format.ts';

/** How long ago it was, or how long it is until then. */
export function Age({ iso }: { readonly iso: string }) {
  const now = useStore(seconds);
  return (
    <time dateTime={iso} title={formatMoment(iso)}>
      {formatAge(Math.abs(now - Date.parse(iso)))}
    </time>
  );
}
