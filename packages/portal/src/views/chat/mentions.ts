import type { Channel, Participant } from '../../api/types.ts';

/**
 * What a client does before it sends: `@name` of a member and `#name` of a channel become mentions. Longer names first, so
 * that `@ada lovelace` is not taken for `@ada`.
 */
export function withMentions(
  text: string,
  members: readonly Participant[],
  channels: readonly Channel[],
): string {
  const users = members.flatMap(({ user, nick }) =>
    [user.username, user.global_name, nick].flatMap((name) =>
      name ? [[`@${name}`, `<@${user.id}>`] as const] : [],
    ),
  );
  const rooms = channels.map(({ name, id }) => [`#${name}`, `<#${id}>`] as const);
  const byName = new Map([...users, ...rooms].sort(([a], [b]) => b.length - a.length));
  let out = '';
  let at = 0;
  while (at < text.length) {
    const found = text[at] === '@' || text[at] === '#' ? nameAt(text, at, byName) : undefined;
    out += found?.[1] ?? text[at];
    at += found?.[0].length ?? 1;
  }
  return out;
}

function nameAt(
  text: string,
  at: number,
  byName: ReadonlyMap<string, string>,
): readonly [name: string, mention: string] | undefined {
  if (/\w/.test(text[at - 1] ?? ' ')) return undefined;
  for (const entry of byName) {
    if (text.startsWith(entry[0], at) && !/\w/.test(text[at + entry[0].length] ?? ' ')) return entry;
  }
  return undefined;
}
