/** The files of messages at their addresses, for whoever knows the address, as on Discord's CDN. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { attachmentPath } from '../world/attachments.ts';
import type { Snowflake } from '../world/entities.ts';
import { ephemeralPath } from '../world/ephemeral-files.ts';
import type { World } from '../world/world.ts';
import { RestError } from './errors.ts';
import { servedAs } from './file-types.ts';

interface AttachmentParams {
  channel_id: Snowflake;
  attachment_id: Snowflake;
  filename: string;
}

const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;
/** An address never gets another content. */
const CACHE_CONTROL = 'private, max-age=31536000, immutable';

export function attachmentRoutes(app: FastifyInstance, world: World): void {
  const pattern = [':channel_id', ':attachment_id', ':filename'] as const;
  const addressOf = ({ channel_id, attachment_id, filename }: AttachmentParams) =>
    attachmentPath({ channel_id, id: attachment_id, filename });
  const ephemeralAddressOf = ({ channel_id, attachment_id, filename }: AttachmentParams) =>
    ephemeralPath(channel_id, attachment_id, filename);
  fileRoute(
    app,
    world,
    attachmentPath({ channel_id: pattern[0], id: pattern[1], filename: pattern[2] }),
    addressOf,
  );
  fileRoute(app, world, ephemeralPath(...pattern), ephemeralAddressOf);
}

function fileRoute(
  app: FastifyInstance,
  world: World,
  url: string,
  addressOf: (params: AttachmentParams) => string,
): void {
  app.get<{ Params: AttachmentParams }>(url, async (request, reply) => {
    const { attachment_id, filename } = request.params;
    const file = world.files.get(attachment_id);
    const address = addressOf(request.params);
    if (file === undefined || file.address !== address) throw RestError.of('NOT_FOUND');
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
