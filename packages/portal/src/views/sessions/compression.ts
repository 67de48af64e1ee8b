import type { Session } from '../../api/types.ts';

/** By its name, and how much smaller it has made the session's dispatches: `zlib-stream 4.2 : 1`. */
export function compressionOf({ compression, traffic }: Pick<Session, 'compression' | 'traffic'>): string {
  if (compression === 'none') return 'not compressed';
  const { sentBytes, plainBytes } = traffic;
  return sentBytes === 0 ? compression : `${compression} ${(plainBytes / sentBytes).toFixed(1)} : 1`;
}
