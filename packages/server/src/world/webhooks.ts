import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { type AuditAction, AuditEvent } from './audit-events.ts';
import { ANNOUNCEMENT_TYPE, CATEGORY_TYPE, isDm, isThread } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type { GuildChannel, Snowflake, Webhook } from './entities.ts';
import { WorldError } from './errors.ts';
import { FOLLOW_ADD_TYPE } from './message-types.ts';
import { PerGuild } from './per-guild.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

const INCOMING = 1;
const FOLLOWER = 2;
const MAX_NAME_LENGTH = 80;
/** 68 characters of base64url, as Discord's. */
const TOKEN_BYTES = 51;
/** Fields of a webhook that the audit log tells of. */
const AUDITED = ['name', 'type', 'channel_id', 'avatar', 'application_id'] as const;

export interface WebhookInput {
  /** 1 to 80 characters. */
  readonly name: string;
  /** Hash of a picture. Default none. */
  readonly avatar?: string | null;
  /** Who makes it. */
  readonly userId: Snowflake;
  /** When a bot makes it, its application. */
  readonly applicationId?: Snowflake | null;
}

export interface WebhookPatch {
  readonly name?: string;
  readonly avatar?: string | null;
  readonly channelId?: Snowflake;
}

/** Addresses through which messages come into channels without a member, and ties between channels. */
export class Webhooks {
  readonly #world: World;
  readonly #webhooks = new Map<Snowflake, Webhook>();
  readonly #ofGuild = new PerGuild<Webhook>();

  constructor(world: World, stored: readonly Webhook[]) {
    this.#world = world;
    for (const webhook of stored) this.#index(webhook);
  }

  get(id: Snowflake): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  /** @throws WorldError UNKNOWN_WEBHOOK */
  require(id: Snowflake): Webhook {
    const webhook = this.#webhooks.get(id);
    if (webhook === undefined) throw new WorldError('UNKNOWN_WEBHOOK', `no webhook ${id}`);
    return webhook;
  }

  /** Whoever has the token may speak through it. @throws WorldError UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN */
  authenticate(id: Snowflake, token: string): Webhook {
    const webhook = this.require(id);
    // A follower has no token, and nobody has it by having none.
    if (webhook.token === null || !isSameText(webhook.token, token)) {
      throw new WorldError('INVALID_WEBHOOK_TOKEN', `that is not the token of webhook ${id}`);
    }
    return webhook;
  }

