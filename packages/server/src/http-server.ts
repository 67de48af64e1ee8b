/** The one HTTP server of the house: the bot API, the owner's API, and a place for the gateway's upgrades. */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { GatewayControl } from './gateway/control.ts';
import { API_PREFIX, withoutVersion } from './http/api-versions.ts';
import { replyToBadPath, replyToMalformedRequest, replyWithErrors, VIA } from './http/error-replies.ts';
import { fileRoutes } from './http/file-routes.ts';
import { createGatewayUrl, type GatewayUrl } from './http/gateway-url.ts';
import { HostPolicy } from './http/host-policy.ts';
import { readJsonBodies } from './http/json-body.ts';
import { readMultipartBodies } from './http/multipart-body.ts';
import { RequestCounts } from './http/request-counts.ts';
import { logRequests } from './http/request-log.ts';
import { lazyValidators } from './http/validators.ts';
import { metricsExposition } from './portal/metrics/exposition.ts';
import { readFigures } from './portal/metrics/figures.ts';
import { MetricsSampler } from './portal/metrics/sampler.ts';
import { ownerApi } from './portal/owner-api.ts';
import { OwnerGuard } from './portal/owner-guard.ts';
import { hasPage, pageFiles } from './portal/page-files.ts';
import type { PortalDoor } from './portal/portal-door.ts';
import { botApi } from './rest/bot-api.ts';
import { type InvalidRequestOption, InvalidRequests } from './rest/invalid-requests.ts';
import { RateLimiter, type RateLimitOption } from './rest/rate-limits.ts';
import type { ClockControl } from './server-clock.ts';
import type { World } from './world/world.ts';

export interface HttpServerOptions {
  /** Host names beside localhost and the loopback addresses under which the server may be addressed. Default: none. */
  readonly hosts?: readonly string[];
  /** ws: or wss: URL told to clients that come under another name. Default: the address that they have reached. */
  readonly publicUrl?: string | null;
  /** Default: `discord`. */
  readonly rateLimits?: RateLimitOption;
  /** Default: `discord`. */
  readonly invalidRequests?: InvalidRequestOption;
  /** Whether lists leave out the channels that a bot does not see. Default: false. */
  readonly hidesChannels?: boolean;
  /** Largest request body. Default: 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Time for the headers of a request. Default: 10,000 ms. */
  readonly headersTimeoutMs?: number;
  /** Time for a whole request. Default: 30,000 ms. */
  readonly requestTimeoutMs?: number;
  /** How long an idle connection is kept. Default: 60,000 ms, longer than most clients keep theirs. */
  readonly keepAliveTimeoutMs?: number;
}

export interface HttpServerParts {
  readonly world: World;
  readonly control: GatewayControl;
  readonly clock: ClockControl;
  /** Hex SHA-256 of the owner key. */
  readonly ownerKeyHash: string;
  /** How the page gets in; null for a server without the page. */
  readonly door: PortalDoor | null;
  readonly options?: HttpServerOptions;
  /** A pino logger. Requests are logged at debug, unknown routes at warn, failures at error. */
  readonly log: FastifyBaseLogger;
}

const DEFAULT_MAX_BODY_BYTES = 1_048_576;
const DEFAULT_HEADERS_TIMEOUT_MS = 10_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_KEEP_ALIVE_TIMEOUT_MS = 60_000;
const CHECKS_PER_TIMEOUT = 4;
const MAX_HEADER_BYTES = 16_384;
/** Percent-encoded, the longest emoji sequences are some 110 characters. */
const MAX_PATH_PARAMETER_CHARS = 200;
/** discord.js percent-encodes some of what other clients write as it is. */
const ENCODED_SELF = /(?<=\/)%40(me|original)(?=[/?]|$)/i;
const SERVER_ERROR_STATUS = 500;
const JSON_TYPE = 'application/json';

/**
 * Builds the server without listening; `app.server` is a plain node:http server for the gateway's `upgrade` listener.
 * @throws RangeError or TypeError for a bad option
 */
export function buildHttpServer(parts: HttpServerParts): FastifyInstance {
  const { world, control, clock, log, options = {} } = parts;
  const hosts = new HostPolicy(options.hosts);
  const gatewayUrl = createGatewayUrl(hosts, options.publicUrl ?? null);
  const headersTimeout = options.headersTimeoutMs ?? DEFAULT_HEADERS_TIMEOUT_MS;
  const { door } = parts;
  const guard = new OwnerGuard(parts.ownerKeyHash, hosts, door);
  const limiter = createLimiter(options.rateLimits ?? 'discord', world);
  const invalidRequests = createInvalidRequests(options.invalidRequests ?? 'discord', world);

  const app = Fastify({
    loggerInstance: log,
    // Requests are logged below, without what Fastify would say of them.
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    bodyLimit: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    requestTimeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? DEFAULT_KEEP_ALIVE_TIMEOUT_MS,
    http: {
      headersTimeout,
      // Left to itself Node looks every half minute, and the slow ones sit that much longer.
      connectionsCheckingInterval: Math.ceil(headersTimeout / CHECKS_PER_TIMEOUT),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    rewriteUrl: ({ url = '/' }) => withoutVersion(url).replace(ENCODED_SELF, '@$1'),
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER_CHARS },
    clientErrorHandler: replyToMalformedRequest,
    frameworkErrors: replyToBadPath,
  });

  const requests = new RequestCounts();
  const read = () => readFigures(control, requests);
  const metrics = new MetricsSampler(read);
  app.addHook('onReady', async () => metrics.start());
  app.addHook('preClose', async () => metrics.stop());

  app.setValidatorCompiler(lazyValidators());
  readJsonBodies(app);
  readMultipartBodies(app, world);
  replyWithErrors(app);
  logRequests(app);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('via', VIA);
  });
  app.addHook('onSend', async (request, reply) => {
    // Nobody is told of a change that a crash could take back.
    if (request.method !== 'GET' && reply.statusCode < SERVER_ERROR_STATUS) await world.committed();
    // Fastify adds a charset; discord.py compares the whole header.
    if (String(reply.getHeader('content-type')).startsWith(JSON_TYPE))
      reply.header('content-type', JSON_TYPE);
  });

  app.register(
    botApi({
      world,
      control,
      gatewayUrl,
      limiter,
      invalidRequests,
      requests,
      hidesChannels: options.hidesChannels ?? false,
    }),
    { prefix: API_PREFIX },
  );
  fileRoutes(app, world);
  app.register(ownerApi({ world, control, clock, metrics, guard, door }), { prefix: '/owner/v1' });
  app.register(metricsExposition(read, guard));
  if (door !== null && hasPage()) app.register(pageFiles(guard));
  return app;
}

/** For the gateway, which hands out `resume_gateway_url` by the same rule. @throws TypeError for a bad option */
export function gatewayUrlOf(options: Pick<HttpServerOptions, 'hosts' | 'publicUrl'>): GatewayUrl {
  return createGatewayUrl(new HostPolicy(options.hosts), options.publicUrl ?? null);
}

function createInvalidRequests(option: InvalidRequestOption, world: World): InvalidRequests | null {
  if (option === 'off') return null;
  return new InvalidRequests(option === 'discord' ? {} : option, () => world.now());
}

function createLimiter(option: RateLimitOption, world: World): RateLimiter | null {
  if (option === 'off') return null;
  return new RateLimiter(option === 'discord' ? {} : option, () => world.now());
}
