import type { FastifyInstance } from 'fastify';

/** The owner's API, described for machines. Made with the first request: nobody else pays for it. */
export function ownerOpenApiRoute(app: FastifyInstance, describe: () => object): void {
  let document: object | null = null;
  app.get('/openapi.json', async () => {
    document ??= describe();
    return document;
  });
}
