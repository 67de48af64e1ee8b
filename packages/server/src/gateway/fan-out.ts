import { type DispatchName, dispatchBody, SharedBody } from '@guildhall/protocol';
import type { DispatchEvent } from '../world/events.ts';
import type { Audience } from './audience.ts';
import type { Session } from './session.ts';

/** The shared part of a dispatch, made once for all who receive it. */
export function bodyOf(name: DispatchName, d: object): SharedBody {
  return new SharedBody(dispatchBody(name, JSON.stringify(d)));
}

/** Hands an event to its audience. It is written as text at most twice: with its content, and blanked. */
export function fanOut(event: DispatchEvent, audience: Audience): void {
  let full: SharedBody | null = null;
  let blanked: SharedBody | null = null;
  for (const session of audience.of(event)) {
    if (event.content === null || seesContent(session, event)) {
      full ??= bodyOf(event.name, event.d);
      session.dispatch(full);
    } else {
      blanked ??= bodyOf(event.name, event.content.blanked());
      session.dispatch(blanked);
    }
  }
}

/** @see https://docs.discord.com/developers/events/gateway#message-content-intent */
function seesContent({ identity }: Session, event: DispatchEvent): boolean {
  return (
    identity.seesContent ||
    event.guildId === null ||
    event.content?.exemptUserIds.includes(identity.botUserId) === true
  );
}
