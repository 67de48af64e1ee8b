import type { FastifyInstance } from 'fastify';
import { FOLLOW_UP_BODY } from '../../http/interaction-body.ts';
import { MESSAGE_EDIT_BODY, type MessageCreateBody, type MessageEditBody } from '../../http/message-body.ts';
import { object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { BotApiParts } from '../bot-api.ts';
import { webhookSender } from '../webhook-sender.ts';

interface WebhookParams {
  webhook_id: Snowflake;
  webhook_token: string;
}
interface MessageParams extends WebhookParams {
  /** An id, or `@original`. */
  message_id: string;
}

const NO_CONTENT = 204;
const MAX_TOKEN_CHARS = 200;
const PATH = '/webhooks/:webhook_id/:webhook_token';
const MESSAGE_PATH = `${PATH}/messages/:message_id`;
const TOKEN = { webhook_id: SNOWFLAKE, webhook_token: text(1, MAX_TOKEN_CHARS) };
const MESSAGE_PARAMS = object({ ...TOKEN, message_id: { if: { const: '@original' }, else: SNOWFLAKE } });
/** Whoever has the token in the path may. */
const config = { auth: 'none' } as const;

/** @see https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages */
export function webhookMessageRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const senderOf = ({ webhook_id, webhook_token }: WebhookParams) =>
    webhookSender(world, webhook_id, webhook_token);

  app.post<{ Params: WebhookParams; Body: MessageCreateBody }>(
    PATH,
    { schema: { params: object(TOKEN), body: FOLLOW_UP_BODY }, config },
    async (request) => {
      const sender = senderOf(request.params);
      return sender.view(sender.create(request.body));
    },
  );

  app.get<{ Params: MessageParams }>(
    MESSAGE_PATH,
    { schema: { params: MESSAGE_PARAMS }, config },
    async (request) => {
      const sender = senderOf(request.params);
      return sender.view(sender.message(request.params.message_id));
    },
  );

  app.patch<{ Params: MessageParams; Body: MessageEditBody }>(
    MESSAGE_PATH,
    { schema: { params: MESSAGE_PARAMS, body: MESSAGE_EDIT_BODY }, config },
    async (request) => {
      const sender = senderOf(request.params);
      return sender.view(sender.edit(sender.message(request.params.message_id), request.body));
    },
  );

  app.delete<{ Params: MessageParams }>(
    MESSAGE_PATH,
    { schema: { params: MESSAGE_PARAMS }, config },
    async (request, reply) => {
      const sender = senderOf(request.params);
      sender.delete(sender.message(request.params.message_id));
      return reply.code(NO_CONTENT).send();
    },
  );
}
