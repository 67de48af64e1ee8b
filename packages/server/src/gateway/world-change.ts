import type { Snowflake } from '../world/entities.ts';
import { WorldError } from '../world/errors.ts';
import type { GatewayContext } from './context.ts';

/** A change that a bot's session causes. A world that does not take it keeps what it has, and the client hears nothing. */
export function changeWorld({ log }: GatewayContext, botUserId: Snowflake, change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    log.warn({ err: error, botUserId }, 'a change that a session caused was not taken');
  }
}
