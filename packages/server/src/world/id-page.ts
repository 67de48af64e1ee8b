import { compareSnowflakes } from '@guildhall/protocol';
import type { Snowflake } from './entities.ts';

/** Both cursors are exclusive, and `before` counts when both are given. */
export interface IdRange {
  readonly before?: Snowflake;
  readonly after?: Snowflake;
  readonly limit: number;
}

/** Ids in rising order, those after the cursor, or those next before it. */
export function idPage(ids: Iterable<Snowflake>, { before, after, limit }: IdRange): readonly Snowflake[] {
  const sorted = [...ids].sort(compareSnowflakes);
  if (before !== undefined) return sorted.filter((id) => compareSnowflakes(id, before) < 0).slice(-limit);
  return sorted.filter((id) => after === undefined || compareSnowflakes(id, after) > 0).slice(0, limit);
}
