/** How the owner's browser gets in: a ticket in the link that the start prints, and a cookie in exchange for it. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const TICKET_BYTES = 24;
const NAME_CHARS = 8;
/** A browser sends at most some 4 KiB of cookies for each site; what is longer is not ours to take apart. */
const MAX_COOKIE_HEADER_CHARS = 16_384;

export class PortalDoor {
  /**
   * For the link. Of this run of the server alone; it may be used more than once, as a link is. It is no key: it stays in
   * the browser's history.
   */
  readonly ticket: string = randomBytes(TICKET_BYTES).toString('base64url');
  readonly #cookieName: string;
  readonly #cookieValue: string;

  /** @param ownerKeyHash the cookie follows from it, so that it outlives a restart with the same key */
  constructor(ownerKeyHash: string) {
    this.#cookieValue = createHmac('sha256', ownerKeyHash).update('guildhall portal').digest('base64url');
    // Cookies of a host are shared by all its ports: servers with other keys have other names.
    const name = createHash('sha256').update(this.#cookieValue).digest('hex').slice(0, NAME_CHARS);
    this.#cookieName = `guildhall-${name}`;
  }

  /** @returns a `Set-Cookie` header, or null for a wrong ticket */
  admit(ticket: string): string | null {
    if (!equal(ticket, this.ticket)) return null;
    return `${this.#cookieName}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** @param cookieHeader as the browser sent it */
  knows(cookieHeader: string | undefined): boolean {
    if (cookieHeader === undefined || cookieHeader.length > MAX_COOKIE_HEADER_CHARS) return false;
    const prefix = `${this.#cookieName}=`;
    return cookieHeader
      .split('; ')
      .some((cookie) => cookie.startsWith(prefix) && equal(cookie.slice(prefix.length), this.#cookieValue));
  }
}

/** Hashing first makes both sides equally long. */
function equal(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
