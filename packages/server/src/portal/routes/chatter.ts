import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { pick } from '../../http/pick.ts';
import { ids, integer, type JsonSchema, object } from '../../http/schemas.ts';
import { type ActMix, MAX_PER_MINUTE, sharesOf } from '../../world/chatter.ts';
import { addCrowd } from '../../world/crowd.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface GuildParams {
  guild_id: Snowflake;
}
interface ChatterBody {
  isOn?: boolean;
  perMinute?: number;
  mix?: ActMix;
}

const MAX_CROWD = 10_000;
const CREATED = 201;
const SHARE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const ACTS = ['reply', 'react', 'edit', 'command'] as const;

/** Life without people: simulated members, and how they talk. */
export function ownerChatterRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const { chatters } = world;

  app.get<{ Params: GuildParams }>(
    '/guilds/:guild_id/chatter',
    { schema: { params: ids('guild_id') } },
    async (request) => chatters.of(request.params.guild_id),
  );

  app.patch<{ Params: GuildParams; Body: ChatterBody }>(
    '/guilds/:guild_id/chatter',
    {
      schema: {
        params: ids('guild_id'),
        body: object({
          isOn: { type: 'boolean' },
          perMinute: integer(1, MAX_PER_MINUTE),
          mix: object(Object.fromEntries(ACTS.map((act) => [act, SHARE])), ACTS),
        }),
      },
    },
    async (request) => {
      const { mix } = request.body;
      if (mix !== undefined && sharesOf(mix) > 1) {
        const message = 'The shares must not be more than 1 together.';
        throw RestError.form({ path: ['mix'], code: 'NUMBER_TYPE_MAX', message });
      }
      return chatters.set(request.params.guild_id, {
        ...pick(request.body, ['isOn', 'perMinute']),
        ...(mix === undefined ? {} : { mix: pick(mix, ACTS) as ActMix }),
      });
    },
  );

  app.post<{ Params: GuildParams; Body: { count: number } }>(
    '/guilds/:guild_id/crowd',
    {
      schema: { params: ids('guild_id'), body: object({ count: integer(1, MAX_CROWD) }, ['count']) },
    },
    async (request, reply) => {
      const added = await addCrowd(world, request.params.guild_id, request.body.count);
      return reply.code(CREATED).send({ added });
    },
  );
}
