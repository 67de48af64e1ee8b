import type { FastifyInstance } from 'fastify';
import type { OwnerApiParts } from '../owner-api.ts';

/** What the page draws its charts of. */
export function ownerMetricRoutes(app: FastifyInstance, { metrics }: OwnerApiParts): void {
  app.get('/metrics', async () => metrics.history());
}
