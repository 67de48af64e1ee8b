/** Who writes through the address of a webhook, `/webhooks/{id}/{token}`: whoever has the token may. */
import { responseInput } from '../http/interaction-body.ts';
import { type MessageCreateBody, type MessageEditBody, messagePatch } from '../http/message-body.ts';
import type { Message, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';

export interface WebhookSender {
  /** @throws RestError, WorldError as for any message */
  create(body: MessageCreateBody): Message;
  /** One that came through this address, by id or as `@original`. @throws WorldError UNKNOWN_MESSAGE */
  message(messageId: Snowflake): Message;
  edit(message: Message, body: MessageEditBody): Message;
  delete(message: Message): void;
  view(message: Message): object;
}

/** @throws WorldError UNKNOWN_WEBHOOK, INTERACTION_EXPIRED */
export function webhookSender(world: World, webhookId: Snowflake, token: string): WebhookSender {
  const { interactions, applications, views } = world;
  const interaction = interactions.requireAnswered(webhookId, token);
  const { botUserId } = applications.require(interaction.applicationId);
  return {
    create: (body) => interactions.followUp(interaction, responseInput(body)),
    message: (messageId) => interactions.message(interaction, messageId),
    edit: (message, body) => interactions.edit(interaction, message, messagePatch(body)),
    delete: (message) => interactions.delete(interaction, message),
    view: (message) => views.message(message, botUserId),
  };
}
