/** Lets requests meet the faults that were planned for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { FaultControl } from '../gateway/control.ts';
import { API_PREFIX } from '../http/api-versions.ts';
import { rateLimitHeaders } from './rate-limits.ts';

const TOO_MANY_REQUESTS_STATUS = 429;

/** Of a route that is not limited. */
const NO_ROUTE = { rule: { limit: 1, windowMs: 1_000 }, bucket: 'broken-on-purpose' };

/**
 * Must be called after authentication and before the routes of `app` are registered.
 * @param now Unix milliseconds
 */
export function breakRequests(app: FastifyInstance, faults: FaultControl, now: () => number): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.application === null) return;
    const path = request.url.slice(API_PREFIX.length);
    const fault = faults.forRequest(request.application.id, request.method, path);
    if (fault === null) return;
    request.log.info({ fault, method: request.method }, 'a request meets a fault');
    if (fault.kind === 'rest-delay') {
      await sleep(fault.ms, undefined, { ref: false });
      return;
    }
    const { status, retryAfterMs = 0 } = fault;
    if (status === TOO_MANY_REQUESTS_STATUS) {
      const retry_after = retryAfterMs / 1_000;
      // Nextcord reads the headers of the bucket unasked, twilight waits by them.
      const headers = rateLimitHeaders({
        ...(request.routeOptions.config.limitedRoute ?? NO_ROUTE),
        remaining: 0,
        resetAtMs: now() + retryAfterMs,
        resetAfterMs: retryAfterMs,
        exceeded: 'route',
        retryAfterMs,
      });
      reply.headers({ ...headers, 'x-ratelimit-scope': 'shared' });
      return reply.code(status).send({ message: 'You are being rate limited.', retry_after, global: false });
    }
    return reply.code(status).send({ message: `${status}: broken on purpose`, code: 0 });
  });
}
