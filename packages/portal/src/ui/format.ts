const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

const numbers = new Intl.NumberFormat('en');
const times = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const shortTimes = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

export const formatNumber = (value: number): string => numbers.format(value);
export const formatTime = (iso: string): string => times.format(new Date(iso));
export const formatShortTime = (iso: string): string => shortTimes.format(new Date(iso));
export const formatDay = (iso: string): string => days.format(new Date(iso));
export const formatMoment = (iso: string): string => moments.format(new Date(iso));

/** `12 s`, `3 min`, `2 h`, `5 d` */
export function formatAge(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < MINUTE_S) return `${s} s`;
  if (s < HOUR_S) return `${Math.floor(s / MINUTE_S)} min`;
  return s < DAY_S ? `${Math.floor(s / HOUR_S)} h` : `${Math.floor(s / DAY_S)} d`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** `1 session`, `2 sessions` */
export function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function nameOf(user: { readonly username: string; readonly global_name: string | null }): string {
  return user.global_name ?? user.username;
}
