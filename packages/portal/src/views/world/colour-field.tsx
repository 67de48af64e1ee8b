import { useId } from 'react';
import { Button } from '../../ui/button.tsx';
import { hexOf } from './names.ts';

/** What an input of colours shows for none. */
const GREY = 0x99_aa_b5;

export function ColourField({
  color,
  onChange,
  error,
}: {
  /** 0 for none. */
  readonly color: number;
  readonly onChange: (color: number) => void;
  readonly error: string | undefined;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Colour</label>
      <div className="colour">
        <input
          id={id}
          type="color"
          className="input"
          value={hexOf(color === 0 ? GREY : color)}
          aria-describedby={`${id}-note`}
          onChange={(event) => onChange(Number.parseInt(event.target.value.slice(1), 16))}
        />
        <code>{color === 0 ? 'none' : hexOf(color)}</code>
        <Button disabled={color === 0} onClick={() => onChange(0)}>
          No colour
        </Button>
      </div>
      <p id={`${id}-note`} className={error === undefined ? 'field-hint' : 'field-error'} aria-live="polite">
        {error ?? ''}
      </p>
    </div>
  );
}
