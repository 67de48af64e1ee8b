import assert from 'node:assert/strict';
import type { House } from '../house.ts';

export interface Town {
  readonly house: House;
  /** A channel of each guild. */
  readonly channels: readonly string[];
}

/** So many guilds on different shards, each with the member who talks: guild number n is on shard n modulo their count. */
export async function buildTown(house: House, guilds: number): Promise<Town> {
  const channels: string[] = [];
  for (let number = 0; number < guilds; number += 1) {
    const id = String((BigInt(guilds + number) << 22n) | 1n);
    const bots = [house.application.botUserId];
    const guild = await house.hall.createGuild({ name: `guild ${number}`, bots, channels: ['talk'], id });
    await house.hall.joinGuild(guild.id, house.userId);
    channels.push(guild.channels[0]?.id ?? assert.fail());
  }
  return { house, channels };
}
