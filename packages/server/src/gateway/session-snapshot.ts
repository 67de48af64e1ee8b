import { intentNames } from '@guildhall/protocol';
import type { SessionSnapshot } from './control.ts';
import type { Attachment, Session } from './session.ts';

/** A session as its owner sees it. */
export function snapshotOf(session: Session): SessionSnapshot {
  const { identity, attachment, replay } = session;
  return {
    id: session.id,
    applicationId: identity.applicationId,
    shard: identity.shard,
    state: stateOf(attachment),
    intents: intentNames(identity.intents),
    intentBits: identity.intents,
    version: identity.version,
    encoding: session.encoding,
    compression: session.transport,
    library: identity.library,
    seq: session.seq,
    replayBuffer: { events: replay.size, bytes: replay.bytes, maxEvents: replay.maxEvents },
    traffic: { sentBytes: session.sentBytes, plainBytes: session.plainBytes },
    unsentBytes: session.connection?.unsentBytes ?? 0,
    createdAt: iso(session.createdAtMs),
    connectedAt: 'sinceMs' in attachment ? iso(attachment.sinceMs) : null,
    lastHeartbeatAt: session.lastHeartbeatAtMs === null ? null : iso(session.lastHeartbeatAtMs),
    heartbeatLateMs: session.heartbeatLateMs,
    expiresAt: attachment.kind === 'detached' ? iso(attachment.expiresAtMs) : null,
    closes: [...session.closes],
  };
}

function stateOf({ kind }: Attachment): SessionSnapshot['state'] {
  return kind === 'ended' ? 'detached' : kind;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
