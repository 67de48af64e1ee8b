import { useEffect, useState } from 'react';
import { messageOf } from '../api/api-error.ts';

/** Something that is read from the API when it is needed. */
export type Resource<T> =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Reads again when `key` changes, and goes on showing what it has when only `version` does.
 * @param key what is read; null for nothing
 */
export function useResource<T>(key: string | null, version: number, read: () => Promise<T>): Resource<T> {
  const [held, setHeld] = useState<{ readonly key: string | null; readonly resource: Resource<T> }>({
    key: null,
    resource: { kind: 'reading' },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` is made anew each time, `key` names what it reads
  useEffect(() => {
    if (key === null) return undefined;
    let isWanted = true;
    const take = (resource: Resource<T>) => {
      if (isWanted) setHeld({ key, resource });
    };
    read().then(
      (value) => take({ kind: 'read', value }),
      (error: unknown) => take({ kind: 'failed', message: messageOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key, version]);
  return held.key === key ? held.resource : { kind: 'reading' };
}
