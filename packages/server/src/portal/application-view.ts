import type { Application } from '../world/entities.ts';
import type { World } from '../world/world.ts';

/** What the owner may know of an application: everything but the token and its hash. */
export function ownersApplication(world: World, application: Application): object {
  const { id, name, description, ownerId, botUserId, privilegedIntents, verifyKey, createdAtMs } =
    application;
  return {
    id,
    name,
    description,
    owner_id: ownerId,
    bot: world.views.user(world.users.require(botUserId)),
    flags: world.applications.gatewayFlags(application),
    verify_key: verifyKey,
    privilegedIntents,
    hasToken: application.tokenHash !== null,
    createdAt: new Date(createdAtMs).toISOString(),
  };
}
