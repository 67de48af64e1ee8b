/** Lets requests meet the faults that were planned for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { FaultControl } from '../gateway/control.ts';

const TOO_MANY_REQUESTS_STATUS = 429;
const API_PREFIX = /^\/api(\/v\d+)?/;

/** Must be called after authentication and before the routes of `app` are registered. */
export function breakRequests(app: FastifyInstance, faults: FaultControl): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.application === null) return;
    const path = request.url.replace(API_PREFIX, '');
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
      reply.header('retry-after', Math.ceil(retry_after)).header('x-ratelimit-scope', 'shared');
      return reply.code(status).send({ message: 'You are being rate limited.', retry_after, global: false });
    }
    return reply.code(status).send({ message: `${status}: broken on purpose`, code: 0 });
  });
}
