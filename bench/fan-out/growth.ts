/** Guilds that nobody watches must cost nothing: the same crowd on a server with them and on one without. */
import { startGuildhallCrowd } from '../harness/crowd.ts';
import { interleave, type Samples } from '../harness/passes.ts';
import type { Effort } from './cell.ts';
import { publisher } from './publishing.ts';

export const UNWATCHED_GUILDS = 5_000;

export interface Unwatched {
  readonly without: Samples;
  readonly among: Samples;
}

export async function measureUnwatchedGuilds(
  receivers: number,
  { passes, deliveries }: Effort,
): Promise<Unwatched> {
  await using alone = await startGuildhallCrowd({ size: receivers, compression: 'none' });
  await using many = await startGuildhallCrowd({ size: receivers, compression: 'none' });
  await many.server.ask({ type: 'add-guilds', guilds: UNWATCHED_GUILDS });
  const request = { load: 'large', perTurn: 1 };
  const [without, among] = await interleave(
    [
      publisher({ name: `${receivers} receivers, no other guild`, crowd: alone, deliveries, request }),
      publisher({
        name: `${receivers} receivers, ${UNWATCHED_GUILDS} guilds that nobody watches`,
        crowd: many,
        deliveries,
        request,
      }),
    ],
    passes,
  );
  if (without === undefined || among === undefined) throw new Error('no samples');
  return { without, among };
}
