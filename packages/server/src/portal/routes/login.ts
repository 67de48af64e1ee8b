import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { object, text } from '../../http/schemas.ts';
import type { OwnerGuard } from '../owner-guard.ts';
import type { PortalDoor } from '../portal-door.ts';

const MAX_TICKET_CHARS = 200;
const NO_CONTENT = 204;

/** The exchange of the link's ticket for the cookie: the one route that asks for neither key nor cookie. */
export function ownerLogin(door: PortalDoor, guard: OwnerGuard): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    guard.protectFromStrangers(app);
    app.post<{ Body: { ticket: string } }>(
      '/login',
      { schema: { body: object({ ticket: text(1, MAX_TICKET_CHARS) }, ['ticket']) } },
      async (request, reply) => {
        const cookie = door.admit(request.body.ticket);
        if (cookie === null) throw RestError.of('UNAUTHORIZED');
        return reply.code(NO_CONTENT).header('set-cookie', cookie).send();
      },
    );
  };
}
