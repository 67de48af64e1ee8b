/** Emojis, stickers and sounds: who may make them, change them, and see who has made them. */
import { Permission } from '@guildhall/protocol';
import { RestError } from '../http/errors.ts';
import type { Application, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { accessibleGuild } from './access-checks.ts';

const EITHER = Permission.CREATE_GUILD_EXPRESSIONS | Permission.MANAGE_GUILD_EXPRESSIONS;

/** @throws RestError as accessibleGuild */
export function seesCreators(world: World, application: Application, guildId: Snowflake): boolean {
  accessibleGuild(world, application, guildId);
  return (world.access.guildPermissions(application.botUserId, guildId) & EITHER) !== 0n;
}

/** Its own with either permission, others' with MANAGE_GUILD_EXPRESSIONS. @throws RestError 50013 */
export function requireExpressionManager(
  world: World,
  { botUserId }: Application,
  guildId: Snowflake,
  creatorId: Snowflake,
): void {
  const needed = creatorId === botUserId ? EITHER : Permission.MANAGE_GUILD_EXPRESSIONS;
  if ((world.access.guildPermissions(botUserId, guildId) & needed) === 0n) {
    throw RestError.of('MISSING_PERMISSIONS');
  }
}
