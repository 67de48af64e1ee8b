/** @discordeno/gateway alone, raw payloads without its camel case. It inflates with node:zlib, zstd with fzstd. */
import { loadPeer } from '../../peers/packages.ts';
import type { Terms } from '../contestant.ts';

interface Dispatch {
  readonly t: string | null;
  readonly d: { readonly content: string };
}

interface Discordeno {
  createGatewayManager(options: object): { spawnShards(): Promise<void> };
}

export async function connect({
  gatewayUrl,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  const { createGatewayManager } = await loadPeer<Discordeno>('@discordeno/gateway');
  const manager = createGatewayManager({
    token,
    intents,
    url: gatewayUrl,
    connection: {
      url: gatewayUrl,
      shards: 1,
      sessionStartLimit: { maxConcurrency: 1, remaining: 1_000, total: 1_000, resetAfter: 86_400_000 },
    },
    totalShards: 1,
    lastShardId: 0,
    spawnShardDelay: 0,
    preferSnakeCase: true,
    transportCompression: compression === 'none' ? null : `${compression}-stream`,
    resharding: { enabled: false },
    logger: SILENT,
    events: {
      message(_shard: object, { t, d }: Dispatch): void {
        if (t === null) return;
        if (hearing === 'all') heard(t);
        else if (t === 'MESSAGE_CREATE') heard(d.content);
      },
    },
  });
  await manager.spawnShards();
}

function ignore(): void {}

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: console.error, fatal: console.error };
