import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { FaultPlan, Session } from '../../api/types.ts';
import { applications } from '../../state/hall.ts';
import { notify } from '../../state/notices.ts';
import { useStore } from '../../state/store.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useForm } from '../../ui/use-form.ts';
import { FAULT_KINDS, type FaultKind, MEETS_LABEL, type Parameter } from './fault-kinds.ts';

const FIRST = FAULT_KINDS[0]?.kind ?? '';
const ANY = '';

/** Plans any fault of the server: for one session, or for whoever fits. */
export function PlanFault({
  session,
  onClose,
}: {
  readonly session: Session | null;
  readonly onClose: () => void;
}) {
  const apps = useStore(applications);
  const [kindName, setKindName] = useState(FIRST);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [applicationId, setApplicationId] = useState(ANY);
  const [afterEvents, setAfterEvents] = useState('');
  const [afterMs, setAfterMs] = useState('');
  const [times, setTimes] = useState('1');
  const { isBusy, errorOf, submit } = useForm();
  const kind = FAULT_KINDS.find((known) => known.kind === kindName);
  if (kind === undefined) return null;
  const given = (parameter: Parameter) => values[parameter.name] ?? parameter.value;
  const plan = () =>
    submit(async () => {
      await api.addFault({
        fault: {
          kind: kind.kind,
          ...Object.fromEntries(
            kind.parameters
              .filter((parameter) => parameter.isOptional !== true || given(parameter) !== '')
              .map((parameter) => [parameter.name, read(parameter, given(parameter))]),
          ),
        },
        ...whom(kind, session, applicationId),
        ...(kind.meets === 'session' && afterEvents !== '' ? { afterEvents: Number(afterEvents) } : {}),
        ...(kind.meets === 'session' && afterMs !== '' ? { afterMs: Number(afterMs) } : {}),
        times: Number(times),
      });
      notify('good', `Planned: ${kind.label.toLowerCase()}.`);
      onClose();
    });
  return (
    <FormDialog
      title={session === null ? 'Break something' : `Break shard ${session.shard[0]}`}
      onClose={onClose}
      onSubmit={plan}
      action="Plan the fault"
      isDanger
      icon="bolt"
      isBusy={isBusy}
    >
      <SelectField
        label="What breaks"
        hint={kind.does}
        value={kindName}
        onChange={(value) => {
          setKindName(value);
          setValues({});
        }}
        error={errorOf('fault.kind')}
      >
        {(['session', 'opening', 'request'] as const).map((meets) => (
          <optgroup key={meets} label={MEETS_LABEL[meets]}>
            {FAULT_KINDS.filter((known) => known.meets === meets).map((known) => (
              <option key={known.kind} value={known.kind}>
                {known.label}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      {kind.parameters.map((parameter) => (
        <ParameterField
          key={`${kind.kind} ${parameter.name}`}
          parameter={parameter}
          value={given(parameter)}
          error={errorOf(`fault.${parameter.name}`)}
          onChange={(value) => setValues((known) => ({ ...known, [parameter.name]: value }))}
        />
      ))}
      {session === null && kind.meets !== 'opening' && (
        <SelectField
          label="Whom it meets"
          hint="Of a session fault, those that are live meet it at once."
          value={applicationId}
          onChange={setApplicationId}
        >
          <option value={ANY}>Any application</option>
          {[...(apps?.values() ?? [])].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <div className="field-row">
        {kind.meets === 'session' && (
          <>
            <TextField
              label="After events"
              inputMode="numeric"
              placeholder="at once"
              value={afterEvents}
              onChange={setAfterEvents}
              error={errorOf('afterEvents')}
            />
            <TextField
              label="After ms"
              inputMode="numeric"
              placeholder="at once"
              value={afterMs}
              onChange={setAfterMs}
              error={errorOf('afterMs')}
            />
          </>
        )}
        <TextField
          label="Times"
          inputMode="numeric"
          value={times}
          onChange={setTimes}
          error={errorOf('times')}
        />
      </div>
    </FormDialog>
  );
}

function ParameterField({
  parameter,
  value,
  error,
  onChange,
}: {
  readonly parameter: Parameter;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { label, type, isOptional } = parameter;
  if (type === 'boolean') {
    return (
      <SelectField label={label} value={value} onChange={onChange} error={error}>
        <option value="true">yes</option>
        <option value="false">no</option>
      </SelectField>
    );
  }
  return (
    <TextField
      label={label}
      inputMode={type === 'number' ? 'numeric' : 'text'}
      value={value}
      onChange={onChange}
      error={error}
      autoComplete="off"
      {...(isOptional === true ? { hint: 'Optional.' } : {})}
    />
  );
}

function whom(kind: FaultKind, session: Session | null, applicationId: string): Partial<FaultPlan> {
  if (kind.meets === 'opening') return {};
  if (session === null) return applicationId === ANY ? {} : { applicationId };
  return kind.meets === 'session' ? { sessionId: session.id } : { applicationId: session.applicationId };
}

/** What is no number goes to the API as it is, whose words on it are shown at the field. */
function read({ type }: Parameter, value: string): unknown {
  if (type === 'boolean') return value === 'true';
  if (type === 'text') return value;
  return /^\d+$/.test(value) ? Number(value) : value;
}
