import { useRef } from 'react';
import type { CommandOption } from '../../../api/interactions.ts';
import { classNames } from '../../../ui/class-names.ts';
import { type Draft, OptionType } from './option-values.ts';

const NUMBERS: readonly number[] = [OptionType.INTEGER, OptionType.NUMBER];

/** One option of a command. The keys are the form's. */
export function OptionField({
  option,
  draft,
  isInvalid,
  listId,
  activeId,
  onFocus,
  onFill,
}: {
  readonly option: CommandOption;
  readonly draft: Draft;
  readonly isInvalid: boolean;
  /** Of the list of what fits, when there is one. */
  readonly listId?: string;
  readonly activeId?: string;
  readonly onFocus: () => void;
  readonly onFill: (draft: Draft) => void;
}) {
  const file = useRef<HTMLInputElement>(null);
  const { name, type, required, description } = option;
  if (type === OptionType.ATTACHMENT) {
    return (
      <span className={classNames('option', isInvalid && 'option-bad')}>
        <button
          type="button"
          className="option-file"
          data-option={name}
          aria-label={`${name}: ${draft.file?.name ?? 'choose a file'}`}
          onFocus={onFocus}
          onClick={() => file.current?.click()}
        >
          <span className="option-name">{name}</span>
          <span>{draft.file?.name ?? 'choose a file'}</span>
        </button>
        <input
          ref={file}
          type="file"
          hidden
          aria-label={`File for ${name}`}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen !== undefined) onFill({ text: chosen.name, file: chosen });
          }}
        />
      </span>
    );
  }
  return (
    <label className={classNames('option', isInvalid && 'option-bad')}>
      <span className="option-name">{name}</span>
      <input
        className="option-input"
        data-option={name}
        role="combobox"
        aria-expanded={listId !== undefined}
        aria-controls={listId}
        aria-activedescendant={activeId}
        aria-autocomplete="list"
        aria-required={required === true}
        aria-invalid={isInvalid}
        aria-label={name}
        title={description}
        autoComplete="off"
        inputMode={NUMBERS.includes(type) ? 'decimal' : 'text'}
        value={draft.text}
        onFocus={onFocus}
        onChange={(event) => onFill({ text: event.target.value })}
      />
    </label>
  );
}
