import { useEffect, useState } from 'react';

export interface Draft<T extends object> {
  /** What is saved, with what has been changed on top. */
  readonly value: T;
  /** Only what differs from what is saved. */
  readonly patch: Partial<T>;
  readonly isDirty: boolean;
  readonly change: (patch: Partial<T>) => void;
  /** The changes have been saved as this: shown until the page hears of it by the stream. */
  readonly accept: (saved: T) => void;
  /** Lets the changes go. */
  readonly reset: () => void;
}

/** Changes that are not saved yet. What changes meanwhile on the server is shown where one has changed nothing. */
export function useDraft<T extends object>(saved: T): Draft<T> {
  const [{ changes, isAccepted }, setState] = useState<{
    readonly changes: Partial<T>;
    readonly isAccepted: boolean;
  }>({ changes: {}, isAccepted: false });
  const heard = JSON.stringify(saved);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was accepted is what is heard now, or older
  useEffect(() => {
    setState((now) => (now.isAccepted ? { changes: {}, isAccepted: false } : now));
  }, [heard]);
  const patch = Object.fromEntries(
    Object.entries(changes).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(saved[name as keyof T]),
    ),
  ) as Partial<T>;
  return {
    value: { ...saved, ...patch },
    patch,
    isDirty: !isAccepted && Object.keys(patch).length > 0,
    change: (more) => setState((now) => ({ changes: { ...now.changes, ...more }, isAccepted: false })),
    accept: (value) => setState({ changes: value, isAccepted: true }),
    reset: () => setState({ changes: {}, isAccepted: false }),
  };
}
