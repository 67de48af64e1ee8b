/** Files of messages: how they come, where they are found, and how a message shows them. */
import type { Attachment, Component, Message, MessageSnapshot, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { ReceivedFile } from './files.ts';
import type { AttachmentsPatch } from './message-input.ts';
import type { World } from './world.ts';

export const MAX_ATTACHMENTS = 10;
const REFERENCE_SCHEME = 'attachment://';
const MAX_NAME_CHARS = 128;
const MAX_EXTENSION_CHARS = 16;

/**
 * A file that a message brings with it. Its name consists of letters, digits, `_`, `-` and `.` alone, see
 * {@link safeFilename}.
 */
export interface NewAttachment extends Omit<Attachment, 'id' | 'channel_id' | 'size'> {
  readonly file: ReceivedFile;
}

/** Where the server gives the file back, below its own address. */
export function attachmentPath({
  channel_id,
  id,
  filename,
}: Pick<Attachment, 'channel_id' | 'id' | 'filename'>): string {
  return `/attachments/${channel_id}/${id}/${filename}`;
}

/** Part of a change: the files belong to a message of the channel from now on. */
export function keepAttachments(
  world: World,
  channelId: Snowflake,
  added: readonly NewAttachment[],
): readonly Attachment[] {
  return added.map(({ file, ...fields }) => {
    const attachment = { ...fields, id: file.id, size: file.size, channel_id: channelId };
    world.files.keep(file, attachmentPath(attachment));
    return attachment;
  });
}

/** Part of a change: the message that had them is gone. */
export function releaseAttachments(world: World, message: Message): void {
  for (const { attachments } of [message, ...message.message_snapshots]) {
    for (const { id } of attachments) world.files.release(id);
  }
}

/** Part of a change: what is forwarded keeps its files, also when the message that brought them goes. */
export function shareAttachments(
  world: World,
  snapshots: readonly MessageSnapshot[],
): readonly MessageSnapshot[] {
  for (const { attachments } of snapshots) shareFiles(world, attachments);
  return snapshots;
}

/** Part of a change: another message has these files, too. */
export function shareFiles({ files }: World, attachments: readonly Attachment[]): void {
  for (const { id } of attachments) files.share(id);
}

/** @throws WorldError UNKNOWN_ATTACHMENT when a component refers to a file that the message does not have */
export function requireReferenced(
  components: readonly Component[],
  attachments: readonly Pick<Attachment, 'filename'>[],
): void {
  if (components.length === 0) return;
  for (const name of referencedNames(components)) {
    if (!attachments.some(({ filename }) => filename === name)) {
      throw new WorldError('UNKNOWN_ATTACHMENT', `The referenced attachment "${name}" was not found`);
    }
  }
}

/**
 * Which of its attachments an edited message keeps, before anything has changed.
 * @param shown the embeds and components that the message has after the edit
 * @throws WorldError UNKNOWN_ATTACHMENT, INVALID_VALUE for too many
 */
export function keptAttachments(
  old: Message,
  patch: AttachmentsPatch | undefined,
  shown: readonly object[],
): readonly Attachment[] {
  const kept = patch?.kept ?? null;
  for (const { id } of kept ?? []) {
    if (!old.attachments.some((attachment) => attachment.id === id)) {
      throw new WorldError('UNKNOWN_ATTACHMENT', `message ${old.id} has no attachment ${id}`);
    }
  }
  const names = referencedNames(shown);
  const stay = old.attachments.flatMap((attachment) => {
    const wanted = kept?.find(({ id }) => id === attachment.id);
    if (kept !== null && wanted === undefined && !names.has(attachment.filename)) return [];
    return [wanted?.description === undefined ? attachment : described(attachment, wanted.description)];
  });
  requireRoom(stay.length + (patch?.added.length ?? 0));
  return stay;
}

/** @throws WorldError INVALID_VALUE */
export function requireRoom(count: number): void {
  if (count > MAX_ATTACHMENTS) {
    throw new WorldError('INVALID_VALUE', `a message has at most ${MAX_ATTACHMENTS} attachments`);
  }
}

/** The file names that embeds or components refer to by `attachment://NAME`. */
export function referencedNames(shown: readonly object[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of shown) collectNames(part, names);
  return names;
}

/** The address of each attachment by its file name. */
export function addressesOf(world: World, attachments: readonly Attachment[]): ReadonlyMap<string, string> {
  return new Map(attachments.map((file) => [file.filename, world.urlOf(attachmentPath(file))]));
}

/** The same embeds or components, with the address of the file in place of each reference that has one. */
export function resolveReferences<T>(shown: T, addresses: ReadonlyMap<string, string>): T {
  return mapTexts(shown, (text) =>
    text.startsWith(REFERENCE_SCHEME) ? (addresses.get(referenced(text)) ?? text) : text,
  );
}

/** The other way: what a bot has read from a message, it sends back with an edit. */
export function restoreReferences<T>(shown: T, addresses: ReadonlyMap<string, string>): T {
  const references = new Map([...addresses].map(([name, url]) => [url, `${REFERENCE_SCHEME}${name}`]));
  return mapTexts(shown, (text) => references.get(text) ?? text);
}

function mapTexts<T>(shown: T, change: (text: string) => string): T {
  if (typeof shown === 'string') return change(shown) as T;
  if (Array.isArray(shown)) return shown.map((part) => mapTexts(part, change)) as T;
  if (typeof shown !== 'object' || shown === null) return shown;
  return Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, mapTexts(value, change)])) as T;
}

function collectNames(shown: unknown, names: Set<string>): void {
  if (typeof shown === 'string') {
    if (shown.startsWith(REFERENCE_SCHEME)) names.add(referenced(shown));
  } else if (typeof shown === 'object' && shown !== null) {
    for (const value of Object.values(shown)) collectNames(value, names);
  }
}

function referenced(reference: string): string {
  return safeFilename(reference.slice(REFERENCE_SCHEME.length));
}

function described(attachment: Attachment, description: string | null): Attachment {
  const { description: _, ...rest } = attachment;
  return description === null || description === '' ? rest : { ...rest, description };
}

/** The name under which a file is kept and found: spaces as `_`, and nothing else that a path or a header could mistake. */
export function safeFilename(filename: string): string {
  const base = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  const plain = base
    .trim()
    .replaceAll(/\s+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
    .replace(/^[.-]+/, '');
  if (plain === '') return 'unknown';
  if (plain.length <= MAX_NAME_CHARS) return plain;
  const dot = plain.lastIndexOf('.');
  const extension = dot > 0 ? plain.slice(dot).slice(0, MAX_EXTENSION_CHARS) : '';
  return plain.slice(0, MAX_NAME_CHARS - extension.length) + extension;
}
