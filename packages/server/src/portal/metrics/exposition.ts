import { OPEN_METRICS_CONTENT_TYPE, openMetricsText } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import type { OwnerGuard } from '../owner-guard.ts';
import { familiesOf } from './families.ts';
import type { Figures } from './figures.ts';

/** A Fastify plugin: `GET /metrics`, where Prometheus looks by itself, for the holder of the owner's key. */
export function metricsExposition(
  read: () => Figures,
  guard: OwnerGuard,
): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    guard.protect(app);
    app.get('/metrics', async (_request, reply) =>
      reply.type(OPEN_METRICS_CONTENT_TYPE).send(openMetricsText(familiesOf(read()))),
    );
  };
}
