/** Puts a RateLimiter in front of routes: after authentication, before anything is parsed. */
import { isSnowflake } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type LimitedRoute,
  type RateLimiter,
  type RateLimitGroup,
  rateLimitedBody,
  rateLimitHeaders,
} from './rate-limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: `other`. */
    rateLimit?: RateLimitGroup;
    /** Filled in when the route is registered. */
    limitedRoute?: LimitedRoute;
  }
}

const TOO_MANY_REQUESTS_STATUS = 429;

/**
 * Must be called before the routes of `app` are registered. Requests without an application are counted for the webhook
 * whose token they name; all others of them are not counted.
 * @param isWebhook whether somebody speaks through that address: nobody else gets a window of its own
 */
export function limitRates(
  app: FastifyInstance,
  limiter: RateLimiter,
  isWebhook: (webhookId: string, token: string) => boolean,
): void {
  app.addHook('onRoute', (route) => {
    const method = Array.isArray(route.method) ? route.method.join() : route.method;
    const group = route.config?.rateLimit ?? 'other';
    route.config = { ...route.config, limitedRoute: limiter.route(group, method, route.routePath) };
  });
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.config.limitedRoute;
    if (route === undefined) return;
    const counted = request.application?.id ?? webhookOf(request, isWebhook);
    if (counted === null) return;
    const verdict = limiter.take(counted, route, majorParameter(request));
    reply.headers(rateLimitHeaders(verdict));
    if (verdict.exceeded !== null) {
      return reply.code(TOO_MANY_REQUESTS_STATUS).send(rateLimitedBody(verdict));
    }
  });
}

/** The webhook that the path names with its token: a whole bot, as far as limits go. */
function webhookOf(
  request: FastifyRequest,
  isWebhook: (webhookId: string, token: string) => boolean,
): string | null {
  const { webhook_id, webhook_token } = request.params as Record<string, unknown>;
  if (!isSnowflake(webhook_id) || typeof webhook_token !== 'string') return null;
  return isWebhook(webhook_id, webhook_token) ? `webhook ${webhook_id}` : null;
}

/** Parameters have not been validated yet; anything but an id shares one window, so nobody can mint windows. */
function majorParameter(request: FastifyRequest): string {
  const { channel_id, guild_id, webhook_id } = request.params as Record<string, unknown>;
  const major = channel_id ?? guild_id ?? webhook_id;
  return isSnowflake(major) ? major : '';
}
