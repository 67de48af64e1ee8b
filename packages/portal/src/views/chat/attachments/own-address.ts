const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The path of a file of this very server, under whichever of its names it was given; null for any other address: the page
 * loads nothing from elsewhere.
 */
export function ownPath(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isHere =
    hostname === location.hostname || (LOOPBACK.test(hostname) && LOOPBACK.test(location.hostname));
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && isHere && port === location.port ? `${pathname}${search}` : null;
}
