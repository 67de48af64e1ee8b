import { attachmentPath } from './attachments.ts';
import type { Attachment, Component, Message } from './entities.ts';
import type { World } from './world.ts';

const FILE_COMPONENT = 13;
const REFERENCE_SCHEME = 'attachment://';

interface StoredMedia {
  readonly url: string;
}

/**
 * Components as Discord writes them: with what it knows of each picture and file.
 * @param message where they stand, whose attachments they may show
 * @see https://docs.discord.com/developers/components/reference#unfurled-media-item
 */
export function componentsView(
  world: World,
  message: Pick<Message, 'attachments'> & { readonly id?: string },
  components: readonly Component[],
): readonly object[] {
  return components.map((component) => {
    const { components: children, accessory, items, media, file, ...fields } = component;
    return {
      ...fields,
      ...(Array.isArray(children) ? { components: componentsView(world, message, children) } : {}),
      ...(accessory === undefined
        ? {}
        : { accessory: componentsView(world, message, [accessory as Component])[0] }),
      ...(Array.isArray(items) ? { items: items.map((item) => mediaItem(world, message, item)) } : {}),
      ...(media === undefined ? {} : { media: mediaView(world, message, media as StoredMedia) }),
      ...(component.type === FILE_COMPONENT ? fileView(world, message, file as StoredMedia) : {}),
    };
  });
}

function mediaItem(world: World, message: Parameters<typeof componentsView>[1], item: object): object {
  const { media, ...fields } = item as { readonly media: StoredMedia };
  return { ...fields, media: mediaView(world, message, media) };
}

function fileView(world: World, message: Parameters<typeof componentsView>[1], file: StoredMedia): object {
  const attachment = attachmentOf(message, file);
  return {
    file: mediaView(world, message, file),
    name: attachment?.filename ?? null,
    size: attachment?.size ?? null,
  };
}

function mediaView(world: World, message: Parameters<typeof componentsView>[1], media: StoredMedia): object {
  const attachment = attachmentOf(message, media);
  if (attachment === undefined) {
    // Nothing is fetched from elsewhere, so nothing more is known of it.
    return {
      id: message.id ?? '0',
      url: media.url,
      proxy_url: media.url,
      width: null,
      height: null,
      content_type: null,
    };
  }
  const url = world.urlOf(attachmentPath(attachment));
  return {
    id: attachment.id,
    url,
    proxy_url: url,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    content_type: attachment.content_type ?? null,
    attachment_id: attachment.id,
  };
}

function attachmentOf(
  { attachments }: Pick<Message, 'attachments'>,
  { url }: StoredMedia,
): Attachment | undefined {
  if (!url.startsWith(REFERENCE_SCHEME)) return undefined;
  const name = url.slice(REFERENCE_SCHEME.length);
  return attachments.find(({ filename }) => filename === name);
}
