import { newDiscordJsManager } from '../../peers/discordjs-ws.ts';
import type { Terms } from '../contestant.ts';

export async function connect(terms: Terms): Promise<void> {
  const { apiBase, token, intents, compression, hearing, heard } = terms;
  const manager = await newDiscordJsManager(apiBase, { token, intents, zlib: compression === 'zlib' });
  manager.on('dispatch', ({ t, d }) => {
    if (hearing === 'all') heard(t);
    else if (t === 'MESSAGE_CREATE') heard(d.content);
  });
  await manager.connect();
}
