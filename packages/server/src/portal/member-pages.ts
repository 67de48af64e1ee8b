/** Members of a guild in pages, or those whose name begins as one has typed. */
import { type JsonSchema, limit, object, SNOWFLAKE, text } from '../http/schemas.ts';
import type { Member, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import type { PageQuery } from './pages.ts';

export interface MemberQuery extends PageQuery {
  query?: string;
}

const MAX_PER_PAGE = 1_000;
const MAX_QUERY_CHARS = 100;

export const MEMBER_QUERY: JsonSchema = object({
  after: SNOWFLAKE,
  limit: limit(MAX_PER_PAGE, MAX_PER_PAGE),
  query: text(0, MAX_QUERY_CHARS),
});

/** @throws WorldError UNKNOWN_GUILD */
export function memberPage(world: World, guildId: Snowflake, query: MemberQuery): readonly Member[] {
  const { id } = world.guilds.require(guildId);
  const begins = query.query ?? '';
  return begins === '' ? world.members.page(id, query) : world.members.search(id, begins, query.limit);
}
