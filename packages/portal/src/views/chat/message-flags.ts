/** Message flags and types that the page tells apart. @see https://docs.discord.com/developers/resources/message */
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;

const SYSTEM_LINES: Readonly<Record<number, string>> = {
  1: 'added somebody to the thread.',
  2: 'left the thread.',
  4: 'changed the name of the thread.',
  6: 'pinned a message to this channel.',
  12: 'follows another channel here.',
  18: 'started a thread.',
  21: 'began this thread with a message of the channel.',
  46: 'had a poll, which is over.',
};
const CONTEXT_MENU = 23;
const FORWARD = 1;

/** Seen by one user alone. */
export function isEphemeral({ flags }: { readonly flags: number }): boolean {
  return (flags & EPHEMERAL) !== 0;
}

/** "The application is thinking". */
export function isLoading({ flags }: { readonly flags: number }): boolean {
  return (flags & LOADING) !== 0;
}

/** What happened, where nobody has written anything. */
export function systemLine(type: number): string | undefined {
  return SYSTEM_LINES[type];
}

/** What was run, as people write it. */
export function commandLabel(type: number, name: string): string {
  return type === CONTEXT_MENU ? name : `/${name}`;
}

export function isForward(reference: { readonly type?: number } | undefined): boolean {
  return reference?.type === FORWARD;
}
