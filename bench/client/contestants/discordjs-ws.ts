/** @discordjs/ws 2 with zlib-sync, its fastest inflater. It has no zstd. */
import { loadPeer } from '../../harness/peers.ts';
import type { Terms } from '../contestant.ts';

interface Dispatch {
  readonly t: string;
  readonly d: { readonly content: string };
}

interface Manager {
  on(event: 'dispatch', handler: (payload: Dispatch) => void): void;
  connect(): Promise<void>;
}

interface Ws {
  readonly WebSocketManager: new (options: object) => Manager;
  readonly CompressionMethod: { readonly ZlibSync: number };
}

interface RestModule {
  readonly REST: new (options: object) => { setToken(token: string): object };
}

export async function connect({
  apiBase,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  const { WebSocketManager, CompressionMethod } = await loadPeer<Ws>('@discordjs/ws');
  const { REST } = await loadPeer<RestModule>('@discordjs/rest');
  const manager = new WebSocketManager({
    token,
    intents,
    rest: new REST({ api: apiBase }).setToken(token),
    compression: compression === 'zlib' ? CompressionMethod.ZlibSync : null,
  });
  manager.on('dispatch', ({ t, d }) => {
    if (hearing === 'all') heard(t);
    else if (t === 'MESSAGE_CREATE') heard(d.content);
  });
  await manager.connect();
}
