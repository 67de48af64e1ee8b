/** A process that holds idle shards of one client. `argv[2]` names the file in `contestants/`. */
import { serveParent } from '../harness/child.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { residentBytes } from '../harness/memory.ts';

export interface ShardTerms extends Addresses {
  readonly token: string;
  readonly intents: number;
  /** Of these ids, both included. */
  readonly firstId: number;
  readonly lastId: number;
  readonly count: number;
}

/** What each file of `contestants/` exports. */
export interface ShardsModule {
  /** Resolves when all of these shards are ready; may be called again with others. Always with zlib-stream. */
  open(terms: ShardTerms): Promise<void>;
}

type Request = ({ readonly type: 'open' } & ShardTerms) | { readonly type: 'memory' };

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'memory') return { bytes: await residentBytes() };
  const { open } = (await import(`./contestants/${process.argv[2]}.ts`)) as ShardsModule;
  await open(request);
  return {};
});
