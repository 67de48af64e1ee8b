/** discord.js 14 as its guide sets it up, with partials. It always compresses where zlib-sync is installed. */
import { registerHooks } from 'node:module';
import { loadPeer } from '../../harness/peers.ts';
import type { Terms } from '../contestant.ts';

interface Client {
  on(event: 'messageCreate', handler: (message: { readonly content: string }) => void): void;
  on(event: 'raw', handler: (packet: { readonly op: number; readonly t: string }) => void): void;
  once(event: 'clientReady', handler: () => void): void;
  login(token: string): Promise<string>;
}

interface DiscordJs {
  readonly Client: new (options: object) => Client;
  readonly Partials: Readonly<Record<string, number>>;
}

export async function connect({
  apiBase,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  if (compression === 'none') hideZlibSync();
  const { Client, Partials } = await loadPeer<DiscordJs>('discord.js');
  const client = new Client({
    intents,
    partials: [Partials.Message, Partials.Channel, Partials.Reaction, Partials.User, Partials.GuildMember],
    rest: { api: apiBase },
  });
  const ready = Promise.withResolvers<void>();
  client.once('clientReady', () => ready.resolve());
  if (hearing === 'all') {
    client.on('raw', ({ op, t }) => {
      if (op === 0) heard(t);
    });
  } else {
    client.on('messageCreate', (message) => heard(message.content));
  }
  await client.login(token);
  await ready.promise;
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
