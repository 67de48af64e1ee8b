import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Channel, Guild } from '../../api/types.ts';
import { go } from '../../state/route.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { CHANNEL_TYPES } from './channel-types.ts';
import { CATEGORY } from './order.ts';

const NONE = '';

export function CreateChannel({
  guild,
  channels,
  onClose,
}: {
  readonly guild: Guild;
  readonly channels: readonly Channel[];
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [type, setType] = useState('0');
  const [parentId, setParentId] = useState(NONE);
  const { isBusy, errorOf, submit } = useForm();
  const categories = channels.filter((channel) => channel.type === CATEGORY);
  const isCategory = Number(type) === CATEGORY;
  const create = () =>
    submit(async () => {
      const { id } = await api.createChannel(guild.id, {
        name,
        type: Number(type),
        ...(isCategory || parentId === NONE ? {} : { parent_id: parentId }),
      });
      onClose();
      go('world', guild.id, 'channels', id);
    });
  return (
    <FormDialog title="New channel" onClose={onClose} onSubmit={create} action="Create" isBusy={isBusy}>
      <TextField label="Name" value={name} onChange={setName} error={errorOf('name')} autoComplete="off" />
      <SelectField label="Type" value={type} onChange={setType} error={errorOf('type')}>
        {CHANNEL_TYPES.map((known) => (
          <option key={known.type} value={known.type}>
            {known.label}
          </option>
        ))}
      </SelectField>
      {!isCategory && categories.length > 0 && (
        <SelectField
          label="Category"
          hint="It begins with the overwrites of its category."
          value={parentId}
          onChange={setParentId}
          error={errorOf('parent_id')}
        >
          <option value={NONE}>None</option>
          {categories.map((category) => (
            <option key={category.id} value={category.id}>
              {category.name}
            </option>
          ))}
        </SelectField>
      )}
    </FormDialog>
  );
}
