import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild } from '../../api/types.ts';
import { notify } from '../../state/notices.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatNumber, plural } from '../../ui/format.ts';
import { useForm } from '../../ui/use-form.ts';

const DEFAULT_COUNT = '100';

/** Many members at one word. */
export function CrowdCard({ guild }: { readonly guild: Guild }) {
  const [count, setCount] = useState(DEFAULT_COUNT);
  const { isBusy, errorOf, submit } = useForm();
  const add = () =>
    submit(async () => {
      // What is no number is told at the field, in the words of the API.
      const wanted = /^\d+$/.test(count) ? Number(count) : (count as unknown as number);
      const { added } = await api.addCrowd(guild.id, wanted);
      notify('good', `${plural(added, 'member')} joined ${guild.name}.`);
    });
  return (
    <section className="card" aria-labelledby="crowd-title">
      <header className="card-head">
        <h3 id="crowd-title">A crowd</h3>
      </header>
      <p className="card-text">
        New people join, each with a name and a GUILD_MEMBER_ADD. There are {formatNumber(guild.member_count)}{' '}
        members.
      </p>
      <form
        className="crowd-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField
          label="How many"
          hint="At most 10,000 at once."
          inputMode="numeric"
          value={count}
          onChange={setCount}
          error={errorOf('count')}
          autoComplete="off"
        />
        <Button type="submit" icon="people" isBusy={isBusy}>
          Add members
        </Button>
      </form>
    </section>
  );
}
