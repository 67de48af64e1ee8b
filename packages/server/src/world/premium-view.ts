/** What applications sell, as the wire has it. */
import type { Entitlement, Sku } from './premium-records.ts';
import { isoTimestamp } from './timestamps.ts';

const PERIOD_MS = 30 * 24 * 60 * 60 * 1_000;
const SubscriptionStatus = { ACTIVE: 0, INACTIVE: 1, ENDING: 2 } as const;

/** @see https://docs.discord.com/developers/resources/sku#sku-object */
export function skuView(sku: Sku): object {
  return {
    ...sku,
    dependent_sku_id: null,
    manifest_labels: null,
    access_type: 1,
    features: [],
    release_date: null,
    premium: false,
    show_age_gate: false,
  };
}

/** @see https://docs.discord.com/developers/resources/entitlement#entitlement-object */
export function entitlementView(entitlement: Entitlement): object {
  const { guild_id, subscription_id, canceled_at: _, ...fields } = entitlement;
  return {
    ...fields,
    promotion_id: null,
    gift_code_flags: 0,
    ...(guild_id === null ? {} : { guild_id }),
    ...(subscription_id === null ? {} : { subscription_id }),
  };
}

/**
 * The subscription that an entitlement comes of; null when it comes of none. It is renewed every 30 days.
 * @see https://docs.discord.com/developers/resources/subscription#subscription-object
 */
export function subscriptionView(entitlement: Entitlement, nowMs: number): object | null {
  const { subscription_id, starts_at, ends_at, canceled_at, deleted, user_id, sku_id, id } = entitlement;
  if (subscription_id === null || starts_at === null) return null;
  const endsAtMs = ends_at === null ? Number.POSITIVE_INFINITY : Date.parse(ends_at);
  const startedMs = Date.parse(starts_at);
  const lastMs = Math.max(startedMs, Math.min(nowMs, endsAtMs - 1));
  const periodMs = startedMs + Math.floor((lastMs - startedMs) / PERIOD_MS) * PERIOD_MS;
  const isOver = deleted || endsAtMs <= nowMs;
  const isEnding = canceled_at !== null;
  return {
    id: subscription_id,
    user_id,
    sku_ids: [sku_id],
    renewal_sku_ids: isEnding || isOver ? null : [sku_id],
    entitlement_ids: [id],
    current_period_start: isoTimestamp(periodMs),
    current_period_end: isoTimestamp(Math.min(periodMs + PERIOD_MS, endsAtMs)),
    status: isOver
      ? SubscriptionStatus.INACTIVE
      : isEnding
        ? SubscriptionStatus.ENDING
        : SubscriptionStatus.ACTIVE,
    canceled_at,
  };
}
