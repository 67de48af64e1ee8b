import { useEffect, useRef } from 'react';
import type { ListChoice } from './choices.ts';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';

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
