import type { Snowflake } from './entities.ts';

/** Which mentions of the text may ping; as on the wire. Absent as a whole: all of them. */
export interface AllowedMentions {
  readonly parse?: readonly ('users' | 'roles' | 'everyone')[];
  readonly users?: readonly Snowflake[];
  readonly roles?: readonly Snowflake[];
  /** Whether a reply pings the author of what it replies to. Default false once there is an object at all. */
  readonly replied_user?: boolean;
}

export interface Mentions {
  /** Ids as written, each once, in order; whether they exist is not asked here. */
  readonly users: readonly Snowflake[];
  readonly roles: readonly Snowflake[];
  readonly everyone: boolean;
}

const CODE = /```[\s\S]*?```|`[^`\n]*`/g;
const USER = /<@!?(\d{1,20})>/g;
const ROLE = /<@&(\d{1,20})>/g;
const EVERYONE = /@(?:everyone|here)\b/;

/** The mentions in a text that are allowed to ping. What stands in code is no mention. */
export function parseMentions(content: string, allowed: AllowedMentions | undefined): Mentions {
  const text = content.replace(CODE, ' ');
  return {
    users: idsOf(text, USER).filter((id) => mayPing(allowed, 'users', id)),
    roles: idsOf(text, ROLE).filter((id) => mayPing(allowed, 'roles', id)),
    everyone: EVERYONE.test(text) && (allowed === undefined || allowed.parse?.includes('everyone') === true),
  };
}

/** Whether a reply pings the author of the message it replies to. */
export function repliedUserIsPinged(allowed: AllowedMentions | undefined): boolean {
  return allowed === undefined || allowed.replied_user === true;
}

function mayPing(allowed: AllowedMentions | undefined, kind: 'users' | 'roles', id: Snowflake): boolean {
  if (allowed === undefined) return true;
  return allowed.parse?.includes(kind) === true || allowed[kind]?.includes(id) === true;
}

function idsOf(text: string, pattern: RegExp): readonly Snowflake[] {
  return [...new Set(Array.from(text.matchAll(pattern), (match) => match[1] ?? ''))];
}
