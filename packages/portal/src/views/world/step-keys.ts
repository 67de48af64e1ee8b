import type { KeyboardEvent } from 'react';

/** Which way `Alt ↑` or `Alt ↓` moves what has the focus. */
export function stepOf({ altKey, key }: KeyboardEvent): -1 | 1 | null {
  if (!altKey) return null;
  return key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : null;
}
