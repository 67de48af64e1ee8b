/** discord.js 14 as its guide sets it up, with partials. It always compresses where zlib-sync is installed. */
import { registerHooks } from 'node:module';
import { type RawEmitter, whenReady } from '../../peers/emitters.ts';
import { loadPeer } from '../../peers/packages.ts';
import type { Terms } from '../contestant.ts';
import { hear } from '../hear.ts';

interface DiscordJs {
  readonly Client: new (options: object) => RawEmitter<'raw'> & { login(token: string): Promise<string> };
  readonly Partials: Readonly<Record<string, number>>;
}

export async function connect(terms: Terms): Promise<void> {
  const { apiBase, token, intents, compression } = terms;
  if (compression === 'none') hideZlibSync();
  const { Client, Partials } = await loadPeer<DiscordJs>('discord.js');
  const client = new Client({
    intents,
    partials: [Partials.Message, Partials.Channel, Partials.Reaction, Partials.User, Partials.GuildMember],
    rest: { api: apiBase },
  });
  hear(client, 'raw', terms);
  const ready = whenReady(client, 'clientReady');
  await client.login(token);
  await ready;
}

/** There is no option for it. */
function hideZlibSync(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'zlib-sync') throw new Error('hidden from discord.js');
      return next(specifier, context);
    },
  });
}
