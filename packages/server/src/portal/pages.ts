/** Lists of the owner's API are handed out in pages, by rising id. */
import { compareSnowflakes } from '@guildhall/protocol';
import { type JsonSchema, limit, object, SNOWFLAKE } from '../http/schemas.ts';
import type { Snowflake } from '../world/entities.ts';

export interface PageQuery {
  after?: Snowflake;
  limit: number;
}

const MAX_PER_PAGE = 1_000;

export const PAGE_QUERY: JsonSchema = object({ after: SNOWFLAKE, limit: limit(MAX_PER_PAGE, MAX_PER_PAGE) });

export function page<T extends { readonly id: Snowflake }>(items: readonly T[], query: PageQuery): T[] {
  const { after } = query;
  return items
    .filter(({ id }) => after === undefined || compareSnowflakes(id, after) > 0)
    .sort((a, b) => compareSnowflakes(a.id, b.id))
    .slice(0, query.limit);
}
