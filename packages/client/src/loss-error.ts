import type { LossCause } from '@guildhall/protocol/client';
import { GatewayClientError, messageOf } from './errors.ts';

/** Why a connection ended: the text of the server's close frame, or what went wrong. Null when nobody said. */
export type LossReason = string | Error | null;

export function reasonText(reason: LossReason): string | null {
  return reason instanceof Error ? messageOf(reason) : reason;
}

/** One for each cause of a loss; stable between versions. */
export type LossCode = { [Cause in LossCause]: UpperSnake<Cause> }[LossCause];

type UpperSnake<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${UpperSnake<Tail>}`
  : Uppercase<Text>;

/** How a connection ended. */
export interface Loss {
  readonly shardId: number;
  readonly cause: LossCause;
  /** Close code of the server; null without a close frame. */
  readonly closeCode: number | null;
  readonly reason: LossReason;
}

/**
 * A connection was lost or given up; the shard comes back by itself. The message says why, and what may help. `cause` is
 * the error of the network, of the proxy, or of what could not be read, where there is one.
 */
export class ConnectionLossError extends GatewayClientError {
  override readonly name = 'ConnectionLossError';
  readonly code: LossCode;
  readonly shardId: number;
  readonly closeCode: number | null;

  constructor({ shardId, cause, closeCode, reason }: Loss) {
    const { what, cure } = LOSSES[cause];
    const code = closeCode === null ? '' : ` with ${closeCode}`;
    const text = reasonText(reason);
    const said = text === null ? '' : ` (${text})`;
    const message = `Shard ${shardId}: ${what}${code}${said}. ${cure}`;
    super(message, reason instanceof Error ? { cause: reason } : undefined);
    this.code = codeOf(cause);
    this.shardId = shardId;
    this.closeCode = closeCode;
  }
}

interface Advice {
  readonly what: string;
  readonly cure: string;
}

const NOTHING = 'Nothing has to be done';
const SLOW = 'If it repeats, look at the status page of Discord and at the load of this machine';

const LOSSES: Readonly<Record<LossCause, Advice>> = {
  'dial-failed': {
    what: 'the gateway could not be dialled',
    cure: 'Check the network, DNS and a proxy in between',
  },
  'connect-deadline': {
    what: 'no connection (DNS, TCP, TLS) within timing.connectDeadlineMs',
    cure: 'Check DNS and whether a firewall drops the packets',
  },
  'upgrade-deadline': {
    what: 'the upgrade to a WebSocket was not answered within timing.upgradeDeadlineMs',
    cure: 'Check a proxy in between',
  },
  'hello-deadline': { what: 'no HELLO within timing.helloDeadlineMs', cure: SLOW },
  'ready-deadline': { what: 'no READY within timing.readyDeadlineMs', cure: SLOW },
  'resumed-deadline': { what: 'neither RESUMED nor an event within timing.resumedDeadlineMs', cure: SLOW },
  zombie: { what: 'nothing came within timing.ackDeadlineMs after a heartbeat', cure: SLOW },
  overslept: {
    what: 'the process stood still for longer than the gateway waits for a heartbeat',
    cure: 'If the machine was not asleep, look for work that blocks the event loop',
  },
  'closed-by-server': { what: 'the gateway closed the connection', cure: NOTHING },
  'connection-lost': { what: 'the connection broke', cure: NOTHING },
  'reconnect-requested': { what: 'the gateway asked for another connection (op 7)', cure: NOTHING },
  'invalid-session': {
    what: 'the gateway declared the session invalid (op 9)',
    cure: 'If it repeats, look for another process with the same token',
  },
  undecodable: {
    what: 'what the gateway sent could not be decoded',
    cure: 'If it repeats, set the option "compression" to "none" and report it',
  },
  'identify-refused': {
    what: 'the session starts of the day are used up but for the reserve',
    cure: 'The shard waits until they are back; see the event identifyBudgetLow',
  },
  'token-rejected': {
    what: 'the gateway does not take the token',
    cure: 'The token provider is asked for another one',
  },
};

function codeOf(cause: LossCause): LossCode {
  return cause.toUpperCase().replaceAll('-', '_') as LossCode;
}
