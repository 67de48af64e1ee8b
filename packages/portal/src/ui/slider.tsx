import { useId } from 'react';

/** A whole number from 0 to `max`, and what it means in words. */
export function Slider({
  label,
  value,
  max,
  shown,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly shown: string;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{shown}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={max}
        step={1}
        value={value}
        aria-valuetext={shown}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}
