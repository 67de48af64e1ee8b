import { isSendableCloseCode } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import type { FrameCursor, GatewayControl, SessionSnapshot } from '../../gateway/control.ts';
import { RestError } from '../../http/errors.ts';
import { ids, integer, limit, object, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface SessionParams {
  session_id: string;
}

const MIN_CLOSE_CODE = 1000;
const MAX_CLOSE_CODE = 4999;
/** A control frame holds 125 bytes, two of them the code. */
const MAX_REASON_BYTES = 123;
const MAX_SESSION_ID_CHARS = 100;
const MAX_FRAMES = 200;
const DEFAULT_FRAMES = 100;
/** Two counters; nobody but the server reads anything into it. */
const CURSOR = /^(\d{1,12})-(\d{1,12})$/;
const NO_CONTENT = 204;
const CONFLICT = 409;

/** Live and detached sessions, and what the owner may do to them. */
export function ownerSessionRoutes(app: FastifyInstance, { world, control }: OwnerApiParts): void {
  const params = object({ session_id: text(1, MAX_SESSION_ID_CHARS) });

  app.get<{ Params: { application_id: Snowflake } }>(
    '/applications/:application_id/sessions',
    { schema: { params: ids('application_id') } },
    async (request) => control.sessions(world.applications.require(request.params.application_id).id),
  );

  app.get('/sessions', async () => control.sessions());

  app.get<{ Params: SessionParams }>('/sessions/:session_id', { schema: { params } }, async (request) =>
    requireSession(control, request.params.session_id),
  );

  app.get<{ Params: SessionParams; Querystring: { after?: string; limit: number } }>(
    '/sessions/:session_id/frames',
    {
      schema: {
        params,
        querystring: object({
          after: { type: 'string', pattern: CURSOR.source },
          limit: limit(MAX_FRAMES, DEFAULT_FRAMES),
        }),
      },
    },
    async (request) => {
      const { after, limit: most } = request.query;
      const page = control.frames(
        request.params.session_id,
        after === undefined ? null : cursorOf(after),
        most,
      );
      if (page === undefined) throw RestError.of('UNKNOWN_SESSION');
      return { frames: page.frames, cursor: `${page.cursor.seq}-${page.cursor.count}` };
    },
  );

  app.post<{ Params: SessionParams }>(
    '/sessions/:session_id/ping',
    { schema: { params } },
    async (request) => {
      const { id, state } = requireSession(control, request.params.session_id);
      assertDone(state !== 'detached');
      return { roundTripMs: await control.roundTrip(id) };
    },
  );

  app.delete<{ Params: SessionParams }>(
    '/sessions/:session_id',
    { schema: { params } },
    async (request, reply) => {
      if (!control.endSession(request.params.session_id)) throw RestError.of('UNKNOWN_SESSION');
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: SessionParams; Body: { code: number; reason: string } }>(
    '/sessions/:session_id/close',
    {
      schema: {
        params,
        body: object(
          {
            code: integer(MIN_CLOSE_CODE, MAX_CLOSE_CODE),
            reason: { ...text(0, MAX_REASON_BYTES), default: '' },
          },
          ['code'],
        ),
      },
    },
    async (request, reply) => {
      const { id } = requireSession(control, request.params.session_id);
      const { code, reason } = request.body;
      assertSendable(code, reason);
      assertDone(control.closeConnection(id, code, reason));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: SessionParams }>(
    '/sessions/:session_id/reconnect',
    { schema: { params } },
    async (request, reply) => {
      const { id } = requireSession(control, request.params.session_id);
      assertDone(control.requestReconnect(id));
      return reply.code(NO_CONTENT).send();
    },
  );

  app.post<{ Params: SessionParams; Body: { resumable: boolean } }>(
    '/sessions/:session_id/invalidate',
    { schema: { params, body: object({ resumable: { type: 'boolean' } }, ['resumable']) } },
    async (request, reply) => {
      const { id } = requireSession(control, request.params.session_id);
      assertDone(control.invalidate(id, request.body.resumable));
      return reply.code(NO_CONTENT).send();
    },
  );
}

function cursorOf(text: string): FrameCursor {
  const [, seq, count] = CURSOR.exec(text) ?? [];
  return { seq: Number(seq), count: Number(count) };
}

function requireSession(control: GatewayControl, sessionId: string): SessionSnapshot {
  const session = control.session(sessionId);
  if (session === undefined) throw RestError.of('UNKNOWN_SESSION');
  return session;
}

function assertDone(done: boolean): void {
  if (!done) throw new RestError(CONFLICT, 0, 'The session has no connection.');
}

function assertSendable(code: number, reason: string): void {
  if (!isSendableCloseCode(code)) {
    throw RestError.form({
      path: ['code'],
      code: 'BASE_TYPE_CHOICES',
      message: 'No close frame of a server can carry this code; 1000 and 3000 to 4999 are free to use.',
    });
  }
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
    throw RestError.form({
      path: ['reason'],
      code: 'BASE_TYPE_MAX_LENGTH',
      message: `Must be ${MAX_REASON_BYTES} or fewer bytes of UTF-8.`,
    });
  }
}
