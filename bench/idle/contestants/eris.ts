import { loadPeer } from '../../harness/peers.ts';
import type { ShardTerms } from '../shards.ts';

interface Client {
  on(event: 'error', handler: (error: Error) => void): void;
  on(event: 'messageCreate', handler: () => void): void;
  once(event: 'ready', handler: () => void): void;
  connect(): Promise<void>;
  getBotGateway(): Promise<object>;
}

interface Eris {
  readonly Client: new (token: string, options: object) => Client;
}

const MAX_CONCURRENCY = 1_000;
const clients: Client[] = [];

export async function open({ gatewayUrl, firstId, lastId, count }: ShardTerms): Promise<void> {
  const { Client } = await loadPeer<Eris>('eris');
  const client = new Client('Bot idle.bench.token', {
    intents: 513,
    compress: true,
    firstShardID: firstId,
    lastShardID: lastId,
    maxShards: count,
  });
  client.getBotGateway = async () => ({
    url: gatewayUrl,
    session_start_limit: { max_concurrency: MAX_CONCURRENCY },
  });
  client.on('messageCreate', () => {});
  const ready = Promise.withResolvers<void>();
  client.on('error', (error) => ready.reject(error));
  client.once('ready', () => ready.resolve());
  clients.push(client);
  await client.connect();
  await ready.promise;
}
