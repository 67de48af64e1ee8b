import type { Message } from './entities.ts';
import type { Interaction } from './interaction.ts';
import { CallbackType, EPHEMERAL, LOADING } from './interaction-kinds.ts';
import type { World } from './world.ts';

/**
 * What an application is told of its first response when it asks for it.
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object
 */
export function callbackView(world: World, interaction: Interaction): object {
  const { id, type, channelId, guildId } = interaction;
  const message = world.interactions.original(interaction);
  const resource = resourceOf(world, interaction, message);
  return {
    interaction: {
      id,
      type,
      channel_id: channelId,
      ...(guildId === null ? {} : { guild_id: guildId }),
      ...(message === undefined
        ? {}
        : {
            response_message_id: message.id,
            response_message_loading: (message.flags & LOADING) !== 0,
            response_message_ephemeral: (message.flags & EPHEMERAL) !== 0,
          }),
      ...(interaction.response.kind === 'activity'
        ? { activity_instance_id: interaction.response.instanceId }
        : {}),
    },
    ...(resource === undefined ? {} : { resource }),
  };
}

function resourceOf(world: World, { response, applicationId }: Interaction, message: Message | undefined) {
  const { botUserId } = world.applications.require(applicationId);
  switch (response.kind) {
    case 'message':
    case 'update': {
      if (message === undefined) return undefined;
      const type = response.kind === 'message' ? CallbackType.MESSAGE : CallbackType.UPDATE;
      return { type, message: world.views.message(message, botUserId) };
    }
    case 'activity':
      return { type: CallbackType.ACTIVITY, activity_instance: { id: response.instanceId } };
    default:
      return undefined;
  }
}
