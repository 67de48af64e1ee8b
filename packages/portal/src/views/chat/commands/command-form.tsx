import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError, messageOf } from '../../../api/api-error.ts';
import { type CommandOption, interactionApi, type OptionValue } from '../../../api/interactions.ts';
import { begin } from '../../../state/interactions.ts';
import { IconButton } from '../../../ui/button.tsx';
import { stepIn } from '../../../ui/choices.ts';
import { Listbox } from '../../../ui/listbox.tsx';
import { usePlace } from '../place.tsx';
import type { CommandPath } from './command-paths.ts';
import { OptionField } from './option-field.tsx';
import { type Draft, type Drafts, EMPTY, givenValue, isFilled, shownOptions } from './option-values.ts';
import { useSuggestions } from './use-suggestions.ts';

/** A command whose options one fills in, in the place of the text. */
export function CommandForm({ path, onLeave }: { readonly path: CommandPath; readonly onLeave: () => void }) {
  const place = usePlace();
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const [drafts, setDrafts] = useState<Drafts>(new Map());
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [error, setError] = useState<{ readonly name: string | null; readonly text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);

  const shown = shownOptions(path.options, added);
  const hidden = path.options.filter((option) => !shown.includes(option));
  const option = shown.find(({ name }) => name === focused);
  const others = plainValues(shown.filter(({ name }) => name !== focused));
  const draft = drafts.get(focused ?? '') ?? EMPTY;
  const { choices, note } = useSuggestions(place, path, option, draft, others);
  const chosenAt = Math.min(at, Math.max(0, choices.length - 1));

  const focus = (name: string | undefined) => {
    const selector = name === undefined ? '.command-send' : `[data-option="${CSS.escape(name)}"]`;
    form.current?.querySelector<HTMLElement>(selector)?.focus();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, where one begins
  useEffect(() => focus(shown[0]?.name), []);
  const lastAdded = [...added].at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an option that was just added is what one goes on with
  useEffect(() => {
    if (lastAdded !== undefined) focus(lastAdded);
  }, [lastAdded]);

  const fill = (name: string, filled: Draft) => {
    setDrafts((known) => new Map(known).set(name, filled));
    setAt(0);
    setError(null);
  };
  /** Goes on with the next option that is empty. @returns whether there is one */
  const choose = (index: number): boolean => {
    const choice = choices[index];
    if (choice === undefined || option === undefined) return false;
    fill(option.name, { text: choice.label, value: choice.gives });
    const later = shown.slice(shown.indexOf(option) + 1);
    const next = later.find(({ name }) => !isFilled(drafts.get(name) ?? EMPTY));
    if (next !== undefined) focus(next.name);
    return next !== undefined;
  };
  const takeAway = ({ name, required }: CommandOption) => {
    const before = shown[shown.findIndex((other) => other.name === name) - 1];
    if (required !== true) {
      setAdded((known) => new Set([...known].filter((other) => other !== name)));
      setDrafts((known) => new Map([...known].filter(([other]) => other !== name)));
    }
    if (before === undefined) onLeave();
    else focus(before.name);
  };
  const run = async () => {
    if (place.as === null || isBusy) return;
    const missing = shown.find(({ name, required }) => required && !isFilled(drafts.get(name) ?? EMPTY));
    if (missing !== undefined) {
      setError({ name: missing.name, text: `${missing.name} is required` });
      focus(missing.name);
      return;
    }
    setBusy(true);
    try {
      const options = { ...plainValues(shown), ...(await uploadFiles(place.channel.id, drafts)) };
      const use = {
        user_id: place.as.id,
        application_id: path.command.application_id,
        command: path.name,
        options,
      };
      await begin(() => interactionApi.run(place.channel.id, use), { what: `/${path.name}` });
      onLeave();
    } catch (refusal) {
      const name = refusal instanceof ApiError ? fieldOf(refusal) : null;
      setError({ name, text: messageOf(refusal) });
      if (name !== null) focus(name);
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = stepIn(event.key, chosenAt, choices.length);
    const isButton = event.target instanceof HTMLButtonElement && event.key !== 'Backspace';
    if (event.key === 'Escape') onLeave();
    else if (option === undefined || isButton) return;
    else if (to !== undefined) setAt(to);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      if (choices.length > 0 && (draft.text !== '' || option.required)) choose(chosenAt);
      else void run();
    } else if (event.key === 'Tab' && !event.shiftKey && choices.length > 0 && draft.text !== '') {
      // Without one the focus goes on by itself.
      if (!choose(chosenAt)) return;
    } else if (event.key === 'Backspace' && !isFilled(draft)) takeAway(option);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  function plainValues(options: readonly CommandOption[]): Record<string, OptionValue> {
    const filled = options.filter(({ name }) => {
      const held = drafts.get(name) ?? EMPTY;
      return isFilled(held) && held.file === undefined;
    });
    return Object.fromEntries(
      filled.map((held) => [held.name, givenValue(held, drafts.get(held.name) ?? EMPTY)]),
    );
  }

  const listId = `${id}-list`;
  return (
    <form
      ref={form}
      className="command"
      aria-label={`Command ${path.name}`}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <div className="suggestions">
        <p className="suggestions-head">
          <strong>{option === undefined ? `/${path.name}` : option.name}</strong>
          <span>{option?.description ?? path.description}</span>
          {option !== undefined && option.required !== true && <span className="chip">optional</span>}
        </p>
        {note !== null && <p className="listbox-none">{note}</p>}
        {choices.length > 0 && (
          <Listbox
            id={listId}
            label={`Choices for ${option?.name}`}
            choices={choices}
            at={chosenAt}
            onAt={setAt}
            onChoose={(choice) => choose(choices.findIndex(({ value }) => value === choice.value))}
          />
        )}
        {error !== null && (
          <p className="suggestions-error" role="alert">
            {error.text}
          </p>
        )}
      </div>
      <span className="command-name">/{path.name}</span>
      {shown.map((each) => (
        <OptionField
          key={each.name}
          option={each}
          draft={drafts.get(each.name) ?? EMPTY}
          isInvalid={error?.name === each.name}
          {...(each === option && choices.length > 0 ? { listId, activeId: `${listId}-${chosenAt}` } : {})}
          onFocus={() => {
            setFocused(each.name);
            setAt(0);
          }}
          onFill={(filled) => fill(each.name, filled)}
        />
      ))}
      {hidden.map(({ name, description }) => (
        <button
          key={name}
          type="button"
          className="option-more"
          title={description}
          onFocus={() => setFocused(null)}
          onClick={() => setAdded((known) => new Set(known).add(name))}
        >
          + {name}
        </button>
      ))}
      <IconButton icon="close" label="Leave the command" className="command-leave" onClick={onLeave} />
      <IconButton
        type="submit"
        icon="send"
        label="Send"
        className="composer-send command-send"
        disabled={isBusy}
        onFocus={() => setFocused(null)}
      />
    </form>
  );
}

async function uploadFiles(channelId: string, drafts: Drafts): Promise<Record<string, OptionValue>> {
  const named = [...drafts].flatMap(([name, { file }]) => (file === undefined ? [] : [{ name, file }]));
  if (named.length === 0) return {};
  const uploaded = await interactionApi.upload(
    channelId,
    named.map(({ file }) => file),
  );
  return Object.fromEntries(
    named.flatMap(({ name }, index) => {
      const file = uploaded[index];
      return file === undefined ? [] : [[name, file] as const];
    }),
  );
}

/** The option that the server names. */
function fieldOf({ fields }: ApiError): string | null {
  const [path = ''] = fields.keys();
  return path.startsWith('options.') ? path.slice('options.'.length) : null;
}
