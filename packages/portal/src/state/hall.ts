/** What the page knows of the server, kept up to date by the stream. */

import { ApiError } from '../api/api-error.ts';
import { api } from '../api/client.ts';
import { openStream, type StreamState } from '../api/stream.ts';
import type {
  Application,
  FaultRecord,
  HallEvent,
  Session,
  SessionSummary,
  Snowflake,
  User,
} from '../api/types.ts';
import { type Activity, withActivity } from './activity.ts';
import { Rates } from './rates.ts';
import { Store } from './store.ts';

export type Entry = 'checking' | 'in' | 'locked' | 'unreachable';

export const entry = new Store<Entry>('checking');
export const streamState = new Store<StreamState>('connecting');
/** By id, oldest first; null until they have been read. */
export const applications = new Store<ReadonlyMap<Snowflake, Application> | null>(null);
export const sessions = new Store<ReadonlyMap<string, Session> | null>(null);
export const activities = new Store<readonly Activity[]>([]);
/** Faults that have met somebody since the page was opened, newest last. */
export const faultRecords = new Store<readonly FaultRecord[]>([]);
/** Grows when something that is read on need (guilds, channels, members) may have changed. */
export const worldVersion = new Store(0);
export const rates = new Rates();

const UNAUTHORIZED = 401;
const MAX_FAULT_RECORDS = 100;
const TICKET = /^#ticket=([\w-]+)$/;
/** Dispatches after which lists of guilds, channels or members are not what they were. */
const WORLD_CHANGES = /^(GUILD|CHANNEL|THREAD|GUILD_ROLE|GUILD_MEMBER)_(CREATE|UPDATE|DELETE|ADD|REMOVE)$/;

const listeners = new Set<(events: readonly HallEvent[]) => void>();

/** For views that follow single events. @returns a function that stops it */
export function follow(listener: (events: readonly HallEvent[]) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Lets the browser in with the ticket of the link, if there is one, and begins to listen. */
export async function enter(): Promise<void> {
  const ticket = TICKET.exec(location.hash)?.[1];
  // It has no place in the history, nor in what one copies from the address bar.
  if (ticket !== undefined) history.replaceState(null, '', location.pathname);
  try {
    if (ticket !== undefined) await api.login(ticket).catch(ignoreRefusal);
    await read();
    entry.set('in');
    openStream({ onEvents: receive, onState: (state) => streamState.set(state) });
  } catch (error) {
    entry.set(error instanceof ApiError && error.status === UNAUTHORIZED ? 'locked' : 'unreachable');
  }
}

/** An old link is no harm while the cookie is good. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

/** What came while the page was reading: it may be newer than what was read, and is told again afterwards. */
let held: HallEvent[] | null = null;

async function read(): Promise<void> {
  held = [];
  const [readApplications, readSessions] = await Promise.all([api.applications(), api.sessions()]).catch(
    (error: unknown) => {
      held = null;
      throw error;
    },
  );
  const heldMeanwhile = held;
  held = null;
  applications.set(new Map(readApplications.map((application) => [application.id, application])));
  sessions.set(new Map(readSessions.map((session) => [session.id, session])));
  worldVersion.update((version) => version + 1);
  apply(heldMeanwhile);
}

function receive(events: readonly HallEvent[]): void {
  if (events.some(({ type }) => type === 'hello' || type === 'resync')) {
    read().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === UNAUTHORIZED) entry.set('locked');
    });
  }
  activities.update((known) => withActivity(known, events));
  const broken = events.flatMap((event) => (event.type === 'fault' ? [event.record] : []));
  if (broken.length > 0) faultRecords.update((known) => [...known, ...broken].slice(-MAX_FAULT_RECORDS));
  if (events.some(changesWorld)) worldVersion.update((version) => version + 1);
  if (held === null) apply(events);
  else held.push(...events);
  for (const listener of listeners) listener(events);
}

/** To what was read. Telling it twice does no harm. */
function apply(events: readonly HallEvent[]): void {
  applications.update((known) => known && events.reduce(withApplication, known));
  sessions.update((known) => known && withSessions(known, events));
}

function changesWorld(event: HallEvent): boolean {
  return event.type.startsWith('guild-') || (event.type === 'dispatch' && WORLD_CHANGES.test(event.name));
}

function withApplication(
  known: ReadonlyMap<Snowflake, Application>,
  event: HallEvent,
): ReadonlyMap<Snowflake, Application> {
  if (event.type === 'application') return new Map(known).set(event.application.id, event.application);
  if (event.type === 'dispatch' && event.name === 'USER_UPDATE') return withBot(known, event.d as User);
  if (event.type === 'application-revoked' && event.cause === 'application-deleted') {
    const rest = new Map(known);
    rest.delete(event.applicationId);
    return rest;
  }
  return known;
}

/** A bot has another name or picture. */
function withBot(
  known: ReadonlyMap<Snowflake, Application>,
  user: User,
): ReadonlyMap<Snowflake, Application> {
  const application = [...known.values()].find(({ bot }) => bot.id === user.id);
  if (application === undefined) return known;
  return new Map(known).set(application.id, { ...application, bot: { ...application.bot, ...user } });
}

function withSessions(
  known: ReadonlyMap<string, Session>,
  events: readonly HallEvent[],
): ReadonlyMap<string, Session> {
  const next = new Map(known);
  let changed = false;
  for (const event of events) {
    switch (event.type) {
      case 'session-opened':
      case 'session-resumed':
        next.set(event.session.id, event.session);
        changed = true;
        break;
      case 'session-closed':
        // One that has ended before its connection did is no more.
        if (next.has(event.session.id)) next.set(event.session.id, event.session);
        changed = true;
        break;
      case 'session-ended':
        next.delete(event.session.id);
        rates.forget(event.session.id);
        changed = true;
        break;
      case 'sessions':
        rates.turn(event.sessions, next);
        for (const summary of event.sessions) {
          const session = next.get(summary.id);
          if (session !== undefined) next.set(summary.id, withSummary(session, summary));
        }
        changed = true;
        break;
    }
  }
  return changed ? next : known;
}

function withSummary(session: Session, summary: SessionSummary): Session {
  return { ...session, ...summary };
}
