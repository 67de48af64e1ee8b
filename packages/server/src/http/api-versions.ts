/** @see https://docs.discord.com/developers/reference#api-versioning-api-versions */
const SERVED_VERSIONS: readonly string[] = ['10', '9'];

/** Where the bot API is found. Without a version it is the newest one, not Discord's long dead v6. */
export const API_PREFIX = '/api';

const SERVED_PATH = new RegExp(`^/api/v(?:${SERVED_VERSIONS.join('|')})(?=[/?]|$)`);
const VERSIONED_PATH = /^\/api\/v(\d+)(?:\/|\?|$)/;

/** The URL without a version that is served: they do not differ in their routes, which so are there once. */
export function withoutVersion(url: string): string {
  return url.replace(SERVED_PATH, API_PREFIX);
}

/** Whether the URL asks for an API version that is not served. */
export function namesUnservedVersion(url: string): boolean {
  const version = VERSIONED_PATH.exec(url)?.[1];
  return version !== undefined && !SERVED_VERSIONS.includes(version);
}
