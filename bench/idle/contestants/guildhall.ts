import { GatewayClient } from '@guildhall/client';
import type { ShardTerms } from '../shards.ts';

const MAX_CONCURRENCY = 1_000;
/** They are to live as long as the process. */
const clients: GatewayClient[] = [];

export async function open({
  gatewayUrl,
  token,
  intents,
  firstId,
  lastId,
  count,
}: ShardTerms): Promise<void> {
  const ids = Array.from({ length: lastId - firstId + 1 }, (_, index) => firstId + index);
  const client = new GatewayClient({
    token,
    intents,
    compression: 'zlib',
    gatewayUrl,
    shards: { ids, count },
    identify: { maxConcurrency: MAX_CONCURRENCY, bucketMs: 0, reserve: 0 },
  });
  client.on('MESSAGE_CREATE', () => {});
  clients.push(client);
  await client.open();
}
