import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application, Guild } from '../../api/types.ts';
import { worldVersion } from '../../state/hall.ts';
import { attempt } from '../../state/notices.ts';
import { useResource } from '../../state/resource.ts';
import { useStore } from '../../state/store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { SelectField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { plural } from '../../ui/format.ts';
import { Menu } from '../../ui/menu.tsx';
import { useForm } from '../../ui/use-form.ts';
import { BotPermissions } from './bot-permissions.tsx';

/** Where the application's bot is, and how it gets into a guild. */
export function Guilds({ application }: { readonly application: Application }) {
  const { bot } = application;
  const version = useStore(worldVersion);
  const read = useResource(bot.id, version, () => Promise.all([api.guilds(), api.guildsOf(bot.id)]));
  const [isInviting, setInviting] = useState(false);
  const [permitting, setPermitting] = useState<Guild | null>(null);
  const [all, own] = read.kind === 'read' ? read.value : [[], []];
  const others = all.filter(({ id }) => own.every((guild) => guild.id !== id));
  return (
    <section className="card" aria-labelledby="guilds-title">
      <header className="card-head">
        <h3 id="guilds-title">Guilds</h3>
        <Button icon="plus" disabled={others.length === 0} onClick={() => setInviting(true)}>
          Invite to a guild
        </Button>
      </header>
      <Failure of={read} />
      {read.kind === 'read' && own.length === 0 && (
        <p className="card-text">
          {all.length === 0
            ? 'There is no guild in this world yet.'
            : 'The bot is in no guild: it hears nothing but direct messages.'}
        </p>
      )}
      <ul className="rows">
        {own.map((guild) => (
          <li key={guild.id} className="row">
            <Avatar id={guild.id} name={guild.name} size={32} isSquare />
            <span className="row-text">
              <span className="row-name">{guild.name}</span>
              <span className="row-note">{plural(guild.member_count, 'member')}</span>
            </span>
            <Menu
              label={`${guild.name}: what to do`}
              entries={[
                {
                  kind: 'action',
                  label: 'Permissions…',
                  icon: 'key',
                  run: () => setPermitting(guild),
                },
                {
                  kind: 'action',
                  label: 'Remove the bot',
                  icon: 'trash',
                  isDanger: true,
                  isDisabled: guild.owner_id === bot.id,
                  run: () =>
                    void attempt(
                      () => api.remove(guild.id, bot.id),
                      `${bot.username} has left ${guild.name}.`,
                    ),
                },
              ]}
            />
          </li>
        ))}
      </ul>
      {permitting !== null && (
        <BotPermissions application={application} guild={permitting} onClose={() => setPermitting(null)} />
      )}
      {isInviting && <Invite application={application} guilds={others} onClose={() => setInviting(false)} />}
    </section>
  );
}

function Invite({
  application,
  guilds,
  onClose,
}: {
  readonly application: Application;
  readonly guilds: readonly Guild[];
  readonly onClose: () => void;
}) {
  const [guildId, setGuildId] = useState(guilds[0]?.id ?? '');
  const { isBusy, errorOf, submit } = useForm();
  const invite = () =>
    submit(async () => {
      await api.invite(guildId, application.bot.id);
      onClose();
    });
  return (
    <FormDialog
      title={`Invite ${application.bot.username}`}
      onClose={onClose}
      onSubmit={invite}
      action="Invite"
      isBusy={isBusy}
    >
      <SelectField
        label="Guild"
        hint="The bot joins with the permissions of @everyone and hears GUILD_CREATE at once."
        value={guildId}
        onChange={setGuildId}
        error={errorOf('guild_id')}
      >
        {guilds.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  );
}
