import type { FastifyInstance } from 'fastify';
import type { FaultControl, FaultPlan, StandingPlan } from '../../gateway/control.ts';
import { RestError } from '../../http/errors.ts';
import { object, text } from '../../http/schemas.ts';
import { GuildhallOptionError } from '../../option-error.ts';
import type { OwnerApiParts } from '../owner-api.ts';

const MAX_ID_CHARS = 100;
const CREATED = 201;
const NO_CONTENT = 204;
const NOT_FOUND = 404;

/** Breaking it on purpose: plans, and what has become of them. */
export function ownerFaultRoutes(app: FastifyInstance, { control }: OwnerApiParts): void {
  const { faults } = control;

  app.get('/faults', async () => faults.list());

  app.post<{ Body: FaultPlan }>('/faults', { schema: { body: { type: 'object' } } }, async (request, reply) =>
    reply.code(CREATED).send(plan(faults, request.body)),
  );

  app.delete('/faults', async (_request, reply) => {
    faults.clear();
    return reply.code(NO_CONTENT).send();
  });

  app.delete<{ Params: { fault_id: string } }>(
    '/faults/:fault_id',
    { schema: { params: object({ fault_id: text(1, MAX_ID_CHARS) }) } },
    async (request, reply) => {
      if (!faults.remove(request.params.fault_id)) {
        throw new RestError(NOT_FOUND, 0, 'There is no such plan, or it has been used up.');
      }
      return reply.code(NO_CONTENT).send();
    },
  );

  app.get('/faults/records', async () => faults.records);
}

/** Checked by the plan's own rules, which code meets as well; they know more than a schema can say. */
function plan(faults: FaultControl, value: FaultPlan): StandingPlan {
  try {
    return faults.add(value);
  } catch (error) {
    if (!(error instanceof GuildhallOptionError)) throw error;
    throw RestError.form({
      path: error.option.split('.'),
      code: 'BASE_TYPE_CHOICES',
      message: error.message,
    });
  }
}
