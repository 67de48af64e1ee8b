import { applications } from '../../../state/hall.ts';
import { useStore } from '../../../state/store.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Listbox } from '../../../ui/listbox.tsx';
import { type CommandPath, keyOfPath } from './command-paths.ts';

/** Commands that fit what was typed after the slash. */
export function SlashMenu({
  id,
  paths,
  at,
  onAt,
  onChoose,
}: {
  readonly id: string;
  readonly paths: readonly CommandPath[];
  readonly at: number;
  readonly onAt: (at: number) => void;
  readonly onChoose: (path: CommandPath) => void;
}) {
  const known = useStore(applications);
  const choices = paths.map((path) => {
    const application = known?.get(path.command.application_id);
    const name = application?.name ?? 'An application';
    return {
      value: keyOfPath(path),
      label: `/${path.name}`,
      note: path.description,
      mark: (
        <Avatar
          id={application?.bot.id ?? path.command.application_id}
          name={name}
          size={26}
          picture={application?.bot.avatar}
        />
      ),
      path,
    };
  });
  return (
    <div className="suggestions">
      <p className="suggestions-head">Commands</p>
      <Listbox
        id={id}
        label="Commands"
        choices={choices}
        at={at}
        onAt={onAt}
        onChoose={({ value }) => {
          const path = paths.find((candidate) => keyOfPath(candidate) === value);
          if (path !== undefined) onChoose(path);
        }}
      />
    </div>
  );
}
