import { type DiscordJsManager, newDiscordJsManager } from '../../peers/discordjs-ws.ts';
import type { ShardTerms } from '../shards.ts';

/** They are to live as long as the process. */
const managers: DiscordJsManager[] = [];

export async function open({ apiBase, token, intents, firstId, lastId, count }: ShardTerms): Promise<void> {
  const manager = await newDiscordJsManager(apiBase, {
    token,
    intents,
    zlib: true,
    shardCount: count,
    shardIds: { start: firstId, end: lastId },
  });
  manager.on('dispatch', () => {});
  managers.push(manager);
  await manager.connect();
}
