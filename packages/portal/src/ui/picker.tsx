import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { found, type ListChoice, stepIn } from './choices.ts';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import { Listbox } from './listbox.tsx';
import { placePopover } from './popover.ts';

export interface PickerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly choices: readonly ListChoice[];
  readonly chosen: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly isDisabled?: boolean;
  readonly isBusy?: boolean;
  readonly isInvalid?: boolean;
  readonly describedBy?: string;
  /** One choice at once; of several, all of them when the list is left. */
  readonly onChange: (values: readonly string[]) => void;
}

/** Of very many only so many are shown at once; typing finds the others. */
const MAX_SHOWN = 50;

/** A field in which one chooses among few or many, one or several, with a filter. */
export function Picker(props: PickerProps) {
  const { label, placeholder, choices, chosen, isDisabled = false, isBusy = false } = props;
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const shown = chosen.map((value) => choices.find((choice) => choice.value === value)?.label ?? value);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={classNames('picker', shown.length === 0 && 'picker-empty')}
        role="combobox"
        aria-label={label}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-invalid={props.isInvalid === true || undefined}
        aria-describedby={props.describedBy}
        aria-busy={isBusy || undefined}
        disabled={isDisabled || isBusy}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        <span className="picker-text">{shown.length === 0 ? placeholder : shown.join(', ')}</span>
        <Icon name="down" size={16} />
      </button>
      {isOpen && (
        <Choices
          {...props}
          id={id}
          anchor={button.current}
          onClose={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      )}
    </>
  );
}

function Choices({
  id,
  anchor,
  label,
  choices,
  chosen,
  min,
  max,
  onChange,
  onClose,
}: PickerProps & {
  readonly id: string;
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
}) {
  const popover = useRef<HTMLDivElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState(chosen);
  const shown = useMemo(() => found(choices, query, MAX_SHOWN), [choices, query]);
  const isMultiple = max > 1;

  useEffect(() => {
    if (popover.current === null || anchor === null) return;
    popover.current.style.minWidth = `${anchor.getBoundingClientRect().width}px`;
    popover.current.showPopover();
    placePopover(popover.current, anchor, 'start');
    filter.current?.focus();
  }, [anchor]);

  const leave = () => {
    onClose();
    const isChanged = picked.length !== chosen.length || picked.some((value) => !chosen.includes(value));
    if (isMultiple && isChanged && picked.length >= min) onChange(picked);
  };
  const toggle = ({ value }: ListChoice) => {
    if (isMultiple) {
      const rest = picked.filter((other) => other !== value);
      if (rest.length < picked.length) setPicked(rest);
      else if (picked.length < max) setPicked([...picked, value]);
      return;
    }
    onClose();
    // The one that may be none is given back by choosing it again.
    if (!picked.includes(value)) onChange([value]);
    else if (min === 0) onChange([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = stepIn(event.key, at, shown.length);
    const choice = shown[at];
    if (to !== undefined) setAt(to);
    else if (event.key === 'Enter' && choice !== undefined) toggle(choice);
    else if (event.key === 'Escape' || event.key === 'Tab') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={popover}
      className="picker-popover"
      popover="auto"
      onToggle={(event) => {
        if (event.newState === 'closed') leave();
      }}
    >
      <input
        ref={filter}
        className="picker-filter"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={shown.length > 0 ? `${id}-list-${at}` : undefined}
        aria-label={`Filter: ${label}`}
        placeholder="Filter"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Listbox
        id={`${id}-list`}
        label={label}
        choices={shown}
        at={at}
        chosen={picked}
        isMultiple={isMultiple}
        onAt={setAt}
        onChoose={toggle}
      />
      {shown.length === 0 && <p className="listbox-none">Nothing is called like this.</p>}
      {isMultiple && (
        <p className="picker-count">
          <span>{`${picked.length} of ${min === max ? max : `${min} to ${max}`}`}</span>
          <kbd>Esc</kbd> when done
        </p>
      )}
    </div>
  );
}
