import type { FastifyInstance } from 'fastify';
import { MESSAGE_UPLOADS } from '../../http/attachment-body.ts';
import { MESSAGE_EDIT_BODY, type MessageEditBody } from '../../http/message-body.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { type JsonSchema, object, QUERY_BOOLEAN, SNOWFLAKE, text } from '../../http/schemas.ts';
import { WEBHOOK_MESSAGE_BODY, type WebhookMessageBody } from '../../http/webhook-body.ts';
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
interface MessageQuery {
  thread_id?: Snowflake;
  with_components?: boolean;
}

const NO_CONTENT = 204;
const MAX_TOKEN_CHARS = 200;
const PATH = '/webhooks/:webhook_id/:webhook_token';
const MESSAGE_PATH = `${PATH}/messages/:message_id`;
/** Whoever has the token in the path may. */
const AUTH = { auth: 'none' } as const;
const QUERY = { thread_id: SNOWFLAKE, with_components: QUERY_BOOLEAN };

export const WEBHOOK_TOKEN_PARAMS: Record<string, JsonSchema> = {
  webhook_id: SNOWFLAKE,
  webhook_token: text(1, MAX_TOKEN_CHARS),
};
const MESSAGE_PARAMS = object({
  ...WEBHOOK_TOKEN_PARAMS,
  message_id: { if: { const: '@original' }, else: SNOWFLAKE },
});

/** Messages of all who write through the address of a webhook. @see https://docs.discord.com/developers/resources/webhook#execute-webhook */
export function webhookMessageRoutes(app: FastifyInstance, { world }: BotApiParts): void {
  const senderOf = ({ webhook_id, webhook_token }: WebhookParams) =>
    webhookSender(world, webhook_id, webhook_token);

  app.post<{
    Params: WebhookParams;
    Querystring: MessageQuery & { wait?: boolean };
    Body: WebhookMessageBody;
  }>(
    PATH,
    {
      schema: {
        params: object(WEBHOOK_TOKEN_PARAMS),
        querystring: object({ ...QUERY, wait: QUERY_BOOLEAN }),
        body: WEBHOOK_MESSAGE_BODY,
      },
      config: { ...AUTH, rateLimit: 'webhook-execute', uploads: MESSAGE_UPLOADS },
    },
    async (request, reply) => {
      const { wait, thread_id, with_components } = request.query;
      const sender = senderOf(request.params);
      const message = sender.create(request.body, {
        uploads: uploadsOf(request),
        threadId: thread_id,
        withComponents: with_components,
      });
      if (wait === true || sender.alwaysWaits) return sender.view(message);
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get<{ Params: MessageParams; Querystring: MessageQuery }>(
    MESSAGE_PATH,
    { schema: { params: MESSAGE_PARAMS, querystring: object(QUERY) }, config: AUTH },
    async ({ params, query }) => {
      const sender = senderOf(params);
      return sender.view(sender.message(params.message_id, { threadId: query.thread_id }));
    },
  );

  app.patch<{ Params: MessageParams; Querystring: MessageQuery; Body: MessageEditBody }>(
    MESSAGE_PATH,
    {
      schema: { params: MESSAGE_PARAMS, querystring: object(QUERY), body: MESSAGE_EDIT_BODY },
      config: { ...AUTH, uploads: MESSAGE_UPLOADS },
    },
    async (request) => {
      const { thread_id: threadId, with_components: withComponents } = request.query;
      const sender = senderOf(request.params);
      const message = sender.message(request.params.message_id, { threadId });
      const target = { uploads: uploadsOf(request), threadId, withComponents };
      return sender.view(sender.edit(message, request.body, target));
    },
  );

  app.delete<{ Params: MessageParams; Querystring: MessageQuery }>(
    MESSAGE_PATH,
    { schema: { params: MESSAGE_PARAMS, querystring: object(QUERY) }, config: AUTH },
    async ({ params, query }, reply) => {
      const sender = senderOf(params);
      sender.delete(sender.message(params.message_id, { threadId: query.thread_id }));
      return reply.code(NO_CONTENT).send();
    },
  );
}
