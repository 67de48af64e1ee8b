import type { FastifyInstance } from 'fastify';
import { contentTypeOf } from '../../http/file-types.ts';
import { imageSize } from '../../http/image-size.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { ids, integer, type JsonSchema, list, object, oneOf, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Actor } from '../../world/client-actions.ts';
import { CHAT_INPUT, MESSAGE_COMMAND, USER_COMMAND } from '../../world/command-kinds.ts';
import { commandView } from '../../world/command-view.ts';
import type { Snowflake } from '../../world/entities.ts';
import { interactionView } from '../../world/interaction-view.ts';
import { LOCALES } from '../../world/locales.ts';
import type { ModalValues } from '../../world/modal-input.ts';
import type { AttachmentInput } from '../../world/resolved.ts';
import type { OptionValues } from '../../world/slash-input.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface ChannelParams {
  channel_id: Snowflake;
}
interface MessageParams extends ChannelParams {
  message_id: Snowflake;
}
interface ActorBody {
  user_id: Snowflake;
  locale?: string;
}
interface CommandBody extends ActorBody {
  command: string;
  application_id?: Snowflake;
  options?: OptionValues;
}

const MAX_COMMAND_CHARS = 100;
const MAX_OPTIONS = 25;
const MAX_OPTION_CHARS = 6_000;
const MAX_CUSTOM_ID_CHARS = 100;
const MAX_VALUES = 25;
const MAX_VALUE_CHARS = 100;
const MAX_FIELDS = 5;
const MAX_FIELD_CHARS = 4_000;
const MAX_FILENAME_CHARS = 260;
const MAX_URL_CHARS = 2_048;
const MAX_FILE_BYTES = 2 ** 31 - 1;
const MAX_FILES = 10;
const MAX_PIXELS = 65_535;
const CREATED = 201;

const FILE = object(
  {
    filename: text(1, MAX_FILENAME_CHARS),
    url: text(1, MAX_URL_CHARS),
    size: integer(0, MAX_FILE_BYTES),
    contentType: text(1, MAX_VALUE_CHARS),
    width: integer(1, MAX_PIXELS),
    height: integer(1, MAX_PIXELS),
  } satisfies Partial<Record<keyof AttachmentInput, JsonSchema>>,
  ['filename', 'url', 'size'],
);
const ACTOR_FIELDS = { user_id: SNOWFLAKE, locale: oneOf(...LOCALES) };
const OPTIONS: JsonSchema = {
  type: 'object',
  maxProperties: MAX_OPTIONS,
  additionalProperties: valueSchema(['string', 'number', 'boolean'], MAX_OPTION_CHARS, FILE),
};
const COMMAND_FIELDS = {
  ...ACTOR_FIELDS,
  command: text(1, MAX_COMMAND_CHARS),
  application_id: SNOWFLAKE,
  options: OPTIONS,
};
const FIELD_VALUES: JsonSchema = {
  type: 'object',
  maxProperties: MAX_FIELDS,
  additionalProperties: {
    type: ['string', 'boolean', 'array'],
    maxLength: MAX_FIELD_CHARS,
    maxItems: Math.max(MAX_VALUES, MAX_FILES),
    items: valueSchema(['string'], MAX_VALUE_CHARS, FILE),
  },
};

