/** Files of messages, commands, stickers and users at their addresses, for whoever knows the address, as on Discord's CDN. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { attachmentPath } from '../world/attachments.ts';
import type { StoredFile } from '../world/entities.ts';
import { ephemeralPath } from '../world/ephemeral-files.ts';
import type { World } from '../world/world.ts';
import { RestError } from './errors.ts';
import { servedAs } from './file-types.ts';

const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;
/** An address never gets another content. */
const CACHE_CONTROL = 'private, max-age=31536000, immutable';

type Params = Readonly<Record<'owner' | 'file' | 'filename', string>>;

export function fileRoutes(app: FastifyInstance, world: World): void {
  const at = (address: string, id: string) => {
    const file = world.files.get(id);
    return file?.address === address ? file : undefined;
  };
  fileRoute(app, world, '/attachments/:owner/:file/:filename', ({ owner, file, filename }) =>
    at(attachmentPath({ channel_id: owner, id: file, filename }), file),
  );
  fileRoute(app, world, '/ephemeral-attachments/:owner/:file/:filename', ({ owner, file, filename }) =>
    at(ephemeralPath(owner, file, filename), file),
  );
  fileRoute(app, world, '/stickers/:filename', ({ filename }) =>
    at(`/stickers/${filename}`, /^(\d{1,20})\./.exec(filename)?.[1] ?? ''),
  );
  fileRoute(app, world, '/avatars/:owner/:filename', ({ owner, filename }) =>
    world.avatars.find(owner, filename),
  );
}

function fileRoute(
  app: FastifyInstance,
  world: World,
  url: string,
  find: (params: Params) => StoredFile | undefined,
): void {
  app.get<{ Params: Params }>(url, async (request, reply) => {
    const file = find(request.params);
    if (file === undefined) throw RestError.of('NOT_FOUND');
    const filename = file.address.slice(file.address.lastIndexOf('/') + 1);
    const { type, isShown } = servedAs(filename);
    reply
      .header('content-type', type)
      .header('content-disposition', `${isShown ? 'inline' : 'attachment'}; filename="${filename}"`)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', CACHE_CONTROL)
      .header('accept-ranges', 'bytes');
    const range = readRange(request.headers.range, file.size);
    if (range === 'unsatisfiable') {
      return reply.header('content-range', `bytes */${file.size}`).code(RANGE_NOT_SATISFIABLE).send();
    }
    if (range === null) return reply.header('content-length', file.size).send(world.files.read(file));
    return sendPart(reply, file.size, range, world.files.read(file, range.start, range.end));
  });
}

interface ByteRange {
  readonly start: number;
  /** The last byte, included. */
  readonly end: number;
}

function sendPart(
  reply: FastifyReply,
  size: number,
  { start, end }: ByteRange,
  stream: NodeJS.ReadableStream,
) {
  return reply
    .code(PARTIAL_CONTENT)
    .header('content-range', `bytes ${start}-${end}/${size}`)
    .header('content-length', end - start + 1)
    .send(stream);
}

/** One range; anything else that the header may say counts as if it were not there. @see RFC 9110 section 14 */
function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (start >= size) return 'unsatisfiable';
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return end < start ? null : { start, end };
}
