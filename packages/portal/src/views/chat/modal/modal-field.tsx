import { useId } from 'react';
import type { ModalInput, SelectOption } from '../../../api/components.ts';
import { classNames } from '../../../ui/class-names.ts';
import { formatBytes } from '../../../ui/format.ts';
import { Picker } from '../../../ui/picker.tsx';
import { selectBounds, selectChoices } from '../components/select-choices.tsx';
import { usePlace } from '../place.tsx';
import type { Answer } from './modal-answers.ts';

const PARAGRAPH = 2;

interface ModalFieldProps {
  readonly input: ModalInput;
  readonly label: string;
  readonly description: string | undefined;
  readonly answer: Answer;
  readonly error: string | undefined;
  readonly onAnswer: (answer: Answer) => void;
}

/** One field of a form, of any kind. */
export function ModalField(props: ModalFieldProps) {
  const { input, label, description, error } = props;
  const id = useId();
  const isRequired = input.type !== 23 && input.required !== false;
  const isGroup = input.type === 21 || input.type === 22;
  const name = (
    <>
      {label}
      {isRequired && (
        <span className="field-required" aria-hidden="true">
          {' '}
          *
        </span>
      )}
    </>
  );
  const note = (
    <p id={`${id}-note`} className={error === undefined ? 'field-hint' : 'field-error'} aria-live="polite">
      {error ?? description}
    </p>
  );
  if (isGroup) {
    return (
      <fieldset className="field field-group" aria-describedby={`${id}-note`}>
        <legend>{name}</legend>
        <Input {...props} id={id} isRequired={isRequired} />
        {note}
      </fieldset>
    );
  }
  if (input.type === 23) {
    return (
      <div className="field">
        <label className="check" htmlFor={id}>
          <Input {...props} id={id} isRequired={isRequired} />
          <span>{name}</span>
        </label>
        {note}
      </div>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <Input {...props} id={id} isRequired={isRequired} />
      {note}
    </div>
  );
}

function Input({
  id,
  input,
  label,
  answer,
  error,
  isRequired,
  onAnswer,
}: ModalFieldProps & { readonly id: string; readonly isRequired: boolean }) {
  const place = usePlace();
  const shared = {
    id,
    'aria-invalid': error !== undefined,
    'aria-describedby': `${id}-note`,
  };
  switch (input.type) {
    case 4: {
      const text = {
        ...shared,
        className: 'input',
        value: String(answer),
        placeholder: input.placeholder,
        maxLength: input.max_length,
        required: isRequired,
        onChange: ({ target }: { readonly target: { readonly value: string } }) => onAnswer(target.value),
      };
      return input.style === PARAGRAPH ? <textarea {...text} rows={4} /> : <input {...text} type="text" />;
    }
    case 19: {
      const files = answer as readonly File[];
      return (
        <>
          <input
            {...shared}
            type="file"
            className="input input-file"
            multiple={(input.max_values ?? 1) > 1}
            onChange={(event) => onAnswer([...(event.target.files ?? [])])}
          />
          {files.length > 1 && (
            <p className="field-hint">
              {files.map(({ name, size }) => `${name} (${formatBytes(size)})`).join(', ')}
            </p>
          )}
        </>
      );
    }
    case 21:
    case 22:
      return (
        <Group
          id={id}
          isRadio={input.type === 21}
          options={input.options}
          chosen={typeof answer === 'string' ? [answer] : (answer as readonly string[])}
          onChange={(values) => onAnswer(input.type === 21 ? (values[0] ?? '') : values)}
        />
      );
    case 23:
      return (
        <input
          {...shared}
          type="checkbox"
          checked={answer === true}
          onChange={(event) => onAnswer(event.target.checked)}
        />
      );
    default: {
      const { min, max } = selectBounds(input);
      return (
        <Picker
          label={label}
          placeholder={input.placeholder ?? 'Choose'}
          choices={selectChoices(place, input)}
          chosen={answer as readonly string[]}
          min={isRequired ? min : 0}
          max={max}
          isInvalid={error !== undefined}
          describedBy={`${id}-note`}
          onChange={onAnswer}
        />
      );
    }
  }
}

function Group({
  id,
  isRadio,
  options,
  chosen,
  onChange,
}: {
  readonly id: string;
  readonly isRadio: boolean;
  readonly options: readonly SelectOption[];
  readonly chosen: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const toggle = (value: string) => {
    if (isRadio) onChange([value]);
    else onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  };
  return options.map(({ value, label, description }) => (
    <label key={value} className={classNames('check', description !== undefined && 'check-long')}>
      <input
        type={isRadio ? 'radio' : 'checkbox'}
        name={id}
        checked={chosen.includes(value)}
        onChange={() => toggle(value)}
      />
      <span>
        {label}
        {description !== undefined && <small>{description}</small>}
      </span>
    </label>
  ));
}
