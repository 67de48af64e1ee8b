/** Handlers that run in a worker: the module of tests of `workers.handlers`. */
import type { WorkerBot } from '@guildhall/client';

const VOICE = { op: 4, d: { guild_id: '1', channel_id: null, self_mute: false, self_deaf: false } } as const;

export async function handlers(bot: WorkerBot): Promise<void> {
  await Promise.resolve();
  bot.tell('loaded');
  bot.on('shardReady', ({ shard }) => bot.tell({ ready: shard }));
  bot.on('GUILD_CREATE', ({ id }, { shard, seq }) => bot.tell({ guild: id, shard, seq, worker: bot.worker }));
  bot.on('GUILD_DELETE', ({ id }) => {
    throw new RangeError(`no guild ${id}`);
  });
  bot.on('TYPING_START', async (_, { shard }) => {
    await bot.send(shard, VOICE);
    const refusal = await bot.send(99, VOICE).catch((error) => error.code);
    const { members } = await bot.requestGuildMembers({ guildId: '1', query: 'a' });
    bot.tell({ members: members.map(({ user }) => user.id), refusal });
  });
}
