/** The built page: `npm run build` and `npm start` put it beside this package's source. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RestError } from '../http/errors.ts';
import type { OwnerGuard } from './owner-guard.ts';

/** Wherever this module has been put by a build. */
const FOLDER = fileURLToPath(new URL('page/', import.meta.resolve('@guildhall/server/package.json')));
const INDEX = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Nothing but our own files, no inline script, and no string that becomes HTML or code: names and messages are shown by
 * the page as text alone.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
/** Their names change with their content. */
const ASSET_CACHE = 'public, max-age=31536000, immutable';
const GZIP_ACCEPTED = /\bgzip\b/;
/** Packed already. */
const FONT = '.woff2';

const compress = promisify(gzip);

interface PageFile {
  readonly bytes: Buffer;
  readonly gzipped: Promise<Buffer>;
}

/** Whether the page has been built. */
export function hasPage(): boolean {
  return existsSync(join(FOLDER, INDEX));
}

/** A Fastify plugin: the page at `/`. Its files are read with the first request and kept. */
export function pageFiles(guard: OwnerGuard): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    guard.protectFromStrangers(app);
    const files = new Map<string, PageFile>();

    const send = async (name: string, request: FastifyRequest, reply: FastifyReply) => {
      const file = files.get(name) ?? read(name);
      files.set(name, file);
      const zipped = extname(name) !== FONT && GZIP_ACCEPTED.test(request.headers['accept-encoding'] ?? '');
      if (zipped) reply.header('content-encoding', 'gzip');
      return reply
        .headers(HEADERS)
        .header('vary', 'accept-encoding')
        .header('cache-control', name === INDEX ? 'no-cache' : ASSET_CACHE)
        .type(TYPES[extname(name)] ?? 'application/octet-stream')
        .send(zipped ? await file.gzipped : file.bytes);
    };

    app.get('/', (request, reply) => send(INDEX, request, reply));
    // Only names that are there: no path of a request ever reaches the file system.
    const assets = new Set(readdirSync(join(FOLDER, 'assets')));
    app.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
      const { file } = request.params;
      if (!assets.has(file)) throw RestError.of('NOT_FOUND');
      return send(`assets/${file}`, request, reply);
    });
  };
}

function read(name: string): PageFile {
  const bytes = readFileSync(join(FOLDER, name));
  return { bytes, gzipped: compress(bytes) };
}
