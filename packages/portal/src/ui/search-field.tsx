import type { Ref } from 'react';
import { Icon } from './icon.tsx';

/** Filters as one types. */
export function SearchField({
  label,
  value,
  onChange,
  shortcut,
  ref,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The key that leads here, shown in it. */
  readonly shortcut?: string;
  readonly ref?: Ref<HTMLInputElement>;
}) {
  return (
    <label className="search">
      <Icon name="search" size={16} />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder="Filter"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {shortcut !== undefined && <kbd>{shortcut}</kbd>}
    </label>
  );
}
