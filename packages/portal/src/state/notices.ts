import { messageOf } from '../api/api-error.ts';
import { Store } from './store.ts';

export interface Notice {
  readonly key: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

const SHOWN_MS = 6_000;
const MAX_NOTICES = 4;
let nextKey = 1;

export const notices = new Store<readonly Notice[]>([]);

export function notify(tone: Notice['tone'], text: string): void {
  const key = nextKey++;
  notices.update((known) => [...known, { key, tone, text }].slice(-MAX_NOTICES));
  setTimeout(() => dismiss(key), SHOWN_MS);
}

export function dismiss(key: number): void {
  notices.update((known) => known.filter((notice) => notice.key !== key));
}

/** Does it, and says what came of it. @returns whether it was done */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
    if (done !== undefined) notify('good', done);
    return true;
  } catch (error) {
    notify('bad', messageOf(error));
    return false;
  }
}
