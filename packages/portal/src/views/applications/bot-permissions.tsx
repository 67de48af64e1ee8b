import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application, Guild, BotPermissions as Permissions } from '../../api/types.ts';
import { useResource } from '../../state/resource.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';

interface Props {
  readonly application: Application;
  readonly guild: Guild;
  readonly onClose: () => void;
}

/** What the bot may do in the guild, by its managed role. */
export function BotPermissions(props: Props) {
  const { application, guild, onClose } = props;
  const read = useResource(guild.id, 0, () => api.botPermissions(application.id, guild.id));
  if (read.kind === 'read') return <Form {...props} read={read.value} />;
  return (
    <Dialog title={titleOf(props)} onClose={onClose}>
      <p className="quiet">{read.kind === 'failed' ? read.message : 'Reading…'}</p>
    </Dialog>
  );
}

function Form({ read, ...props }: Props & { readonly read: Permissions }) {
  const { application, guild, onClose } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(read.permissions));
  const { isBusy, submit } = useForm();
  const save = () =>
    submit(async () => {
      await api.setBotPermissions(application.id, guild.id, [...chosen]);
      onClose();
    });
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  return (
    <FormDialog title={titleOf(props)} action="Save" isBusy={isBusy} onSubmit={save} onClose={onClose}>
      <p className="quiet">
        {read.role === null
          ? 'The bot has no role of its own yet; saving makes one.'
          : `Of its managed role ${read.role.name}. Other roles may give it more.`}
      </p>
      <fieldset className="permission-list">
        <legend className="unseen">Permissions</legend>
        {read.known.map((name) => (
          <label key={name} className="check">
            <input type="checkbox" checked={chosen.has(name)} onChange={() => toggle(name)} />
            <span>
              {wordsOf(name)}
              {!read.permissions.includes(name) && read.effective.includes(name) && (
                <small>has it by another role, or as owner</small>
              )}
            </span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}

function titleOf({ application, guild }: Props): string {
  return `${application.bot.username} in ${guild.name}`;
}

/** `MANAGE_MESSAGES` is "Manage messages". */
function wordsOf(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
