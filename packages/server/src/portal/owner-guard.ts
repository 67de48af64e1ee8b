/**
 * Who may use the owner's API: the holder of the owner key, from the owner's own machine or page.
 * Host and Origin are checked because a browser on that machine also runs other people's pages.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { RestError } from '../http/errors.ts';
import type { HostPolicy } from '../http/host-policy.ts';

const KEY_HASH = /^[0-9a-f]{64}$/;
const BEARER_AUTHORIZATION = /^Bearer ([\x21-\x7e]{1,256})$/;

export class OwnerGuard {
  readonly #keyHash: Buffer;
  readonly #hosts: HostPolicy;

  /**
   * @param keyHash hex SHA-256 of the owner key
   * @throws TypeError when it is not 64 hex digits
   */
  constructor(keyHash: string, hosts: HostPolicy) {
    if (!KEY_HASH.test(keyHash)) throw new TypeError('ownerKeyHash must be a SHA-256 in lower-case hex');
    this.#keyHash = Buffer.from(keyHash, 'hex');
    this.#hosts = hosts;
  }

  /** Adds the checks to every route of `app`. */
  protect(app: FastifyInstance): void {
    app.addHook('onRequest', async ({ headers }) => {
      if (!this.#hosts.allows(headers.host)) throw RestError.of('FORBIDDEN');
      if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) {
        throw RestError.of('FORBIDDEN');
      }
      if (!this.#isOwner(headers.authorization)) throw RestError.of('UNAUTHORIZED');
    });
  }

  #isOwner(authorization: string | undefined): boolean {
    const key = BEARER_AUTHORIZATION.exec(authorization ?? '')?.[1];
    if (key === undefined) return false;
    // Hashing first makes both sides equally long and the comparison independent of the key.
    return timingSafeEqual(createHash('sha256').update(key).digest(), this.#keyHash);
  }
}

/** The page may have come over TLS through a proxy, so both schemes count; the host has been checked. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
