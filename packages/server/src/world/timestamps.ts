/** ISO 8601 in UTC with microseconds and offset, the way Discord writes it: `2015-04-26T06:26:56.936000+00:00`. */
export function isoTimestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '000+00:00');
}
