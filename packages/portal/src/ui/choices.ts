import type { ReactNode } from 'react';

export interface ListChoice {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  /** Before the label. */
  readonly mark?: ReactNode;
}

/** Where the arrow keys lead; undefined for other keys. */
export function stepIn(key: string, at: number, count: number): number | undefined {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  return step === undefined || count === 0 ? undefined : (at + step + count) % count;
}

/** Those in whose text all words of the query are: first those that begin with it. */
export function found<T extends { readonly label: string; readonly note?: string }>(
  choices: readonly T[],
  query: string,
  most: number,
): readonly T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const start = words.join(' ');
  const matching = choices.filter(({ label, note = '' }) => {
    const text = `${label} ${note}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const isFirst = ({ label }: T) => label.toLowerCase().startsWith(start);
  return [...matching.filter(isFirst), ...matching.filter((choice) => !isFirst(choice))].slice(0, most);
}
