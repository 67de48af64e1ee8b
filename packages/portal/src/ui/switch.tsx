import { useId } from 'react';

export function Switch({
  label,
  description,
  isOn,
  isBusy,
  onChange,
}: {
  readonly label: string;
  readonly description: string;
  readonly isOn: boolean;
  readonly isBusy: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="switch-row">
      <div className="switch-text">
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-more`}>{description}</p>
      </div>
      <button
        id={id}
        type="button"
        role="switch"
        className="switch"
        aria-checked={isOn}
        aria-describedby={`${id}-more`}
        disabled={isBusy}
        onClick={() => onChange(!isOn)}
      >
        <span className="switch-knob" />
      </button>
    </div>
  );
}
