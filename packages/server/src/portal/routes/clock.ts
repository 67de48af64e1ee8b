import type { FastifyInstance } from 'fastify';
import { integer, object } from '../../http/schemas.ts';
import type { OwnerApiParts } from '../owner-api.ts';

const MAX_ADVANCE_MS = 366 * 86_400_000;

/** The time of the server. */
export function ownerClockRoutes(app: FastifyInstance, { clock }: OwnerApiParts): void {
  const reading = () => ({ now: new Date(clock.now()).toISOString(), aheadMs: clock.aheadMs });

  app.get('/clock', async () => reading());

  app.post<{ Body: { ms: number } }>(
    '/clock/advance',
    { schema: { body: object({ ms: integer(1, MAX_ADVANCE_MS) }, ['ms']) } },
    async (request) => {
      clock.advance(request.body.ms);
      return reading();
    },
  );
}