/** What people do with applications in their clients, and what came of it. Nothing is hidden from the owner. */
export function ownerInteractionRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const { clientActions } = world;
  const channelParams = ids('channel_id');
  const messageParams = ids('channel_id', 'message_id');

  app.get<{ Params: ChannelParams; Querystring: { user_id: Snowflake } }>(
    '/channels/:channel_id/commands',
    { schema: { params: channelParams, querystring: object({ user_id: SNOWFLAKE }, ['user_id']) } },
    async (request) =>
      clientActions
        .offered({ userId: request.query.user_id, channelId: request.params.channel_id })
        .map((command) => commandView(command)),
  );

  app.post<{ Params: ChannelParams }>(
    '/channels/:channel_id/files',
    { schema: { params: channelParams }, config: { uploads: { maxFiles: MAX_FILES } } },
    async (request, reply) => {
      const { id } = world.channels.require(request.params.channel_id);
      const kept = uploadsOf(request).map(({ file, filename }) => {
        const picture = imageSize(file.head);
        const contentType = picture?.type ?? contentTypeOf(filename);
        return world.ephemeralFiles.keep(id, file, {
          filename,
          ...(contentType === null ? {} : { contentType }),
          ...(picture === null ? {} : { width: picture.width, height: picture.height }),
        });
      });
      return reply.code(CREATED).send(kept);
    },
  );

  app.post<{
    Params: ChannelParams;
    Body: CommandBody & { type: number; target_id?: Snowflake };
  }>(
    '/channels/:channel_id/commands',
    {
      schema: {
        params: channelParams,
        body: {
          ...object(
            {
              ...COMMAND_FIELDS,
              type: { ...oneOf(CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND), default: CHAT_INPUT },
              target_id: SNOWFLAKE,
            },
            ['user_id', 'command'],
          ),
          if: { properties: { type: { enum: [USER_COMMAND, MESSAGE_COMMAND] } }, required: ['type'] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { required: ['target_id'] },
        },
      },
    },
    async (request, reply) => {
      const { type, target_id: targetId = '', ...body } = request.body;
      const input = { ...actorOf(request.params, body), ...commandOf(body) };
      const begun =
        type === USER_COMMAND
          ? clientActions.useOnUser({ ...input, targetUserId: targetId })
          : type === MESSAGE_COMMAND
            ? clientActions.useOnMessage({ ...input, targetMessageId: targetId })
            : clientActions.invokeCommand({ ...input, options: body.options ?? {} });
      return reply.code(CREATED).send(interactionView(world, begun));
    },
  );

  app.post<{ Params: ChannelParams; Body: CommandBody & { focused: string } }>(
    '/channels/:channel_id/autocomplete',
    {
      schema: {
        params: channelParams,
        body: object({ ...COMMAND_FIELDS, focused: text(1, MAX_COMMAND_CHARS) }, [
          'user_id',
          'command',
          'focused',
        ]),
      },
    },
    async (request, reply) => {
      const { focused, options = {} } = request.body;
      const input = {
        ...actorOf(request.params, request.body),
        ...commandOf(request.body),
        options,
        focused,
      };
      return reply.code(CREATED).send(interactionView(world, clientActions.autocomplete(input)));
    },
  );

  app.post<{ Params: MessageParams; Body: ActorBody & { custom_id: string; values?: string[] } }>(
    '/channels/:channel_id/messages/:message_id/components',
    {
      schema: {
        params: messageParams,
        body: object(
          {
            ...ACTOR_FIELDS,
            custom_id: text(1, MAX_CUSTOM_ID_CHARS),
            values: list(text(1, MAX_VALUE_CHARS), MAX_VALUES),
          },
          ['user_id', 'custom_id'],
        ),
      },
    },
    async (request, reply) => {
      const { custom_id, values } = request.body;
      const input = { ...actorOf(request.params, request.body), messageId: request.params.message_id };
      const begun =
        values === undefined
          ? clientActions.click({ ...input, button: custom_id })
          : clientActions.select({ ...input, select: custom_id, values });
      return reply.code(CREATED).send(interactionView(world, begun));
    },
  );

  app.get<{ Params: { interaction_id: Snowflake } }>(
    '/interactions/:interaction_id',
    { schema: { params: ids('interaction_id') } },
    async (request) => interactionView(world, world.interactions.require(request.params.interaction_id)),
  );

  app.post<{ Params: { interaction_id: Snowflake }; Body: { values?: ModalValues } }>(
    '/interactions/:interaction_id/modal',
    { schema: { params: ids('interaction_id'), body: object({ values: FIELD_VALUES }) } },
    async (request, reply) => {
      const { id } = world.interactions.require(request.params.interaction_id);
      const begun = clientActions.submitModal({ interactionId: id, values: request.body.values ?? {} });
      return reply.code(CREATED).send(interactionView(world, begun));
    },
  );
}

/** A plain value, or a file. */
function valueSchema(types: readonly string[], maxLength: number, file: JsonSchema): JsonSchema {
  return {
    type: [...types, 'object'],
    maxLength,
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: file,
  };
}

function actorOf({ channel_id }: ChannelParams, { user_id, locale }: ActorBody): Actor {
  return { userId: user_id, channelId: channel_id, ...(locale === undefined ? {} : { locale }) };
}

function commandOf({ command, application_id }: CommandBody) {
  return { command, ...(application_id === undefined ? {} : { applicationId: application_id }) };
}
