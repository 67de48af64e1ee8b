import type { Channel } from '../../api/types.ts';

const TEXT = 0;
const ANNOUNCEMENT = 5;
const THREADS: readonly number[] = [10, 11, 12];
const FORUMS: readonly number[] = [15, 16];

/** One can write in it. */
export function isText({ type }: Channel): boolean {
  return type === TEXT || type === ANNOUNCEMENT;
}

export function isThread({ type }: Channel): boolean {
  return THREADS.includes(type);
}

/** Made of posts, each a thread. */
export function isForum({ type }: Channel): boolean {
  return FORUMS.includes(type);
}
