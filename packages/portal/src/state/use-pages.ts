import { useCallback, useEffect, useRef, useState } from 'react';
import { messageOf } from '../api/api-error.ts';
import type { Page, Snowflake } from '../api/types.ts';

export interface Pages<T> {
  /** What has been read so far; null before the first page is there. */
  readonly items: readonly T[] | null;
  readonly failure: string | null;
  /** Reads the next page, if there is one. */
  readonly more: () => void;
}

const PAGE_SIZE = 200;
/** The API gives no more at once. */
const MAX_PAGE_SIZE = 1_000;

/**
 * A long list that is read page by page as one comes to its end. When `version` changes, what has been read is read
 * again, in pieces as large as the API gives.
 * @param key what is read; another one begins anew
 */
export function usePages<T>(
  key: string,
  query: string,
  version: number,
  read: (page: Page) => Promise<readonly T[]>,
  idOf: (item: T) => Snowflake,
): Pages<T> {
  const place = `${key} ${query}`;
  const [held, setHeld] = useState<Held<T>>({ place, items: null, isWhole: false, failure: null });
  const reading = useRef<string | null>(null);
  const latest = useRef({ read, idOf, held });
  useEffect(() => {
    latest.current = { read, idOf, held };
  });

  const readFrom = useCallback(
    async (known: readonly T[], wanted: number): Promise<void> => {
      const run = `${place} ${performance.now()}`;
      reading.current = run;
      let items = known;
      let isWhole = false;
      try {
        while (!isWhole && items.length < wanted) {
          const last = items.at(-1);
          const limit = Math.min(MAX_PAGE_SIZE, wanted - items.length);
          const page = await latest.current.read({
            limit,
            query,
            ...(last === undefined ? {} : { after: latest.current.idOf(last) }),
          });
          if (reading.current !== run) return;
          // Those that are found by name are not in pages.
          isWhole = page.length < limit || query !== '';
          items = [...items, ...page];
        }
        setHeld({ place, items, isWhole, failure: null });
      } catch (error) {
        if (reading.current === run) {
          setHeld((now) => ({ ...now, place, isWhole: true, failure: messageOf(error) }));
        }
      } finally {
        if (reading.current === run) reading.current = null;
      }
    },
    [place, query],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that the list may have changed
  useEffect(() => {
    const { held: now } = latest.current;
    const count = now.place === place ? (now.items?.length ?? 0) : 0;
    void readFrom([], Math.max(PAGE_SIZE, count));
    return () => {
      reading.current = null;
    };
  }, [place, version, readFrom]);

  // Another function after each reading: whoever has come to the end meanwhile asks again.
  const more = useCallback(() => {
    if (reading.current !== null || held.place !== place || held.isWhole || held.items === null) return;
    void readFrom(held.items, held.items.length + PAGE_SIZE);
  }, [place, held, readFrom]);

  const isCurrent = held.place === place;
  return { items: isCurrent ? held.items : null, failure: isCurrent ? held.failure : null, more };
}

interface Held<T> {
  readonly place: string;
  readonly items: readonly T[] | null;
  /** There is no further page. */
  readonly isWhole: boolean;
  readonly failure: string | null;
}
