const PRIVILEGED: Readonly<Record<string, string>> = {
  GUILD_PRESENCES: 'presences',
  GUILD_MEMBERS: 'members',
  MESSAGE_CONTENT: 'content',
};

/** @param isShort the privileged ones by name, the rest as a count */
export function IntentChips({
  intents,
  isShort = false,
}: {
  readonly intents: readonly string[];
  readonly isShort?: boolean;
}) {
  if (!isShort) {
    return (
      <ul className="chips">
        {intents.map((intent) => (
          <li key={intent} className={intent in PRIVILEGED ? 'chip chip-strong' : 'chip'}>
            {intent}
          </li>
        ))}
      </ul>
    );
  }
  const privileged = intents.filter((intent) => intent in PRIVILEGED);
  const rest = intents.length - privileged.length;
  return (
    <span className="chips" title={intents.join('\n')}>
      {privileged.map((intent) => (
        <span key={intent} className="chip chip-strong">
          {PRIVILEGED[intent]}
        </span>
      ))}
      {rest > 0 && <span className="chip">{privileged.length === 0 ? rest : `+ ${rest}`}</span>}
    </span>
  );
}
