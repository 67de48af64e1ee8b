/**
 * Who writes through the address of a webhook, `/webhooks/{id}/{token}`: whoever has the token may. The routes know
 * nothing of the kinds of senders; a new kind is one more answer here.
 */
import { RestError } from '../http/errors.ts';
import { responseInput } from '../http/interaction-body.ts';
import { type MessageEditBody, messageInput, messagePatch } from '../http/message-body.ts';
import type { Upload } from '../http/multipart-body.ts';
import { personaOf, type WebhookMessageBody } from '../http/webhook-body.ts';
import { isThreadOnly } from '../world/channel-kinds.ts';
import type { Message, Snowflake, Webhook } from '../world/entities.ts';
import type { Interaction } from '../world/interaction.ts';
import { IS_COMPONENTS_V2 } from '../world/message-flags.ts';
import type { Via } from '../world/message-input.ts';
import type { World } from '../world/world.ts';

/** What a request says of a message besides its body. */
export interface WebhookTarget {
  readonly uploads: readonly Upload[];
  /** The thread of the webhook's channel where the message is or shall be. */
  readonly threadId?: Snowflake | undefined;
  /** Whether components count that come from a webhook of no application. */
  readonly withComponents?: boolean | undefined;
}

export interface WebhookSender {
  /** Whether the answer is the message also when the request does not `wait` for it. */
  readonly alwaysWaits: boolean;
  /** @throws RestError, WorldError as for any message */
  create(body: WebhookMessageBody, target: WebhookTarget): Message;
  /** One that came through this address, by id or as `@original`. @throws WorldError UNKNOWN_MESSAGE */
  message(messageId: string, target: Pick<WebhookTarget, 'threadId'>): Message;
  edit(message: Message, body: MessageEditBody, target: WebhookTarget): Message;
  delete(message: Message): void;
  view(message: Message): object;
}

/** @throws WorldError UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN */
export function webhookSender(world: World, webhookId: Snowflake, token: string): WebhookSender {
  return world.applications.get(webhookId) === undefined
    ? incomingWebhook(world, world.webhooks.authenticate(webhookId, token))
    : answeredInteraction(world, world.interactions.requireAnswered(webhookId, token));
}

/** Whether there is a sender, without a reason: what a rate limit asks for. */
export function hasWebhookSender(world: World, webhookId: Snowflake, token: string): boolean {
  try {
    webhookSender(world, webhookId, token);
    return true;
  } catch {
    return false;
  }
}

function incomingWebhook(world: World, webhook: Webhook): WebhookSender {
  const { messages, threads, channels, views } = world;
  const via = (body: WebhookMessageBody): Via => ({
    webhookId: webhook.id,
    applicationId: webhook.application_id,
    persona: personaOf(body, { username: webhook.name, avatar: webhook.avatar }),
  });
  const channelIdOf = (threadId: Snowflake | undefined): Snowflake => {
    if (threadId === undefined) return webhook.channel_id;
    if (threads.get(threadId)?.parent_id !== webhook.channel_id) throw RestError.of('UNKNOWN_CHANNEL');
    return threadId;
  };
  const shown = <Body extends MessageEditBody>(body: Body, { withComponents }: WebhookTarget): Body => {
    if (webhook.application_id !== null || withComponents === true) return body;
    const { components: _, ...rest } = body;
    return rest as Body;
  };

  return {
    alwaysWaits: false,
    create: (body, target) => {
      const { uploads, threadId } = target;
      const input = {
        ...messageInput(shown(body, target), uploads),
        via: via(body),
      };
      const channel = channels.require(webhook.channel_id);
      if (isThreadOnly(channel) && threadId === undefined) {
        if (!body.thread_name) throw threadNeeded();
        const post = threads.createPost({
          parentId: channel.id,
          ownerId: webhook.id,
          name: body.thread_name,
          appliedTags: body.applied_tags ?? [],
          message: input,
        });
        return post.message;
      }
      return messages.create({ ...input, channelId: channelIdOf(threadId), authorId: webhook.id });
    },
    message: (messageId, { threadId }) => {
      const message = messages.get(channelIdOf(threadId), messageId);
      if (message?.webhook_id !== webhook.id) throw RestError.of('UNKNOWN_MESSAGE');
      return message;
    },
    edit: (message, body, target) => {
      const isV2 = (message.flags & IS_COMPONENTS_V2) !== 0;
      const patch = messagePatch(shown(body, target), target.uploads, isV2);
      return messages.edit(message.channel_id, message.id, patch);
    },
    delete: (message) => messages.delete(message.channel_id, message.id),
    view: (message) => views.message(message),
  };
}

function answeredInteraction(world: World, interaction: Interaction): WebhookSender {
  const { interactions, applications, views } = world;
  const { botUserId } = applications.require(interaction.applicationId);
  return {
    alwaysWaits: true,
    create: (body, { uploads }) => interactions.followUp(interaction, responseInput(body, uploads)),
    message: (messageId) => interactions.message(interaction, messageId),
    edit: (message, body, { uploads }) => {
      const isV2 = (message.flags & IS_COMPONENTS_V2) !== 0;
      return interactions.edit(interaction, message, messagePatch(body, uploads, isV2));
    },
    delete: (message) => interactions.delete(interaction, message),
    view: (message) => views.message(message, botUserId),
  };
}

function threadNeeded(): RestError {
  return RestError.form({
    path: [],
    code: 'THREAD_REQUIRED',
    message: 'Webhooks posted to forum channels must have a thread_name or thread_id',
  });
}
