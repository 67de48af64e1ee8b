import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { type Sku, SkuFlag, SkuType } from './premium-records.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const MAX_NAME_LENGTH = 80;

export interface SkuInput {
  readonly name: string;
  /** Default SUBSCRIPTION. */
  readonly type?: typeof SkuType.DURABLE | typeof SkuType.CONSUMABLE | typeof SkuType.SUBSCRIPTION;
  /** Of a subscription: whether it is for a whole guild and not for the user alone. Default false. */
  readonly isForGuild?: boolean;
}

/** What applications offer. @see https://docs.discord.com/developers/resources/sku */
export class Skus {
  readonly #world: World;
  readonly #skus = new Map<Snowflake, Sku>();

  constructor(world: World, stored: readonly Sku[]) {
    this.#world = world;
    for (const sku of stored) this.#skus.set(sku.id, sku);
  }

  /**
   * A subscription is made together with a group of its own, which Discord makes as well and nobody uses.
   * @throws WorldError UNKNOWN_APPLICATION, INVALID_VALUE, LIMIT_REACHED:skusPerApplication
   */
  create(applicationId: Snowflake, input: SkuInput): Sku {
    const { journal, applications, limits } = this.#world;
    journal.assertWritable();
    const application = applications.require(applicationId);
    const { type = SkuType.SUBSCRIPTION, isForGuild = false } = input;
    const name = requireText('name', input.name, MAX_NAME_LENGTH);
    const isSubscription = type === SkuType.SUBSCRIPTION;
    if (this.ofApplication(application.id).length + (isSubscription ? 2 : 1) > limits.skusPerApplication) {
      throw new WorldError('LIMIT_REACHED:skusPerApplication', `at most ${limits.skusPerApplication} SKUs`);
    }
    if (isForGuild && !isSubscription) {
      throw new WorldError('INVALID_VALUE', 'only subscriptions are for a guild', { path: ['forGuild'] });
    }
    const ofSubscription = isForGuild ? SkuFlag.GUILD_SUBSCRIPTION : SkuFlag.USER_SUBSCRIPTION;
    const flags = SkuFlag.AVAILABLE | (isSubscription ? ofSubscription : 0);
    const common = { application_id: application.id, name, slug: slugOf(name), flags };
    if (isSubscription) this.#put({ ...common, id: this.#world.nextId(), type: SkuType.SUBSCRIPTION_GROUP });
    return this.#put({ ...common, id: this.#world.nextId(), type });
  }

  get(id: Snowflake): Sku | undefined {
    return this.#skus.get(id);
  }

  /** @throws WorldError UNKNOWN_SKU when the application does not offer it */
  require(applicationId: Snowflake, id: Snowflake): Sku {
    const sku = this.#skus.get(id);
    if (sku?.application_id !== applicationId) throw new WorldError('UNKNOWN_SKU', `no SKU ${id}`);
    return sku;
  }

  /** Oldest first. */
  ofApplication(applicationId: Snowflake): readonly Sku[] {
    return [...this.#skus.values()].filter(({ application_id }) => application_id === applicationId);
  }

  /** @internal for Applications.delete. */
  deleteAll(applicationId: Snowflake): void {
    for (const { id } of this.ofApplication(applicationId)) {
      this.#skus.delete(id);
      this.#world.journal.record({ kind: 'delete', table: 'skus', id });
    }
  }

  #put(sku: Sku): Sku {
    this.#skus.set(sku.id, sku);
    this.#world.journal.record({ kind: 'put', table: 'skus', record: sku });
    return sku;
  }
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
