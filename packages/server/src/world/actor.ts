import type { Snowflake } from './entities.ts';

/** Who makes a change, and why: what the audit log says of it. A change without one leaves no entry. */
export interface Actor {
  readonly userId: Snowflake;
  /** At most 512 characters; null when none was given. */
  readonly reason: string | null;
}
