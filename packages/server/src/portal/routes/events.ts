import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { EventStream } from '../event-stream.ts';
import type { OwnerApiParts } from '../owner-api.ts';

const OK = 200;
const UNAVAILABLE = 503;
/** What a browser waits before it comes again. */
const RETRY_MS = 1_000;

/** Server-sent events. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function ownerEventRoutes(app: FastifyInstance, parts: OwnerApiParts): void {
  const stream = new EventStream(parts);
  app.addHook('preClose', async () => stream.close());

  app.get('/events', async (_request, reply) => {
    if (stream.isFull) throw new RestError(UNAVAILABLE, 0, 'Too many listen already.');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(OK, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // A proxy in between must not gather it.
      'x-accel-buffering': 'no',
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
    const remove = stream.add({
      write: (text) => raw.write(text),
      get unsentBytes() {
        return raw.writableLength;
      },
      end: () => raw.end(),
    });
    raw.once('close', remove);
    // A write to a socket that is just going.
    raw.once('error', remove);
  });
}
