import type { KeyboardEvent } from 'react';
import type { Step } from './order.ts';

/** Which way `Alt ↑` or `Alt ↓` moves what has the focus. */
export function stepOf({ altKey, key }: KeyboardEvent): Step | null {
  if (!altKey) return null;
  return key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : null;
}
