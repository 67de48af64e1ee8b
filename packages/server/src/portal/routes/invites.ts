import type { FastifyInstance } from 'fastify';
import { ids, integer, object, SNOWFLAKE, text } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import { channelOwner } from '../guild-owner.ts';
import type { OwnerApiParts } from '../owner-api.ts';

const MAX_AGE_S = 604_800;
const MAX_USES = 100;
const MAX_CODE_CHARS = 100;
const CREATED = 201;

/** Ways into guilds, made and taken by simulated users. */
export function ownerInviteRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  app.post<{
    Params: { channel_id: Snowflake };
    Body: { inviter_id: Snowflake; max_age?: number; max_uses?: number };
  }>(
    '/channels/:channel_id/invites',
    {
      schema: {
        params: ids('channel_id'),
        body: object(
          { inviter_id: SNOWFLAKE, max_age: integer(0, MAX_AGE_S), max_uses: integer(0, MAX_USES) },
          ['inviter_id'],
        ),
      },
    },
    async (request, reply) => {
      const { channel_id: channelId } = request.params;
      const { inviter_id: inviterId, max_age, max_uses } = request.body;
      const owner = channelOwner(world, channelId, request);
      const invite = world.invites.create(
        {
          channelId,
          inviterId,
          ...(max_age === undefined ? {} : { maxAge: max_age }),
          ...(max_uses === undefined ? {} : { maxUses: max_uses }),
        },
        owner === undefined ? undefined : { ...owner, userId: inviterId },
      );
      return reply.code(CREATED).send(world.views.records.invite(invite, true));
    },
  );

  app.post<{ Params: { code: string }; Body: { user_id: Snowflake } }>(
    '/invites/:code/accept',
    {
      schema: {
        params: object({ code: text(1, MAX_CODE_CHARS) }),
        body: object({ user_id: SNOWFLAKE }, ['user_id']),
      },
    },
    async (request) => world.views.member(world.invites.accept(request.params.code, request.body.user_id)),
  );
}
