import type { RawEmitter } from '../peers/emitters.ts';
import type { Terms } from './contestant.ts';

/** Hears what the terms ask for, of a client that has an event for every packet. */
export function hear<RawEvent extends string>(
  client: RawEmitter<RawEvent>,
  rawEvent: RawEvent,
  { hearing, heard }: Terms,
): void {
  if (hearing === 'messages') {
    client.on('messageCreate', (message) => heard(message.content));
    return;
  }
  client.on(rawEvent, ({ op, t }) => {
    if (op === 0) heard(t);
  });
}
