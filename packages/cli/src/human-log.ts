import pino, { type Logger } from 'pino';
import type { LogLevel } from './arguments.ts';

const LABELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const HIDDEN = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'stack']);

/** A pino logger for a terminal: one readable line a record, on stderr. */
export function humanLogger(level: LogLevel): Logger {
  return pino(
    { level, base: null },
    { write: (line: string) => process.stderr.write(`${humanLine(line)}\n`) },
  );
}

/** `12:34:56 warn  message  key=value …` */
export function humanLine(json: string): string {
  const record: unknown = JSON.parse(json);
  if (typeof record !== 'object' || record === null) return json;
  const fields = new Map<string, unknown>(Object.entries(record));
  const time = fields.get('time');
  const clock = typeof time === 'number' ? new Date(time).toISOString().slice(11, 19) : '';
  const level = LABELS[Number(fields.get('level'))] ?? '';
  const rest = [...fields].filter(([key]) => !HIDDEN.has(key)).map(([key, value]) => `${key}=${show(value)}`);
  return [clock, level.padEnd(5), String(fields.get('msg') ?? ''), ...rest].join(' ').trimEnd();
}

function show(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@()-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'message' in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
