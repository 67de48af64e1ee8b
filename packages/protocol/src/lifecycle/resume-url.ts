/**
 * Where a session may be resumed. The token travels in the Resume, so READY's `resume_gateway_url` is not followed
 * wherever it leads.
 */

/**
 * `same-site`: to the host of the base URL, to hosts below it, and from a host of discord.gg or of this machine to
 * any other of these. `any`: wherever READY says. A list: to the host of the base URL and to these, where `*.name`
 * stands for every host below `name`. An address without TLS is never followed from one with it.
 */
export type ResumeUrlPolicy = 'same-site' | 'any' | readonly string[];

const DISCORD_SITE = 'discord.gg';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** @param baseUrl a valid `ws:` or `wss:` URL */
export function isResumeUrlAllowed(resumeUrl: string, baseUrl: string, policy: ResumeUrlPolicy): boolean {
  if (!URL.canParse(resumeUrl)) return false;
  const resume = new URL(resumeUrl);
  const base = new URL(baseUrl);
  if (resume.protocol !== 'wss:' && !(resume.protocol === 'ws:' && base.protocol === 'ws:')) return false;
  if (resume.username !== '' || resume.password !== '') return false;
  if (policy === 'any' || resume.hostname === base.hostname) return true;
  return policy === 'same-site'
    ? isSameSite(resume.hostname, base.hostname)
    : policy.some((pattern) => matches(resume.hostname, pattern));
}

function isSameSite(host: string, base: string): boolean {
  if (isBelow(host, base)) return true;
  return (isDiscord(host) && isDiscord(base)) || (LOOPBACK.test(host) && LOOPBACK.test(base));
}

function isDiscord(host: string): boolean {
  return host === DISCORD_SITE || isBelow(host, DISCORD_SITE);
}

function matches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? isBelow(host, pattern.slice(2)) : host === pattern;
}

function isBelow(host: string, parent: string): boolean {
  return host.endsWith(`.${parent}`);
}
