import { randomBytes } from 'node:crypto';
import type { Snowflake } from './entities.ts';
import { tokenHash } from './token.ts';
import type { World } from './world.ts';

/** How long Discord's access tokens are good for. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1_000;
/** Tokens remembered at once; beyond it the oldest is void. */
const MAX_TOKENS = 10_000;
const TOKEN_BYTES = 24;

interface Grant {
  readonly applicationId: Snowflake;
  readonly userId: Snowflake;
  readonly expiresAtMs: number;
}

/**
 * What users have allowed applications: to let them join guilds (the OAuth2 scope `guilds.join`). In memory only, and by
 * hash.
 */
export class AccessTokens {
  readonly #world: World;
  readonly #grants = new Map<string, Grant>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * The user lets the application put it into guilds, for a week.
   * @returns the token, which is not shown again
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_USER
   */
  issue(applicationId: Snowflake, userId: Snowflake): string {
    this.#world.applications.require(applicationId);
    this.#world.users.require(userId);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAtMs = this.#world.now() + LIFETIME_MS;
    this.#grants.set(tokenHash(token), { applicationId, userId, expiresAtMs });
    for (const oldest of this.#grants.keys()) {
      if (this.#grants.size <= MAX_TOKENS) break;
      this.#grants.delete(oldest);
    }
    return token;
  }

  /** Whether the token says that this user lets this application do so. */
  permits(token: string, applicationId: Snowflake, userId: Snowflake): boolean {
    const grant = this.#grants.get(tokenHash(token));
    return (
      grant !== undefined &&
      grant.applicationId === applicationId &&
      grant.userId === userId &&
      grant.expiresAtMs > this.#world.now()
    );
  }
}
