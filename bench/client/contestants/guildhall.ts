import { GatewayClient } from '@guildhall/client';
import type { Terms } from '../contestant.ts';

export async function connect({
  gatewayUrl,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  const client = new GatewayClient({ token, intents, compression, gatewayUrl, shards: 1 });
  client.on('error', (error) => {
    throw error;
  });
  if (hearing === 'all') client.on('*', (name, data) => heard(data === null ? '' : name));
  else client.on('MESSAGE_CREATE', (message) => heard(message.content));
  await client.open();
}
