/** oceanic.js with zlib-sync, its first choice, or node:zlib's zstd, and a white list of what is heard. */
import { loadPeer } from '../../harness/peers.ts';
import type { Terms } from '../contestant.ts';

interface Client {
  on(event: 'messageCreate', handler: (message: { readonly content: string }) => void): void;
  on(event: 'packet', handler: (packet: { readonly op: number; readonly t: string }) => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  once(event: 'ready', handler: () => void): void;
  connect(): Promise<void>;
}

interface Oceanic {
  readonly Client: new (options: object) => Client;
}

const NEEDED = ['READY', 'GUILD_CREATE'];

export async function connect({
  apiBase,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  const { Client } = await loadPeer<Oceanic>('oceanic.js');
  const client = new Client({
    auth: `Bot ${token}`,
    rest: { baseURL: `${apiBase}/v10` },
    gateway: {
      intents,
      maxShards: 1,
      compress: compression === 'none' ? false : `${compression}-stream`,
      dispatcher: { whitelist: hearing === 'all' ? NEEDED : [...NEEDED, 'MESSAGE_CREATE'] },
    },
  });
  const ready = Promise.withResolvers<void>();
  client.on('error', (error) => ready.reject(error));
  client.once('ready', () => ready.resolve());
  if (hearing === 'all') {
    client.on('packet', ({ op, t }) => {
      if (op === 0) heard(t);
    });
  } else {
    client.on('messageCreate', (message) => heard(message.content));
  }
  await client.connect();
  await ready.promise;
}
