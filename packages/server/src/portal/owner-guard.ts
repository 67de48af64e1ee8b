/**
 * Who may use the owner's API: the holder of the owner key, from the owner's own machine or page.
 * Host and Origin are checked because a browser on that machine also runs other people's pages.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RestError } from '../http/errors.ts';
import type { HostPolicy } from '../http/host-policy.ts';
import type { PortalDoor } from './portal-door.ts';

const KEY_HASH = /^[0-9a-f]{64}$/;
const BEARER_AUTHORIZATION = /^Bearer ([\x21-\x7e]{1,256})$/;

export class OwnerGuard {
  readonly #keyHash: Buffer;
  readonly #hosts: HostPolicy;
  readonly #door: PortalDoor | null;

  /**
   * @param keyHash hex SHA-256 of the owner key
   * @param door whose cookie counts as the key; null when there is no page
   * @throws TypeError when the hash is not 64 hex digits
   */
  constructor(keyHash: string, hosts: HostPolicy, door: PortalDoor | null) {
    if (!KEY_HASH.test(keyHash)) throw new TypeError('ownerKeyHash must be a SHA-256 in lower-case hex');
    this.#keyHash = Buffer.from(keyHash, 'hex');
    this.#hosts = hosts;
    this.#door = door;
  }

  /** Adds to every route of `app` the check of where a request comes from. */
  protectFromStrangers(app: FastifyInstance): void {
    app.addHook('onRequest', async ({ headers }) => {
      if (!this.#hosts.allows(headers.host)) throw RestError.of('FORBIDDEN');
      if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) {
        throw RestError.of('FORBIDDEN');
      }
    });
  }

  /** Adds both checks to every route of `app`: where a request comes from, and whose it is. */
  protect(app: FastifyInstance): void {
    this.protectFromStrangers(app);
    app.addHook('onRequest', async (request) => {
      if (!this.#holdsKey(request.headers.authorization) && !this.#isOwnPage(request)) {
        throw RestError.of('UNAUTHORIZED');
      }
    });
  }

  #holdsKey(authorization: string | undefined): boolean {
    const key = BEARER_AUTHORIZATION.exec(authorization ?? '')?.[1];
    if (key === undefined) return false;
    // Hashing first makes both sides equally long and the comparison independent of the key.
    return timingSafeEqual(createHash('sha256').update(key).digest(), this.#keyHash);
  }

  /**
   * The cookie goes with every request of the browser to this host, from pages on other ports of it as well
   * (`SameSite` does not look at ports); so a request must also say that it comes from here.
   */
  #isOwnPage({ headers, method }: FastifyRequest): boolean {
    if (this.#door === null || !this.#door.knows(headers.cookie)) return false;
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    return method === 'GET' || method === 'HEAD' || headers.origin !== undefined;
  }
}

/** The page may have come over TLS through a proxy, so both schemes count; the host has been checked. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
