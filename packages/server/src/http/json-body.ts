/** How request bodies are read: JSON only, and without losing the digits of bare ids. */
import { parseLossless } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { RestError } from './errors.ts';

/** Replaces Fastify's own parsers. An empty body counts as none, whatever its content type. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, text: string) => (text === '' ? undefined : parseBody(text)),
  );
  app.addContentTypeParser(
    '*',
    async (request: { headers: Record<string, unknown> }, payload: NodeJS.ReadableStream) => {
      // Read and thrown away: a client that still sends would not see the answer otherwise.
      payload.resume();
      if (request.headers['content-length'] === '0') return undefined;
      throw RestError.form({
        path: [],
        code: 'CONTENT_TYPE_INVALID',
        message:
          'Expected "Content-Type" header to be one of {\'application/json\'}. This server does not read other bodies yet.',
      });
    },
  );
  // Discord reports the missing fields of a missing body; so the schema must have something to look at.
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
  });
}

function parseBody(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    throw RestError.of('INVALID_JSON');
  }
}
