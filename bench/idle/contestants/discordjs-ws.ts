import { loadPeer } from '../../harness/peers.ts';
import type { ShardTerms } from '../shards.ts';

interface Manager {
  on(event: 'dispatch', handler: () => void): void;
  connect(): Promise<void>;
}

interface Ws {
  readonly WebSocketManager: new (options: object) => Manager;
  readonly CompressionMethod: { readonly ZlibSync: number };
}

interface RestModule {
  readonly REST: new (options: object) => { setToken(token: string): object };
}

const managers: Manager[] = [];

export async function open({ apiBase, firstId, lastId, count }: ShardTerms): Promise<void> {
  const { WebSocketManager, CompressionMethod } = await loadPeer<Ws>('@discordjs/ws');
  const { REST } = await loadPeer<RestModule>('@discordjs/rest');
  const token = 'idle.bench.token';
  const manager = new WebSocketManager({
    token,
    intents: 513,
    rest: new REST({ api: apiBase }).setToken(token),
    compression: CompressionMethod.ZlibSync,
    shardCount: count,
    shardIds: { start: firstId, end: lastId },
  });
  manager.on('dispatch', () => {});
  managers.push(manager);
  await manager.connect();
}
