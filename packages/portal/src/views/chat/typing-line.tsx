/** Always there, so that nothing jumps when somebody begins to write. */
export function TypingLine({ names }: { readonly names: readonly string[] }) {
  return (
    <p className="typing" aria-live="polite">
      {names.length > 0 && (
        <>
          <TypingDots />
          {tell(names)}
        </>
      )}
    </p>
  );
}

/** Somebody is at it. */
export function TypingDots() {
  return (
    <span className="typing-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

function tell(names: readonly string[]): string {
  const [first, second] = names;
  if (names.length === 1) return `${first} is typing…`;
  return names.length === 2 ? `${first} and ${second} are typing…` : 'Several people are typing…';
}
