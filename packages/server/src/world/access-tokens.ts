import { randomBytes } from 'node:crypto';
import type { Snowflake } from './entities.ts';
import { tokenHash } from './token.ts';
import type { World } from './world.ts';

/** What a user has allowed an application to do in the user's name. */
export interface AccessGrant {
  readonly applicationId: Snowflake;
  readonly userId: Snowflake;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

/** As Discord's: seven days. */
export const ACCESS_TOKEN_LIFE_MS = 7 * 24 * 60 * 60 * 1_000;
/** Tokens remembered at once; beyond it the oldest is forgotten. */
const MAX_TOKENS = 1_000;
const TOKEN_BYTES = 22;

/**
 * OAuth2 access tokens, for the few routes that bots cannot use. They live in memory: a test makes one when it needs it.
 * @see https://docs.discord.com/developers/topics/oauth2
 */
export class AccessTokens {
  readonly #world: World;
  /** By the SHA-256 of the token, oldest first. */
  readonly #grants = new Map<string, AccessGrant>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * @returns the token, which is shown here once
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_USER
   */
  issue(applicationId: Snowflake, userId: Snowflake, scopes: readonly string[]): string {
    const { applications, users } = this.#world;
    applications.require(applicationId);
    users.require(userId);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAtMs = this.#world.now() + ACCESS_TOKEN_LIFE_MS;
    this.#grants.set(tokenHash(token), { applicationId, userId, scopes, expiresAtMs });
    if (this.#grants.size > MAX_TOKENS) {
      const [oldest = ''] = this.#grants.keys();
      this.#grants.delete(oldest);
    }
    return token;
  }

  /** Whether the token says that this user lets this application put it into guilds (the scope `guilds.join`). */
  permits(token: string, applicationId: Snowflake, userId: Snowflake): boolean {
    const grant = this.authenticate(token);
    return (
      grant?.applicationId === applicationId &&
      grant.userId === userId &&
      grant.scopes.includes('guilds.join')
    );
  }

  /** Undefined for a token that is unknown or expired, or whose application is gone. */
  authenticate(token: string): AccessGrant | undefined {
    const grant = this.#grants.get(tokenHash(token));
    if (grant === undefined || grant.expiresAtMs <= this.#world.now()) return undefined;
    return this.#world.applications.get(grant.applicationId) === undefined ? undefined : grant;
  }
}
