import type { FastifyInstance } from 'fastify';

const TOO_MANY_REQUESTS = 429;
const BAD_REQUEST = 400;
const SERVER_ERROR = 500;

/** How the requests of bots have been answered since the server began, by their status. */
export class RequestCounts {
  succeeded = 0;
  /** 4xx other than 429. */
  refused = 0;
  /** 429 */
  limited = 0;
  failed = 0;

  get all(): number {
    return this.succeeded + this.refused + this.limited + this.failed;
  }

  /** Counts the answers of every route of `app`. */
  count(app: FastifyInstance): void {
    app.addHook('onResponse', async (_request, { statusCode }) => {
      if (statusCode < BAD_REQUEST) this.succeeded += 1;
      else if (statusCode === TOO_MANY_REQUESTS) this.limited += 1;
      else if (statusCode < SERVER_ERROR) this.refused += 1;
      else this.failed += 1;
    });
  }
}
