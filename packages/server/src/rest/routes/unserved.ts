import type { FastifyInstance } from 'fastify';

/** Paths of Discord's whose last word a parameter of a served path would otherwise swallow. */
const SHADOWED_PATHS: readonly string[] = ['/guilds/:guild_id/roles/member-counts'];

/** They answer and are logged as what they are: unknown routes. */
export function unservedRoutes(app: FastifyInstance): void {
  for (const path of SHADOWED_PATHS) {
    app.get(path, { config: { auth: 'none' } }, (_request, reply) => {
      reply.callNotFound();
    });
  }
}
