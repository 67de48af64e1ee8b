import { privateDispatch } from './dispatch.ts';
import type { Application, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { type Entitlement, EntitlementType, SkuFlag, SkuType } from './premium-records.ts';
import { entitlementView, subscriptionView } from './premium-view.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

export type EntitlementOwner = { readonly guildId: Snowflake } | { readonly userId: Snowflake };

export interface PurchaseInput {
  readonly skuId: Snowflake;
  readonly userId: Snowflake;
  /** For whom a subscription of a guild is bought, and of no other offer. */
  readonly guildId?: Snowflake;
}

/** What users and guilds have of what applications offer. Its events go to shard 0, whatever the intents. */
export class Entitlements {
  readonly #world: World;
  /** By application, oldest first. */
  readonly #applications = new Map<Snowflake, Map<Snowflake, Entitlement>>();
  readonly #none: ReadonlyMap<Snowflake, Entitlement> = new Map();

  constructor(world: World, stored: readonly Entitlement[]) {
    this.#world = world;
    for (const entitlement of stored) this.#index(entitlement);
  }

  /** By id, deleted ones too; a live map. */
  ofApplication(applicationId: Snowflake): ReadonlyMap<Snowflake, Entitlement> {
    return this.#applications.get(applicationId) ?? this.#none;
  }

  /** @throws WorldError UNKNOWN_ENTITLEMENT */
  require(applicationId: Snowflake, id: Snowflake): Entitlement {
    const entitlement = this.ofApplication(applicationId).get(id);
    if (entitlement === undefined) throw new WorldError('UNKNOWN_ENTITLEMENT', `no entitlement ${id}`);
    return entitlement;
  }

  /** What counts for the user at that place: its own, and those of the guild. */
  activeOf(applicationId: Snowflake, userId: Snowflake, guildId: Snowflake | null): readonly Entitlement[] {
    const nowMs = this.#world.now();
    return [...this.ofApplication(applicationId).values()].filter(
      (entitlement) =>
        !entitlement.deleted &&
        !hasEnded(entitlement, nowMs) &&
        (entitlement.guild_id === null ? entitlement.user_id === userId : entitlement.guild_id === guildId),
    );
  }

  /**
   * ENTITLEMENT_CREATE of a test, which is valid until it is deleted.
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_SKU, UNKNOWN_USER, UNKNOWN_GUILD,
   *   LIMIT_REACHED:entitlementsPerApplication
   */
  createTest(applicationId: Snowflake, skuId: Snowflake, owner: EntitlementOwner): Entitlement {
    const { users, guilds, journal } = this.#world;
    journal.assertWritable();
    const application = this.#offering(applicationId, skuId);
    const whose =
      'guildId' in owner
        ? { guild_id: guilds.require(owner.guildId).id, user_id: application.ownerId }
        : { guild_id: null, user_id: users.require(owner.userId).id };
    return this.#create(application, {
      ...whose,
      sku_id: skuId,
      type: EntitlementType.APPLICATION_SUBSCRIPTION,
      starts_at: null,
      subscription_id: null,
    });
  }

  /**
   * A user buys it: ENTITLEMENT_CREATE, and SUBSCRIPTION_CREATE before it where that is what is bought.
   * @throws WorldError UNKNOWN_APPLICATION, UNKNOWN_SKU, UNKNOWN_USER, UNKNOWN_GUILD, INVALID_VALUE,
   *   LIMIT_REACHED:entitlementsPerApplication
   */
  purchase(applicationId: Snowflake, { skuId, userId, guildId }: PurchaseInput): Entitlement {
    const { users, guilds, skus, journal } = this.#world;
    journal.assertWritable();
    const application = this.#offering(applicationId, skuId);
    const sku = skus.require(applicationId, skuId);
    const user_id = users.require(userId).id;
    const isForGuild = (sku.flags & SkuFlag.GUILD_SUBSCRIPTION) !== 0;
    if (isForGuild !== (guildId !== undefined)) {
      const message = isForGuild ? 'this subscription is for a guild' : 'this is for a user alone';
      throw new WorldError('INVALID_VALUE', message, { path: ['guild_id'] });
    }
    const isSubscription = sku.type === SkuType.SUBSCRIPTION;
    return this.#create(application, {
      user_id,
      guild_id: guildId === undefined ? null : guilds.require(guildId).id,
      sku_id: skuId,
      type: isSubscription ? EntitlementType.APPLICATION_SUBSCRIPTION : EntitlementType.PURCHASE,
      starts_at: isoTimestamp(this.#world.now()),
      subscription_id: isSubscription ? this.#world.nextId() : null,
    });
  }

  /**
   * ENTITLEMENT_UPDATE: it ends then, or, with null, goes on. A subscription is cancelled by it, or taken up again:
   * SUBSCRIPTION_UPDATE comes first.
   * @throws WorldError UNKNOWN_ENTITLEMENT, also for a deleted one; INVALID_VALUE before its start, and for a test
   */
  setEnd(applicationId: Snowflake, id: Snowflake, endsAtMs: number | null): Entitlement {
    this.#world.journal.assertWritable();
    const old = this.#requireLive(applicationId, id);
    if (old.starts_at === null || (endsAtMs !== null && endsAtMs <= Date.parse(old.starts_at))) {
      const message = old.starts_at === null ? 'a test has no end' : 'it ends after its start';
      throw new WorldError('INVALID_VALUE', message, { path: ['ends_at'] });
    }
    const isCancelled = old.subscription_id !== null && endsAtMs !== null;
    return this.#update({
      ...old,
      ends_at: endsAtMs === null ? null : isoTimestamp(endsAtMs),
      canceled_at: isCancelled ? (old.canceled_at ?? isoTimestamp(this.#world.now())) : null,
    });
  }

  /**
   * ENTITLEMENT_UPDATE, if it had not been consumed.
   * @throws WorldError UNKNOWN_ENTITLEMENT, also for a deleted one; INVALID_VALUE unless its offer is consumable
   */
  consume(applicationId: Snowflake, id: Snowflake): Entitlement {
    this.#world.journal.assertWritable();
    const old = this.#requireLive(applicationId, id);
    if (this.#world.skus.get(old.sku_id)?.type !== SkuType.CONSUMABLE) {
      throw new WorldError('INVALID_VALUE', 'what is not consumable cannot be consumed', {
        path: ['entitlement_id'],
      });
    }
    return old.consumed ? old : this.#update({ ...old, consumed: true });
  }

  /**
   * ENTITLEMENT_DELETE, and SUBSCRIPTION_UPDATE before it where there is one. It is listed on as deleted.
   * @throws WorldError UNKNOWN_ENTITLEMENT, also for a deleted one
   */
  delete(applicationId: Snowflake, id: Snowflake): void {
    this.#world.journal.assertWritable();
    const deleted = { ...this.#requireLive(applicationId, id), deleted: true };
    this.#put(deleted);
    this.#tell('SUBSCRIPTION_UPDATE', deleted);
    this.#tell('ENTITLEMENT_DELETE', deleted);
  }

  /** @internal for Applications.delete. */
  deleteAll(applicationId: Snowflake): void {
    for (const id of this.ofApplication(applicationId).keys()) this.#forget(applicationId, id);
    this.#applications.delete(applicationId);
  }

  #offering(applicationId: Snowflake, skuId: Snowflake): Application {
    const { applications, skus } = this.#world;
    const application = applications.require(applicationId);
    const sku = skus.require(applicationId, skuId);
    if (sku.type === SkuType.SUBSCRIPTION_GROUP) {
      throw new WorldError('INVALID_VALUE', 'a group is no offer', { path: ['sku_id'] });
    }
    return application;
  }

  #create(
    application: Application,
    fields: Pick<Entitlement, 'sku_id' | 'user_id' | 'guild_id' | 'type' | 'starts_at' | 'subscription_id'>,
  ): Entitlement {
    this.#makeRoom(application.id);
    const entitlement: Entitlement = {
      ...fields,
      id: this.#world.nextId(),
      application_id: application.id,
      deleted: false,
      consumed: false,
      ends_at: null,
      canceled_at: null,
    };
    this.#put(entitlement);
    this.#tell('SUBSCRIPTION_CREATE', entitlement);
    this.#tell('ENTITLEMENT_CREATE', entitlement);
    return entitlement;
  }

  #update(entitlement: Entitlement): Entitlement {
    this.#put(entitlement);
    this.#tell('SUBSCRIPTION_UPDATE', entitlement);
    this.#tell('ENTITLEMENT_UPDATE', entitlement);
    return entitlement;
  }

  #requireLive(applicationId: Snowflake, id: Snowflake): Entitlement {
    const entitlement = this.require(applicationId, id);
    if (entitlement.deleted) throw new WorldError('UNKNOWN_ENTITLEMENT', `entitlement ${id} is deleted`);
    return entitlement;
  }

  /** Where there are too many, the oldest deleted one is forgotten. */
  #makeRoom(applicationId: Snowflake): void {
    const { entitlementsPerApplication: most } = this.#world.limits;
    const all = this.ofApplication(applicationId);
    if (all.size < most) return;
    const oldest = [...all.values()].find(({ deleted }) => deleted);
    if (oldest === undefined) {
      throw new WorldError('LIMIT_REACHED:entitlementsPerApplication', `at most ${most} entitlements`);
    }
    this.#forget(applicationId, oldest.id);
  }

  #forget(applicationId: Snowflake, id: Snowflake): void {
    this.#applications.get(applicationId)?.delete(id);
    this.#world.journal.record({ kind: 'delete', table: 'entitlements', id });
  }

  #put(entitlement: Entitlement): void {
    this.#index(entitlement);
    this.#world.journal.record({ kind: 'put', table: 'entitlements', record: entitlement });
  }

  #index(entitlement: Entitlement): void {
    const ofApplication = this.#applications.get(entitlement.application_id);
    if (ofApplication !== undefined) ofApplication.set(entitlement.id, entitlement);
    else this.#applications.set(entitlement.application_id, new Map([[entitlement.id, entitlement]]));
  }

  #tell(
    name:
      | 'ENTITLEMENT_CREATE'
      | 'ENTITLEMENT_UPDATE'
      | 'ENTITLEMENT_DELETE'
      | 'SUBSCRIPTION_CREATE'
      | 'SUBSCRIPTION_UPDATE',
    entitlement: Entitlement,
  ): void {
    const { applications, journal } = this.#world;
    const { botUserId } = applications.require(entitlement.application_id);
    const d = name.startsWith('SUBSCRIPTION')
      ? subscriptionView(entitlement, this.#world.now())
      : entitlementView(entitlement);
    if (d !== null) journal.emit(privateDispatch(name, botUserId, d));
  }
}

export function hasEnded({ ends_at }: Entitlement, nowMs: number): boolean {
  return ends_at !== null && Date.parse(ends_at) <= nowMs;
}
