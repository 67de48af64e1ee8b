import { type ReactNode, useEffect, useRef } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';

export interface ListChoice {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  /** Before the label. */
  readonly mark?: ReactNode;
}

/** Choices under somebody else's keys: the field that has the focus names `${id}-${at}` as its active descendant. */
export function Listbox({
  id,
  label,
  choices,
  at,
  chosen = [],
  isMultiple = false,
  onAt,
  onChoose,
}: {
  readonly id: string;
  readonly label: string;
  readonly choices: readonly ListChoice[];
  /** The one under the keys. */
  readonly at: number;
  readonly chosen?: readonly string[];
  readonly isMultiple?: boolean;
  readonly onAt: (at: number) => void;
  readonly onChoose: (choice: ListChoice) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div
      ref={list}
      id={id}
      className="listbox"
      role="listbox"
      aria-label={label}
      aria-multiselectable={isMultiple || undefined}
    >
      {choices.map((choice, index) => {
        const isChosen = chosen.includes(choice.value);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={choice.value}
            id={`${id}-${index}`}
            className={classNames('listbox-item', index === at && 'listbox-item-at')}
            role="option"
            aria-selected={isMultiple || chosen.length > 0 ? isChosen : index === at}
            onMouseMove={() => onAt(index)}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(choice)}
          >
            {choice.mark}
            <span className="listbox-label">{choice.label}</span>
            {choice.note !== undefined && <span className="listbox-note">{choice.note}</span>}
            {isChosen && <Icon name="check" size={16} />}
          </div>
        );
      })}
    </div>
  );
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
