import { useState } from 'react';
import type { Message, User } from '../../api/types.ts';
import { IconButton } from '../../ui/button.tsx';
import { nameOf } from '../../ui/format.ts';
import { AuthorSelect } from './author-select.tsx';
import { CommandForm } from './commands/command-form.tsx';
import type { CommandPath } from './commands/command-paths.ts';
import { keyOfPath } from './commands/command-paths.ts';
import { usePlace } from './place.tsx';
import { TextComposer } from './text-composer.tsx';

/** Where one writes, or fills in a command. */
export function Composer(props: {
  readonly placeholder: string;
  readonly people: readonly User[];
  readonly onChoose: (user: User) => void;
  readonly replyTo: Message | null;
  readonly onReplied: () => void;
  readonly onEditLast: () => void;
}) {
  const { placeholder, people, onChoose, replyTo, onReplied, onEditLast } = props;
  const { as } = usePlace();
  const [path, setPath] = useState<CommandPath | null>(null);
  /** One has come back from a command, and goes on writing. */
  const [hasLeft, setLeft] = useState(false);
  if (as === null) {
    return <p className="composer composer-none">No simulated user is here who could write.</p>;
  }
  return (
    <div className="composer">
      {replyTo !== null && (
        <p className="composer-reply">
          Replying to <strong>{nameOf(replyTo.author)}</strong>
          <IconButton icon="close" label="Do not reply" onClick={onReplied} />
        </p>
      )}
      <div className="composer-box">
        <AuthorSelect as={as} people={people} onChoose={onChoose} />
        {path === null ? (
          <TextComposer
            placeholder={placeholder}
            replyTo={replyTo}
            isFocused={hasLeft}
            onReplied={onReplied}
            onEditLast={onEditLast}
            onCommand={setPath}
          />
        ) : (
          <CommandForm
            key={keyOfPath(path)}
            path={path}
            onLeave={() => {
              setPath(null);
              setLeft(true);
            }}
          />
        )}
      </div>
    </div>
  );
}
