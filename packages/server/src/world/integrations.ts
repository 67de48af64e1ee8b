/** What others hear of a bot as an integration of a guild. */
import { guildDispatch } from './dispatch.ts';
import type { Application, Snowflake } from './entities.ts';
import type { World } from './world.ts';

/** INTEGRATION_CREATE, or INTEGRATION_UPDATE; GUILD_INTEGRATIONS_UPDATE. */
export function tellIntegration(
  world: World,
  guildId: Snowflake,
  application: Application,
  name: 'INTEGRATION_CREATE' | 'INTEGRATION_UPDATE',
): void {
  const d = { ...world.views.records.integration(application), guild_id: guildId };
  world.journal.emit(guildDispatch(name, guildId, d));
  tellList(world, guildId);
}

/** INTEGRATION_DELETE, GUILD_INTEGRATIONS_UPDATE. */
export function tellIntegrationGone(world: World, guildId: Snowflake, { id }: Application): void {
  const d = { id, guild_id: guildId, application_id: id };
  world.journal.emit(guildDispatch('INTEGRATION_DELETE', guildId, d));
  tellList(world, guildId);
}

function tellList({ journal }: World, guildId: Snowflake): void {
  journal.emit(guildDispatch('GUILD_INTEGRATIONS_UPDATE', guildId, { guild_id: guildId }));
}
