import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';

/** Saves a form, or lets its changes go. Always there, so that nothing moves. */
export function SaveBar({
  isDirty,
  isBusy,
  onReset,
}: {
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  readonly onReset: () => void;
}) {
  return (
    <div className={classNames('save-bar', isDirty && 'save-bar-dirty')}>
      <span className="card-text" role="status">
        {isDirty ? 'Not saved yet' : ''}
      </span>
      <Button disabled={!isDirty || isBusy} onClick={onReset}>
        Reset
      </Button>
      <Button type="submit" look="primary" disabled={!isDirty} isBusy={isBusy}>
        Save
      </Button>
    </div>
  );
}
