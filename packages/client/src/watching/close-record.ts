import type { LossCause, ShardEvent } from '@guildhall/protocol/client';
import { type LossReason, reasonText } from '../loss-error.ts';

/** Who ended a connection: the gateway said so, the network broke, this client gave it up, or its user closed it. */
export type ClosedBy = 'gateway' | 'network' | 'client' | 'user';

/** How the last connection of a shard ended. */
export interface CloseRecord {
  readonly by: ClosedBy;
  /** Null where the user closed it. */
  readonly cause: LossCause | null;
  /** Close code of the gateway; null without a close frame of its own. */
  readonly code: number | null;
  /** What the gateway or the network said; null when nothing. */
  readonly reason: string | null;
  /** In ms since the epoch. */
  readonly atMs: number;
}

/** A `Record` over all causes, so that one that is forgotten does not compile. */
const CLOSED_BY: Readonly<Record<LossCause, ClosedBy>> = {
  'dial-failed': 'network',
  'connection-lost': 'network',
  'closed-by-server': 'gateway',
  'reconnect-requested': 'gateway',
  'invalid-session': 'gateway',
  'token-rejected': 'gateway',
  'connect-deadline': 'client',
  'upgrade-deadline': 'client',
  'hello-deadline': 'client',
  'ready-deadline': 'client',
  'resumed-deadline': 'client',
  zombie: 'client',
  overslept: 'client',
  undecodable: 'client',
  'identify-refused': 'client',
};

/** What an event of the machine says about the end of a connection; null when nothing. */
export function closeRecordOf(event: ShardEvent, lossReason: LossReason, atMs: number): CloseRecord | null {
  const reason = reasonText(lossReason);
  if (event.type === 'disconnected') {
    const { cause, code } = event;
    return { by: CLOSED_BY[cause], cause, code, reason, atMs };
  }
  if (event.type === 'stopped') {
    const { cause, closeCode: code } = event.stop;
    // Its connection was given up for what another shard was told, or there was none.
    return cause === 'halted' ? null : { by: CLOSED_BY[cause], cause, code, reason, atMs };
  }
  if (event.type === 'phase' && event.phase === 'idle') {
    return { by: 'user', cause: null, code: null, reason: null, atMs };
  }
  return null;
}
