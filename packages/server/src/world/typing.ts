import { isDm } from './channel-kinds.ts';
import { channelDispatch } from './dispatch.ts';
import type { Snowflake } from './entities.ts';
import type { World } from './world.ts';

const MS_PER_S = 1000;

export class Typing {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * TYPING_START; clients show it for about ten seconds. Nothing is kept.
   * @throws WorldError UNKNOWN_CHANNEL, WRONG_CHANNEL_TYPE, UNKNOWN_MEMBER (in a DM: no recipient)
   */
  start(channelId: Snowflake, userId: Snowflake): void {
    const { journal, messages, members, views } = this.#world;
    journal.assertWritable();
    const channel = messages.requireWriter(channelId, userId);
    const d = { channel_id: channelId, user_id: userId, timestamp: Math.floor(this.#world.now() / MS_PER_S) };
    const guild = isDm(channel)
      ? {}
      : { guild_id: channel.guild_id, member: views.member(members.require(channel.guild_id, userId)) };
    journal.emit(channelDispatch('TYPING_START', channel, { ...d, ...guild }));
  }
}
