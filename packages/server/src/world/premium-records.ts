/** What applications sell. As in entities.ts: stored as it stands here, replaced and never changed in place. */
import type { Snowflake } from './entities.ts';

export const SkuType = { DURABLE: 2, CONSUMABLE: 3, SUBSCRIPTION: 5, SUBSCRIPTION_GROUP: 6 } as const;
export const SkuFlag = { AVAILABLE: 1 << 2, GUILD_SUBSCRIPTION: 1 << 7, USER_SUBSCRIPTION: 1 << 8 } as const;
export const EntitlementType = { PURCHASE: 1, APPLICATION_SUBSCRIPTION: 8 } as const;

/** An offer of an application. */
export interface Sku {
  readonly id: Snowflake;
  readonly application_id: Snowflake;
  readonly type: (typeof SkuType)[keyof typeof SkuType];
  readonly name: string;
  readonly slug: string;
  readonly flags: number;
}

/** That a user, or everybody in a guild, has what an offer gives. */
export interface Entitlement {
  readonly id: Snowflake;
  readonly sku_id: Snowflake;
  readonly application_id: Snowflake;
  /** Who has bought it; of a test for a guild, the owner of the application. */
  readonly user_id: Snowflake;
  readonly guild_id: Snowflake | null;
  readonly type: (typeof EntitlementType)[keyof typeof EntitlementType];
  readonly deleted: boolean;
  readonly consumed: boolean;
  /** Null for a test, which is valid until it is deleted. */
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  /** Of what a user subscribes to. */
  readonly subscription_id: Snowflake | null;
  /** When the subscription was cancelled. */
  readonly canceled_at: string | null;
}
