import type { Message, MessageInteraction, Snowflake } from './entities.ts';
import type { World } from './world.ts';

/**
 * What a message says of the interaction that it answers; nothing for others.
 * @see https://docs.discord.com/developers/resources/message#message-interaction-metadata-object
 */
export function messageOriginView({ interaction }: Message, world: World): object {
  if (interaction === undefined) return {};
  const { id, type, name, user_id } = interaction;
  return {
    interaction_metadata: metadata(interaction, world),
    // The deprecated form, of responses to commands alone.
    ...(name === undefined ? {} : { interaction: { id, type, name, user: userOf(user_id, world) } }),
  };
}

function metadata(interaction: MessageInteraction, world: World): object {
  const { user_id, guild_id, name: _, target_user_id, triggering, ...fields } = interaction;
  return {
    ...fields,
    user: userOf(user_id, world),
    authorizing_integration_owners: integrationOwners(guild_id),
    ...(target_user_id === undefined ? {} : { target_user: userOf(target_user_id, world) }),
    ...(triggering === undefined ? {} : { triggering_interaction_metadata: metadata(triggering, world) }),
  };
}

/** Applications are installed in guilds here: the key is GUILD_INSTALL, and `0` stands for a DM with the bot. */
export function integrationOwners(guildId: Snowflake | null): object {
  return { 0: guildId ?? '0' };
}

function userOf(userId: Snowflake, world: World): object {
  return world.views.user(world.users.require(userId));
}
