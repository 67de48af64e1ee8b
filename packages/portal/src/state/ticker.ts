import { Store } from './store.ts';

/** Milliseconds since 1970, once a second: one clock for everything that shows an age. */
export const seconds = new Store(Date.now());

setInterval(() => seconds.set(Date.now()), 1_000);
