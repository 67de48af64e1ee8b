import type { EventContext } from '@guildhall/client';
import { printable } from './printable.ts';

const MAX_NAME = 34;
const MAX_TEXT = 80;
const MAX_ID = 20;
/** Fields that say where and about whom, in this order. */
const PLACES = ['guild_id', 'channel_id', 'user_id', 'id'];

/** One event as a row: when, which shard, number, name, where, what. */
export function eventLine(
  name: string,
  data: unknown,
  { shard, seq, replayed, receivedAtMs }: Omit<EventContext, 'raw'>,
): string {
  const time = new Date(receivedAtMs).toISOString().slice(11, 23);
  const number = `${seq}${replayed ? '*' : ''}`;
  const row = [
    time,
    String(shard).padStart(4),
    number.padStart(8),
    printable(name, MAX_NAME).padEnd(MAX_NAME),
  ];
  return `${row.join(' ')} ${detailsOf(data)}`.trimEnd();
}

export const EVENT_HEADING = `${'time (UTC)'.padEnd(12)} shrd      seq ${'event'.padEnd(MAX_NAME)} details (* replayed)`;

function detailsOf(data: unknown): string {
  const places = PLACES.flatMap((field) => {
    const value = fieldOf(data, field);
    return typeof value === 'string' ? `${field.replace('_id', '')}=${printable(value, MAX_ID)}` : [];
  });
  const author = fieldOf(fieldOf(data, 'author') ?? fieldOf(data, 'user'), 'username');
  const content = fieldOf(data, 'content') ?? fieldOf(data, 'name');
  const who = typeof author === 'string' ? [printable(author, MAX_NAME)] : [];
  const what = typeof content === 'string' && content !== '' ? [`"${printable(content, MAX_TEXT)}"`] : [];
  return [...places, ...who, ...what].join(' ');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
