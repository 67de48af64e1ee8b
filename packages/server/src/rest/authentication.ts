/** Who asks: `Authorization: Bot <token>`, on some routes `Bearer <token>`, and nothing that merely looks like it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RestError } from '../http/errors.ts';
import type { AccessGrant } from '../world/access-tokens.ts';
import type { Application } from '../world/entities.ts';
import type { World } from '../world/world.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `none` for routes that anybody may call, `bearer` for those that bots may not. Default: `bot`. */
    auth?: 'bot' | 'bearer' | 'none';
  }
  interface FastifyRequest {
    /** The application whose token came with the request; null on routes with `auth: 'none'`. */
    application: Application | null;
    /** What the access token of the request allows; null except on routes with `auth: 'bearer'`. */
    grant: AccessGrant | null;
  }
}

const BOT_AUTHORIZATION = /^Bot ([\x21-\x7e]{1,256})$/;
const BEARER_AUTHORIZATION = /^Bearer ([\x21-\x7e]{1,256})$/;

/** Adds the check to every route of `app`; it comes before any look at path, query or body. */
export function authenticateBots(app: FastifyInstance, world: World): void {
  app.decorateRequest('application', null);
  app.decorateRequest('grant', null);
  app.addHook('onRequest', async (request) => {
    const { auth } = request.routeOptions.config;
    if (auth === 'none') return;
    const token = BOT_AUTHORIZATION.exec(request.headers.authorization ?? '')?.[1];
    const application = token === undefined ? undefined : world.applications.authenticate(token);
    if (auth === 'bearer') {
      if (application !== undefined) throw RestError.of('BOTS_NOT_ALLOWED');
      request.grant = authenticateUser(request, world);
      return;
    }
    if (application === undefined) throw RestError.of('UNAUTHORIZED');
    request.application = application;
  });
  // A body may take its time, and the token may have been reset meanwhile.
  app.addHook('preHandler', async (request) => {
    if (request.application === null) return;
    const { id, tokenHash } = request.application;
    const application = world.applications.get(id);
    if (application === undefined || application.tokenHash !== tokenHash) throw RestError.of('UNAUTHORIZED');
    request.application = application;
  });
}

/** @throws RestError 401 on a route with `auth: 'none'` */
export function applicationOf(request: FastifyRequest): Application {
  if (request.application === null) throw RestError.of('UNAUTHORIZED');
  return request.application;
}

/** @throws RestError 401 on a route without `auth: 'bearer'` */
export function grantOf(request: FastifyRequest): AccessGrant {
  if (request.grant === null) throw RestError.of('UNAUTHORIZED');
  return request.grant;
}

function authenticateUser({ headers }: FastifyRequest, world: World): AccessGrant {
  const token = BEARER_AUTHORIZATION.exec(headers.authorization ?? '')?.[1];
  const grant = token === undefined ? undefined : world.accessTokens.authenticate(token);
  if (grant === undefined) throw RestError.of('UNAUTHORIZED');
  return grant;
}
