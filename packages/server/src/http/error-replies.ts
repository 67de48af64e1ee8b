/** Every refusal leaves the server in Discord's shape, wherever it arose. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WorldError } from '../world/errors.ts';
import { namesUnservedVersion } from './api-versions.ts';
import { RestError } from './errors.ts';
import { formIssues } from './form-errors.ts';
import { summarize } from './request-log.ts';
import { restErrorOf } from './world-errors.ts';

/** discord.py takes a 429 without the header for a ban by Cloudflare. */
export const VIA = '1.1 guildhall';

const SERVER_ERROR_STATUS = 500;
const CLIENT_ERROR_STATUS = 400;

/** Sets the error and not-found handlers of the whole server. */
export function replyWithErrors(app: FastifyInstance): void {
  app.setErrorHandler(replyWithError);
  app.setNotFoundHandler(async (request) => {
    if (namesUnservedVersion(request.url)) throw RestError.of('INVALID_API_VERSION');
    request.log.warn(summarize(request), 'unknown route');
    throw RestError.of('NOT_FOUND');
  });
}

function replyWithError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= SERVER_ERROR_STATUS) {
    request.log.error({ ...summarize(request), err: error }, 'request failed');
  }
  return reply.code(refusal.status).send(refusal.body());
}

/** For errors before routing, where no hook of ours runs: paths that cannot be decoded. */
export function replyToBadPath(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOf(error);
  reply.hijack();
  reply.raw
    .writeHead(refusal.status, { 'content-type': 'application/json', via: VIA })
    .end(JSON.stringify(refusal.body()));
}

/** What Node's parser says of a request, by its code; anything else is a 400. */
const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers bytes that are no HTTP request, headers that are too large or a request too slow, and closes the connection. */
export function replyToMalformedRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code ?? ''];
  const refusal = status === undefined ? RestError.of('BAD_REQUEST') : plainRefusal(status);
  const body = JSON.stringify(refusal.body());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nVia: ${VIA}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function refusalOf(error: Error): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof WorldError) return restErrorOf(error);
  const { validation, statusCode, code } = error as Partial<FastifyError>;
  if (validation !== undefined) return RestError.form(...formIssues(validation));
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return RestError.of('TOO_LARGE');
  if (statusCode !== undefined && statusCode >= CLIENT_ERROR_STATUS && statusCode < SERVER_ERROR_STATUS) {
    return plainRefusal(statusCode);
  }
  return RestError.of('INTERNAL');
}

function plainRefusal(status: number): RestError {
  return new RestError(status, 0, `${status}: ${STATUS_CODES[status] ?? 'Bad Request'}`);
}
