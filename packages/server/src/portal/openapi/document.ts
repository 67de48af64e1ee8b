/** The owner's API in OpenAPI's words, made of the very schemas that judge its requests. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { UploadRule } from '../../http/multipart-body.ts';
import type { JsonSchema } from '../../http/schemas.ts';
import { ANSWERS } from './answers.ts';
import { plainSchema } from './json-schema.ts';

const PREFIX = '/owner/v1';
const PATH_PARAMETER = /:(\w+)/g;
const ANY_SUCCESS = '2XX';
const NO_CONTENT = 204;
/** The one route that is asked without a key. */
const OPEN_ROUTE = 'POST /login';
const EVENT_STREAM_ROUTE = 'GET /events';

/** A route as it was registered, as far as the document tells of it. */
interface Route {
  readonly method: string;
  /** Below the prefix, with parameters in braces. */
  readonly path: string;
  readonly params: JsonSchema | undefined;
  readonly querystring: JsonSchema | undefined;
  readonly body: JsonSchema | undefined;
  readonly uploads: UploadRule | undefined;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/**
 * Notes the routes that are registered on `app` from now on.
 * @returns a function that makes the document of them
 */
export function catalogueRoutes(app: FastifyInstance): () => object {
  const routes: Route[] = [];
  app.addHook('onRoute', (options) => {
    // The refusals of other methods are routes as well.
    if (options.config?.auth !== 'none') routes.push(routeOf(options));
  });
  return () => documentOf(routes);
}

function routeOf({ method, url, schema, config }: RouteOptions): Route {
  return {
    method: String(method),
    path: url.replace(PREFIX, '').replaceAll(PATH_PARAMETER, '{$1}'),
    params: schema?.params as JsonSchema | undefined,
    querystring: schema?.querystring as JsonSchema | undefined,
    body: schema?.body as JsonSchema | undefined,
    uploads: config?.uploads,
  };
}

function documentOf(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  const sorted = [...routes].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  for (const route of sorted) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationOf(route) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Guildhall: the owner’s API',
      version: '1',
      description:
        'Made from the schemas that the server judges requests by. Told in whole sentences in docs/owner-api.md.',
    },
    servers: [{ url: PREFIX }],
    security: [{ ownerKey: [] }],
    paths,
    components: {
      securitySchemes: { ownerKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ERROR },
      responses: {
        Refusal: {
          description: 'A refusal, with Discord’s code where it has one.',
          content: json({ $ref: '#/components/schemas/Error' }),
        },
      },
    },
  };
}

const ERROR: JsonSchema = {
  type: 'object',
  properties: {
    message: { type: 'string' },
    code: { type: 'integer' },
    errors: {
      type: 'object',
      description: 'By the path of each field: `{"name": {"_errors": [{code, message}]}}`.',
    },
  },
  required: ['message', 'code'],
};

function operationOf(route: Route): object {
  const { method, path, body, uploads } = route;
  const name = `${method} ${path}`;
  const answer = ANSWERS[name];
  const status = answer === undefined ? ANY_SUCCESS : String(answer.status);
  const [, tag = ''] = path.split('/');
  return {
    operationId: operationId(method, path),
    tags: [tag],
    ...(name === OPEN_ROUTE ? { security: [] } : {}),
    ...parametersOf(route),
    ...(body === undefined && uploads === undefined ? {} : { requestBody: requestBody(body, uploads) }),
    responses: {
      [status]: {
        description: answer?.what ?? 'Done.',
        ...(answer?.status === NO_CONTENT ? {} : { content: contentOf(name) }),
      },
      default: { $ref: '#/components/responses/Refusal' },
    },
  };
}

function contentOf(name: string): object {
  return name === EVENT_STREAM_ROUTE ? { 'text/event-stream': { schema: { type: 'string' } } } : json({});
}

function parametersOf({ path, params, querystring }: Route): object {
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: plainSchema((params as ObjectSchema | undefined)?.properties?.[name] ?? { type: 'string' }),
  }));
  const { properties = {}, required = [] } = (querystring ?? {}) as ObjectSchema;
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: plainSchema(schema),
  }));
  const parameters = [...inPath, ...inQuery];
  return parameters.length === 0 ? {} : { parameters };
}

function requestBody(body: JsonSchema | undefined, uploads: UploadRule | undefined): object {
  const schema = body === undefined ? {} : plainSchema(body);
  const form = {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: {
          ...(body === undefined ? {} : { payload_json: schema }),
          'files[0]': {
            type: 'string',
            format: 'binary',
            description: `Up to files[${(uploads?.maxFiles ?? 1) - 1}].`,
          },
        },
      },
    },
  };
  return {
    required: body !== undefined,
    content: { ...(body === undefined ? {} : json(schema)), ...(uploads === undefined ? {} : form) },
  };
}

function json(schema: JsonSchema): object {
  return { 'application/json': { schema } };
}

/** `GET /guilds/{guild_id}/members` is `getGuildsGuildIdMembers`. */
function operationId(method: string, path: string): string {
  const words = path.split(/\W|_/).filter(Boolean);
  return (
    method.toLowerCase() + words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
