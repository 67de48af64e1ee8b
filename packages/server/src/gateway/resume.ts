import {
  CloseCode,
  judgeResume,
  type ResumeJudgement,
  type ResumeRequest,
  type SharedBody,
} from '@guildhall/protocol';
import type { Connection } from './connection.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import type { GatewayLimits } from './limits.ts';
import type { Attachment, MissedDispatches, Session } from './session.ts';
import { snapshotOf } from './session-snapshot.ts';

type Replaying = Extract<Attachment, { readonly kind: 'replaying' }>;

/** Answers op 6: what was missed and RESUMED, op 9, or a close. */
export function handleResume(context: GatewayContext, connection: Connection, request: ResumeRequest): void {
  const { world, registry, limits, log, faultLog, news } = context;
  const application = world.applications.authenticate(request.token);
  const owner = registry.get(request.sessionId)?.identity.applicationId;
  const authorized = owner !== undefined && owner === application?.id;
  // What becomes of the session when it loses that connection counts, too.
  if (authorized) registry.displace(request.sessionId);
  const session = registry.get(request.sessionId);
  const judgement = judgeResume(request.seq, {
    authorized,
    session: session ?? null,
    strictSeq: limits.strictSeq,
    closesLostReplay: limits.lostReplay === 'close4007',
  });
  if (application !== undefined && session !== undefined) {
    faultLog.note(
      application.id,
      session.identity.shard[0],
      judgement.type === 'accept' ? 'resumed' : 'resumed, refused',
    );
  }
  if (judgement.type === 'accept' && session !== undefined) {
    registry.attach(session, connection, missedDispatches(session, judgement.missed));
    connection.accept(session, session.identity.compress);
    news.tell(() => ({
      kind: 'session-resumed',
      session: snapshotOf(session),
      seq: Number(request.seq),
      url: connection.terms.url,
    }));
    log.info({ sessionId: session.id, missed: judgement.missed.length }, 'a session is resumed');
    connection.meetFaults();
    connection.wake();
    return;
  }
  if (judgement.type !== 'accept') {
    const { why } = judgement;
    log.info({ sessionId: session?.id ?? null, why, upTo: session?.seq ?? null }, 'a resume is refused');
  }
  const named = application ?? world.applications.namedBy(request.token);
  const isRevoked = application === undefined && named !== undefined;
  const code =
    isRevoked && limits.revokedResume === 'close4004'
      ? CloseCode.AUTHENTICATION_FAILED
      : refusalCodeOf(judgement, limits.resumeFailure);
  if (named !== undefined) {
    const shard = session?.identity.shard[0] ?? null;
    news.tell(() => ({ kind: 'refused', request: 'resume', applicationId: named.id, shard, code }));
  }
  // Its own client cannot have it any more. A stranger's try changes nothing.
  if (authorized && session !== undefined) registry.end(session);
  if (code === null) connection.apply({ type: 'invalid-session', resumable: false });
  else connection.apply({ type: 'refused', code });
}

/** null for op 9. */
function refusalCodeOf(
  judgement: ResumeJudgement<SharedBody | null>,
  failure: GatewayLimits['resumeFailure'],
): number | null {
  if (judgement.type === 'close') return judgement.code;
  return failure === 'close4009' ? CloseCode.SESSION_TIMED_OUT : null;
}

/** Sends the next missed dispatch, or RESUMED after the last. False when there is no more to do at present. */
export function replayNext(session: Session, replaying: Replaying): boolean {
  const { connection, missed, sinceMs } = replaying;
  const next = missed.next();
  if (!next.done) {
    const [seq, body] = next.value;
    connection.dispatch(seq, body);
    return true;
  }
  if (next.value === 'lost') {
    connection.apply({ type: 'invalid-session', resumable: false });
    return false;
  }
  session.attachment = { kind: 'live', connection, sinceMs };
  session.dispatchUnrepeated(connection, bodyOf('RESUMED', { _trace: [] }));
  return true;
}

/** What was missed up to now, then what happens while that is being sent, up to the present. */
export function missedDispatches(
  session: Session,
  missed: readonly (readonly [seq: number, body: SharedBody])[],
): MissedDispatches {
  // A generator begins with its first step, which may be later: the connection may still be busy.
  return dispatchesAfter(session, session.seq, missed);
}

function* dispatchesAfter(
  session: Session,
  upTo: number,
  missedBefore: readonly (readonly [seq: number, body: SharedBody])[],
): Generator<readonly [seq: number, body: SharedBody], 'complete' | 'lost'> {
  let missed = missedBefore;
  let lastSeq = upTo;
  for (;;) {
    yield* missed;
    if (session.seq === lastSeq) return 'complete';
    const since = session.replay.since(lastSeq);
    if (since === null) return 'lost';
    lastSeq = session.seq;
    missed = since;
  }
}
