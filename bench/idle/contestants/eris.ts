import { whenReady } from '../../peers/emitters.ts';
import { type ErisClient, newErisClient } from '../../peers/eris.ts';
import type { ShardTerms } from '../shards.ts';

/** They are to live as long as the process. */
const clients: ErisClient[] = [];

export async function open(terms: ShardTerms): Promise<void> {
  const { gatewayUrl, token, intents, firstId, lastId, count } = terms;
  const client = await newErisClient(gatewayUrl, token, {
    intents,
    compress: true,
    firstShardID: firstId,
    lastShardID: lastId,
    maxShards: count,
  });
  client.on('messageCreate', () => {});
  const ready = whenReady(client);
  clients.push(client);
  await client.connect();
  await ready;
}
