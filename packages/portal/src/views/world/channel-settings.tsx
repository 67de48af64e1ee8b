import { api } from '../../api/client.ts';
import type { Channel } from '../../api/types.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { Switch } from '../../ui/switch.tsx';
import { useForm } from '../../ui/use-form.ts';
import { CHANNEL_TYPES, SLOWMODES, typesFor } from './channel-types.ts';
import { CATEGORY } from './order.ts';
import { SaveBar } from './save-bar.tsx';
import { useDraft } from './use-draft.ts';

const NONE = '';

export function ChannelSettings({
  channel,
  channels,
}: {
  readonly channel: Channel;
  readonly channels: readonly Channel[];
}) {
  const { id, type } = channel;
  const { isBusy, errorOf, submit } = useForm();
  const draft = useDraft(settingsOf(channel));
  const { name, topic, parent_id, nsfw, rate_limit_per_user: slowmode } = draft.value;
  const has = CHANNEL_TYPES.find((known) => known.type === draft.value.type)?.has ?? [];
  const save = () =>
    submit(async () => {
      draft.accept(settingsOf(await api.changeChannel(id, draft.patch)));
    });
  return (
    <form
      className="card"
      aria-label="Settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="form-grid">
        <TextField
          label="Name"
          value={name}
          onChange={(value) => draft.change({ name: value })}
          error={errorOf('name')}
          autoComplete="off"
        />
        <SelectField
          label="Type"
          value={draft.value.type}
          onChange={(value) => draft.change({ type: Number(value) })}
          disabled={typesFor(type).length === 1}
          error={errorOf('type')}
        >
          {typesFor(type).map((known) => (
            <option key={known.type} value={known.type}>
              {known.label}
            </option>
          ))}
        </SelectField>
        {type !== CATEGORY && (
          <SelectField
            label="Category"
            value={parent_id ?? NONE}
            onChange={(value) => draft.change({ parent_id: value === NONE ? null : value })}
            error={errorOf('parent_id')}
          >
            <option value={NONE}>None</option>
            {channels
              .filter((other) => other.type === CATEGORY)
              .map((category) => (
                <option key={category.id} value={category.id}>
                  {category.name}
                </option>
              ))}
          </SelectField>
        )}
        {has.includes('slowmode') && (
          <SelectField
            label="Slowmode"
            value={slowmode}
            onChange={(value) => draft.change({ rate_limit_per_user: Number(value) })}
            error={errorOf('rate_limit_per_user')}
          >
            {SLOWMODES.every(({ seconds }) => seconds !== slowmode) && (
              <option value={slowmode}>{plural(slowmode, 'second')}</option>
            )}
            {SLOWMODES.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </SelectField>
        )}
        {has.includes('topic') && (
          <div className="form-wide">
            <TextField
              label="Topic"
              value={topic ?? ''}
              onChange={(value) => draft.change({ topic: value === '' ? null : value })}
              error={errorOf('topic')}
              autoComplete="off"
            />
          </div>
        )}
      </div>
      {has.includes('nsfw') && (
        <Switch
          label="Age-restricted"
          description="Discord’s clients ask before they show it."
          isOn={nsfw}
          isBusy={false}
          onChange={(on) => draft.change({ nsfw: on })}
        />
      )}
      <SaveBar isDirty={draft.isDirty} isBusy={isBusy} onReset={draft.reset} />
    </form>
  );
}

function settingsOf({ name, type, topic, parent_id, nsfw, rate_limit_per_user }: Channel) {
  return {
    name,
    type,
    topic: topic ?? null,
    parent_id: parent_id ?? null,
    nsfw: nsfw ?? false,
    rate_limit_per_user: rate_limit_per_user ?? 0,
  };
}
