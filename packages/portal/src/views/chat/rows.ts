import type { Interaction } from '../../api/interactions.ts';
import type { Message, Snowflake } from '../../api/types.ts';
import type { Begun } from '../../state/interactions.ts';
import { isEphemeral } from './message-flags.ts';

/** Something that the user has begun and that no message tells of: it waits for the application, or nothing came. */
export interface Attempt {
  readonly id: Snowflake;
  readonly applicationId: Snowflake;
  readonly what: string;
  readonly state: Interaction['state'];
  readonly at: string;
}

/** What stands in a conversation. */
export type Row = Message | Attempt;

const COMMAND = 2;
const MODAL_SUBMIT = 5;
const SHOWN_STATES: readonly Interaction['state'][] = ['pending', 'expired', 'activity'];

export function isAttempt(row: Row): row is Attempt {
  return 'what' in row;
}

export interface Private {
  readonly interactions: ReadonlyMap<Snowflake, Interaction>;
  readonly begun: ReadonlyMap<Snowflake, Begun>;
  readonly dismissed: ReadonlySet<Snowflake>;
}

/** What one user alone sees in a channel, besides its messages; oldest first. */
export function privateRows(
  { interactions, begun, dismissed }: Private,
  userId: Snowflake,
  channelId: Snowflake,
): readonly Row[] {
  const own = [...interactions.values()].filter(
    ({ user_id, channel_id }) => user_id === userId && channel_id === channelId,
  );
  const messages = own
    .flatMap(({ message, followUps }) => (message === undefined ? followUps : [message, ...followUps]))
    .filter(isEphemeral);
  const attempts = own.flatMap((interaction): readonly Attempt[] => {
    const { id, type, state, application_id: applicationId, createdAt: at } = interaction;
    const what = begun.get(id)?.what;
    const isShown = (type === COMMAND || type === MODAL_SUBMIT) && SHOWN_STATES.includes(state);
    return what === undefined || !isShown ? [] : [{ id, applicationId, what, state, at }];
  });
  // A component of an ephemeral message gives it once more: the newest is what it says now.
  const byId = new Map<Snowflake, Row>([...attempts, ...messages].map((row) => [row.id, row]));
  return [...byId.values()].filter(({ id }) => !dismissed.has(id)).sort((a, b) => compareIds(a.id, b.id));
}

/** Both in the order of time. The very list of messages when there is nothing else. */
export function withPrivate(messages: readonly Message[], rows: readonly Row[]): readonly Row[] {
  const [first] = rows;
  if (first === undefined) return messages;
  // Nearly all messages are older than what has just been done.
  const from = messages.findLastIndex(({ id }) => compareIds(id, first.id) < 0) + 1;
  const merged = [...messages.slice(from), ...rows].sort((a, b) => compareIds(a.id, b.id));
  return [...messages.slice(0, from), ...merged];
}

export function compareIds(a: Snowflake, b: Snowflake): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
