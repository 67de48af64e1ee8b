import type { Crowd } from '../harness/crowd.ts';
import { startCrowd } from '../harness/crowd.ts';
import type { Contestant } from '../harness/passes.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { publisher, verifyArrivals } from './publishing.ts';
import type { LoopMode } from './ws-loop.ts';

interface Peer {
  readonly mode: LoopMode;
  readonly compression: Compression;
  readonly name: string;
  /** For what takes so long that a whole round is too much. */
  readonly eventsPerRound?: number;
}

const PEERS: readonly Peer[] = [
  { mode: 'string', compression: 'none', name: 'ws loop, a string per session' },
  { mode: 'stringify', compression: 'none', name: 'ws loop, JSON.stringify per session' },
  { mode: 'deflate', compression: 'zlib', name: 'ws loop, a zlib context per connection', eventsPerRound: 8 },
];

export interface StartedPeer {
  readonly mode: LoopMode;
  readonly contestant: Contestant;
  /** Decodes what one receiver got. @throws Error when something is missing */
  verify(): Promise<void>;
}

/** Those of a compression, each with a crowd of its own. */
export async function startPeers(
  stack: AsyncDisposableStack,
  compression: Compression,
  terms: { readonly size: number; readonly deliveries: number; readonly texts: readonly string[] },
): Promise<StartedPeer[]> {
  const started: StartedPeer[] = [];
  for (const { mode, name, eventsPerRound } of PEERS.filter((peer) => peer.compression === compression)) {
    const crowd: Crowd = stack.use(
      await startCrowd(new URL('./ws-loop.ts', import.meta.url), {
        size: terms.size,
        compression,
        handshake: 'websocket',
      }),
    );
    const slow = eventsPerRound === undefined ? {} : { eventsPerRound };
    const deliveries = eventsPerRound === undefined ? terms.deliveries : eventsPerRound * terms.size;
    started.push({
      mode,
      contestant: publisher({ name, crowd, deliveries, ...slow, request: { mode, texts: terms.texts } }),
      verify: () => verifyArrivals(crowd, name),
    });
  }
  return started;
}
