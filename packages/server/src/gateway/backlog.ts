import type { SharedBody } from '@guildhall/protocol';
import type { GatewayContext } from './context.ts';
import type { Session } from './session.ts';

/** Answers that a session may have waiting; further requests are dropped. */
const MAX_BACKLOG = 64;

/** Whether the session may have one more answer waiting. */
export function hasRoom({ log }: GatewayContext, { id, backlog }: Session): boolean {
  if (backlog.length < MAX_BACKLOG) return true;
  log.warn({ sessionId: id }, 'too many answers are waiting: a request was dropped');
  return false;
}

/** An answer that is made piece by piece, as the client takes it. */
export function answerInTurn(session: Session, answer: Iterator<SharedBody>): void {
  session.backlog.push(answer);
  session.connection?.wake();
}
