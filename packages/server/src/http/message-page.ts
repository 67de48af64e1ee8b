/** Which part of a channel's messages a request asks for. */

import type { Snowflake } from '../world/entities.ts';
import type { MessageRange } from '../world/message-input.ts';
import { RestError } from './errors.ts';
import { type JsonSchema, limit, object, SNOWFLAKE } from './schemas.ts';

export interface MessagePageQuery {
  around?: Snowflake;
  before?: Snowflake;
  after?: Snowflake;
  limit: number;
}

const MAX_MESSAGES_PER_PAGE = 100;
const DEFAULT_MESSAGES_PER_PAGE = 50;
const CURSORS = ['around', 'before', 'after'] as const;

export const MESSAGE_PAGE_QUERY: JsonSchema = object({
  around: SNOWFLAKE,
  before: SNOWFLAKE,
  after: SNOWFLAKE,
  limit: limit(MAX_MESSAGES_PER_PAGE, DEFAULT_MESSAGES_PER_PAGE),
});

/** @throws RestError 50035 when more than one cursor is given: the documentation allows one */
export function messageRange(query: MessagePageQuery): MessageRange {
  if (CURSORS.filter((cursor) => query[cursor] !== undefined).length > 1) {
    throw RestError.form({
      path: [],
      code: 'MUTUALLY_EXCLUSIVE_FIELDS',
      message: 'Only one of around, before and after may be given.',
    });
  }
  return query;
}
