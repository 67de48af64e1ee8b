/** oceanic.js with zlib-sync, its first choice, or node:zlib's zstd, and a white list of what is heard. */
import { type RawEmitter, whenReady } from '../../peers/emitters.ts';
import { loadPeer } from '../../peers/packages.ts';
import type { Terms } from '../contestant.ts';
import { hear } from '../hear.ts';

interface Oceanic {
  readonly Client: new (options: object) => RawEmitter<'packet'> & { connect(): Promise<void> };
}

const NEEDED = ['READY', 'GUILD_CREATE'];

export async function connect(terms: Terms): Promise<void> {
  const { apiBase, token, intents, compression, hearing } = terms;
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
  hear(client, 'packet', terms);
  const ready = whenReady(client);
  await client.connect();
  await ready;
}
