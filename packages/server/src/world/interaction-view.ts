import type { Interaction } from './interaction.ts';
import type { World } from './world.ts';

/** An interaction as its owner sees it: who did what, and what came of it, with every message in full. */
export function interactionView(world: World, interaction: Interaction): object {
  const { id, type, applicationId, userId, channelId, guildId, data, createdAtMs, followUpIds } = interaction;
  const original = world.interactions.original(interaction);
  const followUps = followUpIds.flatMap((messageId) => {
    const message = world.interactions.ephemeral(messageId) ?? world.messages.get(channelId, messageId);
    return message === undefined ? [] : [world.views.message(message)];
  });
  return {
    id,
    type,
    application_id: applicationId,
    user_id: userId,
    channel_id: channelId,
    guild_id: guildId,
    data,
    createdAt: new Date(createdAtMs).toISOString(),
    state: interaction.response.kind,
    ...(original === undefined ? {} : { message: world.views.message(original) }),
    ...(interaction.response.kind === 'choices' ? { choices: interaction.response.choices } : {}),
    ...(interaction.response.kind === 'modal' ? { modal: interaction.response.modal } : {}),
    followUps,
  };
}