  /** Of all channels of the guild; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, Webhook> {
    return this.#ofGuild.of(guildId);
  }

  ofChannel({ id, guild_id }: GuildChannel): readonly Webhook[] {
    return [...this.#ofGuild.of(guild_id).values()].filter(({ channel_id }) => channel_id === id);
  }

  /** The ties of channels to which what is published in this one goes. */
  followersOf(channelId: Snowflake): readonly Webhook[] {
    return [...this.#webhooks.values()].filter(({ source }) => source?.channel_id === channelId);
  }

  /**
   * WEBHOOKS_UPDATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, INVALID_VALUE, LIMIT_REACHED:webhooksPerChannel
   */
  create(channelId: Snowflake, input: WebhookInput, actor?: Actor): Webhook {
    const channel = this.#requireRoom(channelId);
    const name = requireText('webhook name', input.name, MAX_NAME_LENGTH);
    const webhook = this.#put({
      ...this.#new(channel, input.userId),
      type: INCOMING,
      name,
      avatar: input.avatar ?? null,
      token: randomBytes(TOKEN_BYTES).toString('base64url'),
      application_id: input.applicationId ?? null,
      source: null,
    });
    this.#audit(AuditEvent.WEBHOOK_CREATE, null, webhook, actor);
    return webhook;
  }

  /**
   * From now on the target gets what is published in the announcement channel: WEBHOOKS_UPDATE and MESSAGE_CREATE.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, LIMIT_REACHED:webhooksPerChannel
   */
  follow(sourceId: Snowflake, targetId: Snowflake, userId: Snowflake, actor?: Actor): Webhook {
    const { channels, guilds, messages } = this.#world;
    const source = channels.require(sourceId);
    if (source.type !== ANNOUNCEMENT_TYPE) {
      throw new WorldError('WRONG_CHANNEL_TYPE', 'only announcement channels can be followed');
    }
    const target = this.#requireRoom(targetId);
    const guild = guilds.require(source.guild_id);
    const webhook = this.#put({
      ...this.#new(target, userId),
      type: FOLLOWER,
      name: `${guild.name} #${source.name}`.slice(0, MAX_NAME_LENGTH),
      avatar: guild.icon,
      token: null,
      application_id: null,
      source: { guild_id: guild.id, channel_id: source.id },
    });
    messages.createSystem({
      channelId: targetId,
      authorId: userId,
      type: FOLLOW_ADD_TYPE,
      content: webhook.name,
      message_reference: { type: 0, channel_id: source.id, guild_id: guild.id },
    });
    this.#audit(AuditEvent.WEBHOOK_CREATE, null, webhook, actor);
    return webhook;
  }

  /**
   * WEBHOOKS_UPDATE, of the channel that it leaves, too.
   * @throws WorldError UNKNOWN_WEBHOOK, UNKNOWN_CHANNEL (of the guild), WRONG_CHANNEL_TYPE, INVALID_VALUE,
   *   LIMIT_REACHED:webhooksPerChannel
   */
  update(id: Snowflake, patch: WebhookPatch, actor?: Actor): Webhook {
    this.#world.journal.assertWritable();
    const old = this.require(id);
    const name =
      patch.name === undefined ? old.name : requireText('webhook name', patch.name, MAX_NAME_LENGTH);
    const moves = patch.channelId !== undefined && patch.channelId !== old.channel_id;
    const channel = moves ? this.#requireRoom(patch.channelId ?? '') : null;
    if (channel !== null && channel.guild_id !== old.guild_id) {
      throw new WorldError('UNKNOWN_CHANNEL', `channel ${channel.id} is of another guild`);
    }
    if (channel !== null) this.#tell(old);
    const webhook = this.#put({
      ...old,
      name,
      avatar: patch.avatar === undefined ? old.avatar : patch.avatar,
      channel_id: channel?.id ?? old.channel_id,
    });
    this.#audit(AuditEvent.WEBHOOK_UPDATE, old, webhook, actor);
    return webhook;
  }

  /** WEBHOOKS_UPDATE. @throws WorldError UNKNOWN_WEBHOOK */
  delete(id: Snowflake, actor?: Actor): void {
    this.#world.journal.assertWritable();
    const webhook = this.require(id);
    this.#drop(webhook);
    this.#tell(webhook);
    this.#audit(AuditEvent.WEBHOOK_DELETE, webhook, null, actor);
  }

  /** @internal for Channels.delete: its webhooks go with it, and so do the ties to it. */
  dropChannel(channelId: Snowflake): void {
    for (const webhook of [...this.#webhooks.values()]) {
      if (webhook.channel_id === channelId) this.#drop(webhook);
      else if (webhook.source?.channel_id === channelId) this.delete(webhook.id);
    }
  }

  /** @internal for Guilds.delete: the rows of its own go with the guild's. */
  forgetGuild(guildId: Snowflake): void {
    for (const webhook of [...this.#webhooks.values()]) {
      if (webhook.guild_id === guildId) this.#webhooks.delete(webhook.id);
      else if (webhook.source?.guild_id === guildId) this.delete(webhook.id);
    }
    this.#ofGuild.deleteGuild(guildId);
  }

  #new(channel: GuildChannel, userId: Snowflake) {
    this.#world.users.require(userId);
    const { id: channel_id, guild_id } = channel;
    return { id: this.#world.nextId(), guild_id, channel_id, user_id: userId };
  }

  #requireRoom(channelId: Snowflake): GuildChannel {
    const { journal, channels, limits } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    if (isDm(channel) || isThread(channel) || channel.type === CATEGORY_TYPE) {
      throw new WorldError('WRONG_CHANNEL_TYPE', `channel ${channelId} has no webhooks`);
    }
    if (this.ofChannel(channel).length >= limits.webhooksPerChannel) {
      throw new WorldError(
        'LIMIT_REACHED:webhooksPerChannel',
        `a channel has at most ${limits.webhooksPerChannel} webhooks`,
      );
    }
    return channel;
  }

  #tell({ guild_id, channel_id }: Webhook): void {
    this.#world.journal.emit(guildDispatch('WEBHOOKS_UPDATE', guild_id, { guild_id, channel_id }));
  }

  #audit(action: AuditAction, old: Webhook | null, now: Webhook | null, actor: Actor | undefined): void {
    const webhook = now ?? old;
    if (webhook === null) return;
    const changes = changesBetween(old, now, AUDITED).map((change) =>
      change.key === 'avatar' ? { ...change, key: 'avatar_hash' } : change,
    );
    this.#world.auditLog.add(webhook.guild_id, actor, { action, targetId: webhook.id, changes });
  }

  #drop({ id, guild_id }: Webhook): void {
    this.#webhooks.delete(id);
    this.#ofGuild.delete(guild_id, id);
    this.#world.journal.record({ kind: 'delete', table: 'webhooks', id });
  }

  #put(webhook: Webhook): Webhook {
    this.#index(webhook);
    this.#world.journal.record({ kind: 'put', table: 'webhooks', record: webhook });
    this.#tell(webhook);
    return webhook;
  }

  #index(webhook: Webhook): void {
    this.#webhooks.set(webhook.id, webhook);
    this.#ofGuild.set(webhook.guild_id, webhook.id, webhook);
  }
}

/** In a time that says nothing of either. */
function isSameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
