import type { DispatchName, IntentName, IntentOfEvent } from '@guildhall/protocol/client';
import type { GatewayEvents } from './events.ts';

/** What the option `intents` may be. */
export type IntentsOption = number | readonly IntentName[];

/**
 * Names of the events that a client with these intents can hear. Only a list of literal names is judged: of anything
 * else nothing is known before the run, and all events can be named.
 */
export type Hearable<Intents extends IntentsOption> = Intents extends readonly IntentName[]
  ? IntentName extends Intents[number]
    ? keyof GatewayEvents
    : Exclude<keyof GatewayEvents, Unheard<Intents[number]>>
  : keyof GatewayEvents;

/** Events that need an intent, and none of these. */
type Unheard<Name extends IntentName> = {
  [Event in DispatchName]: [IntentOfEvent<Event>] extends [never]
    ? never
    : [Extract<Name, IntentOfEvent<Event>>] extends [never]
      ? Event
      : never;
}[DispatchName];
