import { useId } from 'react';
import { classNames } from './class-names.ts';

/** One of a few choices, all in sight. */
export function Segmented<Value extends string>({
  label,
  options,
  value,
  onChange,
  className,
}: {
  /** What is chosen; not shown. */
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly className?: string;
}) {
  const id = useId();
  return (
    <fieldset className={classNames('segmented', className)}>
      <legend className="unseen">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={`segment segment-${option.value}`}>
          <input
            type="radio"
            name={id}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
