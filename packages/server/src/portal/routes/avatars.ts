import type { FastifyInstance } from 'fastify';
import { RestError } from '../../http/errors.ts';
import { assetHash } from '../../http/image-data.ts';
import { extensionOfImage, imageSize } from '../../http/image-size.ts';
import { uploadsOf } from '../../http/multipart-body.ts';
import { ids } from '../../http/schemas.ts';
import type { Snowflake } from '../../world/entities.ts';
import type { OwnerApiParts } from '../owner-api.ts';

interface UserParams {
  user_id: Snowflake;
}

const NO_CONTENT = 204;
const PATH = '/users/:user_id/avatar';

/** Pictures of users, bots among them. */
export function ownerAvatarRoutes(app: FastifyInstance, { world }: OwnerApiParts): void {
  const params = ids('user_id');

  app.put<{ Params: UserParams }>(
    PATH,
    { schema: { params }, config: { uploads: { maxFiles: 1 } } },
    async (request) => {
      const [upload] = uploadsOf(request);
      const picture = upload === undefined ? null : imageSize(upload.file.head);
      if (upload === undefined || picture === null) {
        throw RestError.form({
          path: ['files[0]'],
          code: 'IMAGE_INVALID',
          message: 'A PNG, JPEG, GIF or WebP picture is needed.',
        });
      }
      const { id } = world.users.require(request.params.user_id);
      const hash = assetHash(upload.file.head, picture.type === 'image/gif');
      world.avatars.keep(id, upload.file, hash, extensionOfImage(picture.type));
      return world.views.user(world.users.update(id, { avatar: hash }));
    },
  );

  app.delete<{ Params: UserParams }>(PATH, { schema: { params } }, async (request, reply) => {
    const { id } = world.users.require(request.params.user_id);
    world.avatars.release(id);
    world.users.update(id, { avatar: null });
    return reply.code(NO_CONTENT).send();
  });
}
