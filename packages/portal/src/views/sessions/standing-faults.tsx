import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { StandingPlan } from '../../api/types.ts';
import { applications, faultRecords } from '../../state/hall.ts';
import { attempt } from '../../state/notices.ts';
import { useResource } from '../../state/resource.ts';
import { useStore } from '../../state/store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/failure.tsx';
import { plural } from '../../ui/format.ts';
import { FAULT_KINDS } from './fault-kinds.ts';

/** Plans that have not met everybody whom they are to meet. */
export function StandingFaults({ onClose }: { readonly onClose: () => void }) {
  const met = useStore(faultRecords).length;
  const [changes, setChanges] = useState(0);
  const plans = useResource('faults', met + changes, () => api.faults());
  const change = async (action: () => Promise<void>) => {
    await attempt(action);
    setChanges((count) => count + 1);
  };
  const shown = plans.kind === 'read' ? plans.value : [];
  return (
    <Dialog
      title="Faults that wait"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="danger" disabled={shown.length === 0} onClick={() => void change(api.clearFaults)}>
            Remove all
          </Button>
        </>
      }
    >
      <Failure of={plans} />
      {plans.kind === 'read' && shown.length === 0 && (
        <p className="quiet">None: what was planned has met whom it was to meet.</p>
      )}
      <ul className="plans">
        {shown.map((plan) => (
          <li key={plan.id} className="plan">
            <PlanText plan={plan} />
            <IconButton
              icon="trash"
              label={`Remove ${labelOf(plan)}`}
              onClick={() => void change(() => api.removeFault(plan.id))}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function PlanText({ plan }: { readonly plan: StandingPlan }) {
  const known = useStore(applications);
  const { applicationId, sessionId, shard, method, path, afterEvents, afterMs, left } = plan;
  const { kind: _, ...values } = plan.fault;
  const whom = [
    applicationId === undefined ? null : (known?.get(applicationId)?.name ?? applicationId),
    shard === undefined ? null : `shard ${shard}`,
    sessionId === undefined ? null : `session ${sessionId.slice(0, 8)}…`,
    method ?? null,
    path ?? null,
  ].filter((part) => part !== null);
  const when = [
    afterEvents === undefined ? null : `after ${plural(afterEvents, 'event')}`,
    afterMs === undefined ? null : `after ${afterMs} ms`,
    `${left} more ${left === 1 ? 'time' : 'times'}`,
  ].filter((part) => part !== null);
  return (
    <div>
      <p className="event-what">
        {labelOf(plan)}{' '}
        <code>
          {Object.entries(values)
            .map(([name, value]) => `${name} ${String(value)}`)
            .join(', ')}
        </code>
      </p>
      <p className="event-more">
        {whom.length === 0 ? 'Whoever comes' : whom.join(', ')}; {when.join(', ')}
      </p>
    </div>
  );
}

function labelOf({ fault }: StandingPlan): string {
  return FAULT_KINDS.find(({ kind }) => kind === fault.kind)?.label ?? fault.kind;
}
