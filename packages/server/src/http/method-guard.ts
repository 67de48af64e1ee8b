/** A known path with a method that it does not have answers 405 instead of 404. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { RestError } from './errors.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Watches the routes that are registered on `app` from now on.
 * @returns a function that adds the refusals; to be called once, after the last route
 */
export function guardMethods(app: FastifyInstance): () => void {
  const methodsOfPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ routePath, method }) => {
    const methods = methodsOfPath.get(routePath) ?? new Set();
    for (const name of Array.isArray(method) ? method : [method]) methods.add(name);
    methodsOfPath.set(routePath, methods);
  });
  return () => {
    // A copy, for the refusals are routes too.
    for (const [path, methods] of [...methodsOfPath]) {
      const allow = [...methods].join(', ');
      app.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url: path,
        config: { auth: 'none' },
        handler: async (_request, reply) => {
          reply.header('allow', allow);
          throw RestError.of('METHOD_NOT_ALLOWED');
        },
      });
    }
  };
}
