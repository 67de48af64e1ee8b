import type { Actor } from './actor.ts';
import { auditPin } from './audit-messages.ts';
import { placeOf } from './channel-kinds.ts';
import { channelDispatch } from './dispatch.ts';
import type { Channel, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import { replyReference } from './message-references.ts';
import { PINNED_TYPE } from './message-types.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

/** Messages that are pinned to their channel. */
export class Pins {
  readonly #world: World;
  /** By channel, the ids of its pinned messages with the time since when they are. */
  readonly #ofChannel = new Map<Snowflake, Map<Snowflake, number>>();
  /** By channel, the `last_pin_timestamp` that its last CHANNEL_PINS_UPDATE told. */
  readonly #last = new Map<Snowflake, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The pinned messages of the channel, the last pinned first. */
  list(channelId: Snowflake): readonly Message[] {
    const pins = [...(this.#ofChannel.get(channelId) ?? [])].sort(([, a], [, b]) => b - a);
    return pins.map(([messageId]) => this.#world.messages.require(channelId, messageId));
  }

  /** ISO time at which the last message was pinned, though it may be gone; null when none was. */
  lastTimestamp(channelId: Snowflake): string | null {
    return this.#last.get(channelId) ?? null;
  }

  /**
   * MESSAGE_UPDATE, CHANNEL_PINS_UPDATE and MESSAGE_CREATE of the message that tells of it; nothing if it is pinned.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, LIMIT_REACHED:pinsPerChannel
   */
  pin(channelId: Snowflake, messageId: Snowflake, userId: Snowflake, actor?: Actor): void {
    const { journal, channels, messages, limits } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = messages.require(channelId, messageId);
    if (message.pinned_at !== null) return;
    if ((this.#ofChannel.get(channelId)?.size ?? 0) >= limits.pinsPerChannel) {
      throw new WorldError(
        'LIMIT_REACHED:pinsPerChannel',
        `a channel has at most ${limits.pinsPerChannel} pinned messages`,
      );
    }
    const pinned = { ...message, pinned_at: isoTimestamp(this.#world.now()) };
    this.note(pinned);
    messages.update(pinned);
    this.#emit(channel);
    messages.createSystem({
      channelId,
      authorId: userId,
      type: PINNED_TYPE,
      message_reference: replyReference(message),
    });
    auditPin(this.#world, channel, message, true, actor);
  }

  /**
   * MESSAGE_UPDATE and CHANNEL_PINS_UPDATE, or nothing if it is not pinned.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
   */
  unpin(channelId: Snowflake, messageId: Snowflake, actor?: Actor): void {
    const { journal, channels, messages } = this.#world;
    journal.assertWritable();
    const channel = channels.require(channelId);
    const message = messages.require(channelId, messageId);
    if (message.pinned_at === null) return;
    this.forget(channelId, messageId);
    const last = this.list(channelId)[0]?.pinned_at ?? null;
    if (last === null) this.#last.delete(channelId);
    else this.#last.set(channelId, last);
    messages.update({ ...message, pinned_at: null });
    this.#emit(channel);
    auditPin(this.#world, channel, message, false, actor);
  }

  /** @internal for Messages: keeps the index of what is pinned. */
  note({ channel_id, id, pinned_at }: Pick<Message, 'channel_id' | 'id' | 'pinned_at'>): void {
    if (pinned_at === null) return;
    let pins = this.#ofChannel.get(channel_id);
    if (pins === undefined) {
      pins = new Map();
      this.#ofChannel.set(channel_id, pins);
    }
    // Deleted first, so that what is pinned in one millisecond stays in order.
    pins.delete(id);
    pins.set(id, Date.parse(pinned_at));
    const last = this.#last.get(channel_id);
    if (last === undefined || Date.parse(last) < Date.parse(pinned_at)) this.#last.set(channel_id, pinned_at);
  }

  /** @internal for Messages: the message is gone, which is no CHANNEL_PINS_UPDATE. */
  forget(channelId: Snowflake, messageId: Snowflake): void {
    const pins = this.#ofChannel.get(channelId);
    pins?.delete(messageId);
    if (pins?.size === 0) this.#ofChannel.delete(channelId);
  }

  /** @internal for Messages. */
  forgetChannel(channelId: Snowflake): void {
    this.#ofChannel.delete(channelId);
    this.#last.delete(channelId);
  }

  #emit(channel: Channel): void {
    const d = { ...placeOf(channel), last_pin_timestamp: this.lastTimestamp(channel.id) };
    this.#world.journal.emit(channelDispatch('CHANNEL_PINS_UPDATE', channel, d));
  }
}
