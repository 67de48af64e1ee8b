import { type DispatchName, SharedBody } from '@guildhall/protocol';
import type { DispatchEvent, MessageContentGate, ObfuscatedChannel } from '../world/events.ts';
import type { Audience } from './audience.ts';
import type { Session } from './session.ts';

/** The shared part of a dispatch, made once for all who receive it. */
export function bodyOf(name: DispatchName, d: object): SharedBody {
  return new SharedBody(name, JSON.stringify(d));
}

/**
 * Hands an event to its audience. It is written as text once for each mix of content that its receivers may see: two at
 * most, four for a reply.
 */
export function fanOut(event: DispatchEvent, audience: Audience): void {
  const sessions = audience.of(event);
  if (sessions.length === 0) return;
  if (event.obfuscated !== undefined) {
    sendBySight(event, event.obfuscated, sessions);
    return;
  }
  if (event.content === null) {
    const body = bodyOf(event.name, event.d);
    for (const session of sessions) session.dispatch(body);
    return;
  }
  const bodies = new Map<Visibility, SharedBody>();
  for (const session of sessions) {
    const visibility = visibilityOf(event.content, session);
    let body = bodies.get(visibility);
    if (body === undefined) {
      body = bodyOf(event.name, payloadOf(event, visibility));
      bodies.set(visibility, body);
    }
    session.dispatch(body);
  }
}

/** Those who do not see the channel, and have asked for it, are told that there is one. */
function sendBySight(
  event: DispatchEvent,
  { isSeenBy, d }: ObfuscatedChannel,
  sessions: readonly Session[],
): void {
  let whole: SharedBody | undefined;
  let obfuscated: SharedBody | undefined;
  for (const session of sessions) {
    const { obfuscatesChannels, botUserId } = session.identity;
    if (obfuscatesChannels && !isSeenBy(botUserId)) {
      obfuscated ??= bodyOf(event.name, d());
      session.dispatch(obfuscated);
    } else {
      whole ??= bodyOf(event.name, event.d);
      session.dispatch(whole);
    }
  }
}

/** What a session may see of a message and of the one that it replies to. */
type Visibility = 'all' | 'message' | 'referenced' | 'neither';

/** @see https://docs.discord.com/developers/events/gateway#message-content-intent */
function visibilityOf(gate: MessageContentGate, { identity }: Session): Visibility {
  if (identity.seesContent) return 'all';
  const { botUserId } = identity;
  const seesReferenced = gate.referencedExemptUserIds?.includes(botUserId) ?? true;
  if (gate.exemptUserIds.includes(botUserId)) return seesReferenced ? 'all' : 'message';
  return seesReferenced ? 'referenced' : 'neither';
}

function payloadOf({ d, content }: DispatchEvent, visibility: Visibility): object {
  if (content === null || visibility === 'all') return d;
  return content.blanked({
    message: visibility !== 'message',
    referenced: visibility !== 'referenced',
  });
}
