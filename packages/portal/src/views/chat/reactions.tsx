import type { Message } from '../../api/types.ts';

export function Reactions({
  message,
  canAct,
  onReact,
}: {
  readonly message: Message;
  readonly canAct: boolean;
  readonly onReact: (message: Message, emoji: string) => void;
}) {
  const { reactions = [] } = message;
  if (reactions.length === 0) return null;
  return (
    <ul className="reactions" aria-label="Reactions">
      {reactions.map(({ emoji, count }) => {
        const sign = emoji.id === null ? emoji.name : `${emoji.name}:${emoji.id}`;
        return (
          <li key={sign}>
            <button
              type="button"
              className="reaction"
              disabled={!canAct}
              aria-label={`${emoji.name}, ${count}`}
              onClick={() => onReact(message, sign)}
            >
              <span>{emoji.id === null ? emoji.name : `:${emoji.name}:`}</span> {count}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
