/** What the page has begun with applications, what came of it, and what others have begun. */

import { ApiError } from '../api/api-error.ts';
import { type Interaction, interactionApi } from '../api/interactions.ts';
import type { HallEvent, Snowflake } from '../api/types.ts';
import { follow } from './hall.ts';
import { Store } from './store.ts';

/** What was used from here. */
export interface Begun {
  /** For people: `/ping`, or the title of a form. */
  readonly what: string;
  /** Of a component: where it stands, and its name. */
  readonly component?: { readonly messageId: Snowflake; readonly customId: string };
}

/** Of the component of a message that was used last. */
export interface ComponentUse {
  readonly customId: string;
  readonly state: 'pending' | 'failed';
}

/** By id, oldest first. */
export const interactions = new Store<ReadonlyMap<Snowflake, Interaction>>(new Map());
/** Those begun from here. */
export const begun = new Store<ReadonlyMap<Snowflake, Begun>>(new Map());
/** By message. */
export const componentUses = new Store<ReadonlyMap<Snowflake, ComponentUse>>(new Map());
/** Ids of messages and interactions that the user does not want to see any more. */
export const dismissed = new Store<ReadonlySet<Snowflake>>(new Set());
/** Grows when commands, or who may use them, may have changed. */
export const commandsVersion = new Store(0);

const MAX_HELD = 200;
/** How long an application has; and a little more, so that the server has found it late, too. */
const DEADLINE_MS = 3_000;
const GRACE_MS = 150;
const PERMISSIONS_CHANGED = 'APPLICATION_COMMAND_PERMISSIONS_UPDATE';

follow((events) => {
  if (events.some(({ type }) => type === 'hello' || type === 'resync')) {
    commandsVersion.update((version) => version + 1);
    for (const id of begun.get().keys()) void readAgain(id);
  }
  if (events.some(changesCommands)) commandsVersion.update((version) => version + 1);
  const told = events.flatMap((event) => (event.type === 'interaction' ? [event.interaction] : []));
  if (told.length > 0) hear(told);
});

/**
 * Uses something of an application. What comes of it is in {@link interactions}.
 * @throws ApiError what the server refuses, as a client would
 */
export async function begin(start: () => Promise<Interaction>, what: Begun): Promise<Interaction> {
  const { component } = what;
  if (component !== undefined) noteUse(component.messageId, { ...component, state: 'pending' });
  try {
    const interaction = await start();
    begun.update((known) => bounded(new Map(known).set(interaction.id, what)));
    // The stream may have been faster, and know more.
    if (!interactions.get().has(interaction.id)) hear([interaction]);
    else settle(interaction.id);
    setTimeout(() => void readAgain(interaction.id), DEADLINE_MS + GRACE_MS);
    return interaction;
  } catch (error) {
    if (component !== undefined) noteUse(component.messageId, null);
    throw error;
  }
}

/** What the application makes of it first; `expired` when it makes nothing of it. */
export function outcomeOf(id: Snowflake): Promise<Interaction> {
  return new Promise((resolve) => {
    const look = () => {
      const interaction = interactions.get().get(id);
      if (interaction === undefined || interaction.state === 'pending') return;
      stop();
      resolve(interaction);
    };
    const stop = interactions.subscribe(look);
    look();
  });
}

export function dismiss(id: Snowflake): void {
  dismissed.update((known) => new Set(known).add(id));
}

async function readAgain(id: Snowflake): Promise<void> {
  try {
    const known = interactions.get().get(id);
    const read = await interactionApi.interaction(id);
    // What came by the stream while it was read is newer.
    if (interactions.get().get(id) === known) hear([read]);
    if (read.state === 'pending') setTimeout(() => void readAgain(id), GRACE_MS);
  } catch (error) {
    if (!(error instanceof ApiError)) return;
    // The server does not know it any more: nothing will come of it.
    const known = interactions.get().get(id);
    if (known?.state === 'pending') hear([{ ...known, state: 'expired' }]);
  }
}

function hear(told: readonly Interaction[]): void {
  interactions.update((known) =>
    bounded(new Map([...known, ...told.map((interaction) => [interaction.id, interaction] as const)])),
  );
  for (const { id } of told) settle(id);
}

/** A component is in use until its application has responded. */
function settle(id: Snowflake): void {
  const { component } = begun.get().get(id) ?? {};
  const state = interactions.get().get(id)?.state;
  if (component === undefined || state === undefined || state === 'pending') return;
  const { messageId, customId } = component;
  noteUse(messageId, state === 'expired' ? { customId, state: 'failed' } : null);
}

function noteUse(messageId: Snowflake, use: ComponentUse | null): void {
  componentUses.update((known) => {
    const next = new Map(known);
    if (use === null) next.delete(messageId);
    else next.set(messageId, use);
    return bounded(next);
  });
}

function changesCommands(event: HallEvent): boolean {
  return (
    event.type === 'commands-changed' || (event.type === 'dispatch' && event.name === PERMISSIONS_CHANGED)
  );
}

function bounded<V>(map: Map<Snowflake, V>): ReadonlyMap<Snowflake, V> {
  for (const key of map.keys()) {
    if (map.size <= MAX_HELD) break;
    map.delete(key);
  }
  return map;
}
