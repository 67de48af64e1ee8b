/** What a message's body says of its files: the `attachments` array beside the files of the request. */
import { MAX_ATTACHMENTS, type NewAttachment, safeFilename } from '../world/attachments.ts';
import type { Snowflake } from '../world/entities.ts';
import type { AttachmentsPatch } from '../world/message-input.ts';
import { RestError } from './errors.ts';
import { contentTypeOf } from './file-types.ts';
import { imageSize } from './image-size.ts';
import type { Upload } from './multipart-body.ts';
import { type JsonSchema, nullableList, nullableText, object } from './schemas.ts';

export interface AttachmentBody {
  /** The `n` of `files[n]`, or the id of an attachment that the message has. */
  id: Snowflake | number;
  filename?: string | null;
  title?: string | null;
  description?: string | null;
  duration_secs?: number | null;
  waveform?: string | null;
}

const MAX_FILENAME_CHARS = 1_024;
const MAX_DESCRIPTION_CHARS = 1_024;
const MAX_WAVEFORM_CHARS = 400;
const MAX_DURATION_S = 1_200;
/** `files[n]` by the documentation; discordgo says `filen`, and one file alone may be `file`. */
const INDEXED_FIELD = /^files?\[?(\d{1,3})\]?$/;

/** Routes that take a message's files. */
export const MESSAGE_UPLOADS = { maxFiles: MAX_ATTACHMENTS } as const;

export const ATTACHMENTS: JsonSchema = nullableList(
  object(
    {
      id: { snowflake: 'required' },
      filename: nullableText(MAX_FILENAME_CHARS),
      title: nullableText(MAX_FILENAME_CHARS),
      description: nullableText(MAX_DESCRIPTION_CHARS),
      duration_secs: { type: ['number', 'null'], minimum: 0, maximum: MAX_DURATION_S },
      waveform: nullableText(MAX_WAVEFORM_CHARS),
    },
    ['id'],
  ),
  MAX_ATTACHMENTS,
);

/** The files of a new message. @throws RestError 50035 when the array names a file that has not come */
export function newAttachments(
  described: readonly AttachmentBody[] | null | undefined,
  uploads: readonly Upload[],
): readonly NewAttachment[] {
  const byIndex = uploadsByIndex(uploads);
  const bodies = new Map((described ?? []).map((body) => [String(body.id), body]));
  for (const [position, { id }] of (described ?? []).entries()) {
    if (!byIndex.has(String(id))) throw noSuchFile(position, id);
  }
  return [...byIndex].map(([index, upload]) => newAttachment(upload, bodies.get(index)));
}

/** What an edit says of a message's files: undefined when it says nothing. @throws RestError 50035 */
export function attachmentsPatch(
  described: readonly AttachmentBody[] | null | undefined,
  uploads: readonly Upload[],
): AttachmentsPatch | undefined {
  if (described === undefined && uploads.length === 0) return undefined;
  const byIndex = uploadsByIndex(uploads);
  const isOfRequest = ({ id }: AttachmentBody) => byIndex.has(String(id));
  const kept = described?.filter((body) => !isOfRequest(body));
  return {
    kept:
      kept?.map(({ id, description }) => ({
        id: String(id),
        ...(description === undefined ? {} : { description }),
      })) ?? (described === null ? [] : null),
    added: newAttachments(described?.filter(isOfRequest), uploads),
  };
}

/** By the number that the array calls them by; a field without one takes the next that is free. */
function uploadsByIndex(uploads: readonly Upload[]): ReadonlyMap<string, Upload> {
  const byIndex = new Map<string, Upload>();
  for (const upload of uploads) {
    const index = INDEXED_FIELD.exec(upload.field)?.[1];
    const key = index === undefined || byIndex.has(index) ? nextFree(byIndex) : index;
    byIndex.set(String(Number(key)), upload);
  }
  return byIndex;
}

function nextFree(byIndex: ReadonlyMap<string, Upload>): string {
  let index = 0;
  while (byIndex.has(String(index))) index += 1;
  return String(index);
}

function newAttachment({ file, filename: given }: Upload, body: AttachmentBody | undefined): NewAttachment {
  const original = body?.filename || given;
  const filename = safeFilename(original);
  const size = imageSize(file.head);
  const type = size?.type ?? contentTypeOf(filename);
  const title = body?.title || (filename === original ? undefined : original.replace(/\.\w+$/, ''));
  return {
    file,
    filename,
    ...(title === undefined || title === '' ? {} : { title }),
    ...(body?.description ? { description: body.description } : {}),
    ...(type === null ? {} : { content_type: type }),
    ...(size === null ? {} : { width: size.width, height: size.height }),
    ...(typeof body?.duration_secs === 'number' ? { duration_secs: body.duration_secs } : {}),
    ...(body?.waveform ? { waveform: body.waveform } : {}),
  };
}

function noSuchFile(position: number, id: Snowflake | number): RestError {
  return RestError.form({
    path: ['attachments', position, 'id'],
    code: 'ATTACHMENT_NOT_FOUND',
    message: `There is no files[${id}] in the request.`,
  });
}
