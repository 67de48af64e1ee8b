/** What is logged of a request. Never headers, query or body; and of the path nothing that may be a token. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

const MAX_PATH_CHARS = 200;
const MAX_USER_AGENT_CHARS = 200;
/** Webhook and interaction tokens stand in paths and are longer than any id or name there. */
const MIN_TOKEN_CHARS = 24;
const ID = /^\d+$/;
const TOKEN_ALPHABET = /^[\w.~-]+$/;

export interface RequestSummary {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
}

export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      { ...summarize(request), status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) },
      'request',
    );
  });
}

export function summarize(request: FastifyRequest): RequestSummary {
  return {
    method: request.method,
    // With the version that was asked for.
    path: redactPath(request.originalUrl),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_CHARS),
  };
}

/** The path without query, each segment that looks like a token replaced. */
export function redactPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path
    .split('/')
    .map((segment) => (looksLikeToken(segment) ? '[redacted]' : segment))
    .join('/')
    .slice(0, MAX_PATH_CHARS);
}

function looksLikeToken(segment: string): boolean {
  return segment.length >= MIN_TOKEN_CHARS && TOKEN_ALPHABET.test(segment) && !ID.test(segment);
}
