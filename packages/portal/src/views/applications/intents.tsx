import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Application, PrivilegedIntent, Session } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { plural } from '../../ui/format.ts';
import { Switch } from '../../ui/switch.tsx';

/** As Discord's developer portal words them. */
const INTENTS: readonly {
  readonly intent: PrivilegedIntent;
  readonly label: string;
  readonly gives: string;
}[] = [
  {
    intent: 'GUILD_PRESENCES',
    label: 'Presence Intent',
    gives: 'Required for your bot to receive Presence Update events.',
  },
  {
    intent: 'GUILD_MEMBERS',
    label: 'Server Members Intent',
    gives: 'Required for your bot to receive events listed under GUILD_MEMBERS.',
  },
  {
    intent: 'MESSAGE_CONTENT',
    label: 'Message Content Intent',
    gives: 'Required for your bot to receive message content in most messages.',
  },
];
const MAX_NAMED = 8;

export function Intents({
  application,
  sessions,
}: {
  readonly application: Application;
  readonly sessions: readonly Session[];
}) {
  const [asking, setAsking] = useState<PrivilegedIntent | null>(null);
  const [isBusy, setBusy] = useState(false);
  const set = async (intent: PrivilegedIntent, on: boolean) => {
    setBusy(true);
    await attempt(() => api.switchIntent(application.id, intent, on));
    setBusy(false);
    setAsking(null);
  };
  const flip = (intent: PrivilegedIntent, on: boolean) => {
    if (on || sessions.length === 0) void set(intent, on);
    else setAsking(intent);
  };
  const asked = INTENTS.find(({ intent }) => intent === asking);
  return (
    <section className="card" aria-labelledby="intents-title">
      <header className="card-head">
        <h3 id="intents-title">Privileged intents</h3>
      </header>
      <p className="card-text">
        Switching one on counts from the next identify. Switching one off closes every session of the
        application with <code>4003</code>.
      </p>
      {INTENTS.map(({ intent, label, gives }) => (
        <Switch
          key={intent}
          label={label}
          description={gives}
          isOn={application.privilegedIntents.includes(intent)}
          isBusy={isBusy}
          onChange={(on) => flip(intent, on)}
        />
      ))}
      {asked !== undefined && (
        <FormDialog
          title={`Switch off the ${asked.label}?`}
          onClose={() => setAsking(null)}
          onSubmit={() => set(asked.intent, false)}
          action="Switch off"
          isDanger
          isBusy={isBusy}
        >
          <p>
            <strong>{plural(sessions.length, 'session')}</strong> of {application.name} will be closed with{' '}
            <code>4003</code>, whether or not they use the intent:
          </p>
          <ul className="closing">
            {sessions.slice(0, MAX_NAMED).map((session) => (
              <li key={session.id}>
                <span className="chip">
                  shard {session.shard[0]}/{session.shard[1]}
                </span>
                <span className="closing-name">{session.library.browser || 'unnamed client'}</span>
                <span className="closing-note">
                  {session.state === 'detached' ? 'detached' : 'live'}
                  {session.intents.includes(asked.intent)
                    ? ', uses it: 4014 if it comes again unchanged'
                    : ''}
                </span>
              </li>
            ))}
            {sessions.length > MAX_NAMED && <li>and {sessions.length - MAX_NAMED} more</li>}
          </ul>
        </FormDialog>
      )}
    </section>
  );
}
