/** One `client.open()` in a fresh process, as published: to READY. */
import { GatewayClient } from '@guildhall/client';
import { serveParent } from '../harness/child.ts';
import type { Addresses } from '../harness/fake-discord.ts';

type Request = { readonly type: 'open'; readonly via: 'gateway url' | 'REST' } & Addresses;

serveParent(async ({ via, gatewayUrl, apiBase }: Request): Promise<object> => {
  const client = new GatewayClient({
    token: 'start.bench.token',
    intents: ['GUILDS', 'GUILD_MESSAGES'],
    ...(via === 'REST' ? { apiBase } : { gatewayUrl }),
  });
  const calledMs = performance.now();
  await client.open();
  return { openMs: performance.now() - calledMs };
});
