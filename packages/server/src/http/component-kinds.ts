/** Each kind of component, read field by field. @see https://docs.discord.com/developers/components/reference */
import type { Component } from '../world/entities.ts';
import { readEmoji } from './component-emoji.ts';
import type { FormReader } from './form-reader.ts';
import { readSelect, SELECT_KINDS } from './select-components.ts';

export const Kind = {
  ACTION_ROW: 1,
  BUTTON: 2,
  STRING_SELECT: 3,
  USER_SELECT: 5,
  ROLE_SELECT: 6,
  MENTIONABLE_SELECT: 7,
  CHANNEL_SELECT: 8,
  SECTION: 9,
  TEXT_DISPLAY: 10,
  THUMBNAIL: 11,
  MEDIA_GALLERY: 12,
  FILE: 13,
  SEPARATOR: 14,
  CONTAINER: 17,
} as const;

export type ComponentKind = (typeof Kind)[keyof typeof Kind];

/** A component and all that are in it, itself included, each with its place in the body. */
export interface ReadComponent {
  readonly component: Component;
  readonly all: readonly { readonly component: Component; readonly path: FormReader['path'] }[];
}

const PRIMARY = 1;
const LINK = 5;
const PREMIUM = 6;
const BUTTON_STYLES = [PRIMARY, 2, 3, 4, LINK, PREMIUM] as const;
const MAX_ID = 2 ** 31 - 1;
const MAX_COLOR = 0xff_ff_ff;
const MAX_URL_CHARS = 2_048;
const MAX_BUTTON_URL_CHARS = 512;
const MAX_LABEL_CHARS = 80;
const MAX_CUSTOM_ID_CHARS = 100;
const MAX_DESCRIPTION_CHARS = 1_024;
const MAX_TEXT_CHARS = 4_000;
const MAX_GALLERY_ITEMS = 10;
const MAX_SECTION_TEXTS = 3;
const MAX_CHILDREN = 40;
const BUTTONS_PER_ROW = 5;
const ROW_WIDTH = 5;
const MEDIA_SCHEMES = ['http:', 'https:', 'attachment:'];
const LINK_SCHEMES = ['http:', 'https:', 'discord:'];

const IN_ROW: readonly ComponentKind[] = [Kind.BUTTON, ...SELECT_KINDS];
const IN_CONTAINER: readonly ComponentKind[] = [
  Kind.ACTION_ROW,
  Kind.SECTION,
  Kind.TEXT_DISPLAY,
  Kind.MEDIA_GALLERY,
  Kind.FILE,
  Kind.SEPARATOR,
];

/** @returns undefined when it is of none of these kinds, which has been noted as a fault */
export function readComponent(
  reader: FormReader,
  kinds: readonly ComponentKind[],
): ReadComponent | undefined {
  const type = reader.integer('type', 0, MAX_ID);
  if (type === undefined || !kinds.includes(type as ComponentKind)) {
    const choices = kinds.length === 1 ? `(${kinds[0]},)` : `(${kinds.join(', ')})`;
    reader.fault([], 'UNION_TYPE_CHOICES', `Value of field "type" must be one of ${choices}.`);
    return undefined;
  }
  const id = reader.integer('id', 0, MAX_ID) ?? 0;
  const children: ReadComponent[] = [];
  const fields = FIELDS[type as ComponentKind](reader, (child, allowed) => {
    const read = readComponent(child, allowed);
    if (read !== undefined) children.push(read);
    return read?.component;
  });
  const component: Component = { type, id, ...fields };
  return { component, all: [{ component, path: reader.path }, ...children.flatMap(({ all }) => all)] };
}

/** Reads a component inside of another; undefined when it is faulty. */
type ReadChild = (reader: FormReader, kinds: readonly ComponentKind[]) => Component | undefined;
type ReadFields = (reader: FormReader, readChild: ReadChild) => Readonly<Record<string, unknown>>;

const FIELDS: Readonly<Record<ComponentKind, ReadFields>> = {
  [Kind.ACTION_ROW]: readRow,
  [Kind.BUTTON]: readButton,
  [Kind.STRING_SELECT]: (reader) => readSelect(reader, Kind.STRING_SELECT),
  [Kind.USER_SELECT]: (reader) => readSelect(reader, Kind.USER_SELECT),
  [Kind.ROLE_SELECT]: (reader) => readSelect(reader, Kind.ROLE_SELECT),
  [Kind.MENTIONABLE_SELECT]: (reader) => readSelect(reader, Kind.MENTIONABLE_SELECT),
  [Kind.CHANNEL_SELECT]: (reader) => readSelect(reader, Kind.CHANNEL_SELECT),
  [Kind.SECTION]: (reader, readChild) => {
    const accessory = reader.object('accessory', true);
    return {
      components: reader
        .list('components', 1, MAX_SECTION_TEXTS)
        .flatMap((child) => readChild(child, [Kind.TEXT_DISPLAY]) ?? []),
      accessory: accessory && readChild(accessory, [Kind.BUTTON, Kind.THUMBNAIL]),
    };
  },
  [Kind.TEXT_DISPLAY]: (reader) => ({
    content: reader.text('content', { min: 1, max: MAX_TEXT_CHARS, required: true }),
  }),
  [Kind.THUMBNAIL]: readMediaItem,
  [Kind.MEDIA_GALLERY]: (reader) => ({
    items: reader.list('items', 1, MAX_GALLERY_ITEMS).map(readMediaItem),
  }),
  [Kind.FILE]: (reader) => ({
    file: readMedia(reader, 'file', ['attachment:']),
    spoiler: reader.boolean('spoiler'),
  }),
  [Kind.SEPARATOR]: (reader) => ({
    divider: reader.has('divider') ? reader.boolean('divider') : true,
    spacing: reader.choice('spacing', [1, 2]) ?? 1,
  }),
  [Kind.CONTAINER]: (reader, readChild) => ({
    accent_color: reader.integer('accent_color', 0, MAX_COLOR) ?? null,
    spoiler: reader.boolean('spoiler'),
    components: reader
      .list('components', 1, MAX_CHILDREN)
      .flatMap((child) => readChild(child, IN_CONTAINER) ?? []),
  }),
};

/** A select takes the whole width of a row, a button a fifth of it. */
function readRow(reader: FormReader, readChild: ReadChild): Readonly<Record<string, unknown>> {
  let width = 0;
  const components = reader.list('components', 1, BUTTONS_PER_ROW).flatMap((child) => {
    const component = readChild(child, IN_ROW);
    if (component === undefined) return [];
    width += component.type === Kind.BUTTON ? 1 : ROW_WIDTH;
    if (width > ROW_WIDTH) {
      const message = 'The specified component exceeds the maximum width of the layout';
      child.fault([], 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message);
    }
    return [component];
  });
  return { components };
}

function readButton(reader: FormReader): Readonly<Record<string, unknown>> {
  const style = reader.choice('style', BUTTON_STYLES, true);
  const label = reader.text('label', { max: MAX_LABEL_CHARS });
  const emoji = readEmoji(reader);
  const customId = reader.text('custom_id', { min: 1, max: MAX_CUSTOM_ID_CHARS });
  const url = reader.text('url', { max: MAX_BUTTON_URL_CHARS });
  const skuId = reader.snowflake('sku_id');
  if (customId !== undefined && url !== undefined) {
    const message = 'A custom id and url cannot both be specified';
    reader.fault([], 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message);
  }
  if (style === LINK) {
    if (url === undefined) reader.fault(['url'], 'BASE_TYPE_REQUIRED', 'A url is required');
    else requireScheme(reader, 'url', url, LINK_SCHEMES);
  } else if (style === PREMIUM) {
    if (skuId === undefined) reader.fault(['sku_id'], 'BASE_TYPE_REQUIRED', 'A sku id is required');
    if (label !== undefined || emoji !== undefined || customId !== undefined || url !== undefined) {
      reader.fault([], 'BUTTON_COMPONENT_INVALID_FIELDS', 'A premium button has a sku_id and nothing else');
    }
  } else if (style !== undefined && customId === undefined) {
    reader.fault(['custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required');
  }
  if (style !== PREMIUM && !label && emoji === undefined) {
    reader.fault(['label'], 'BASE_TYPE_REQUIRED', 'A label or an emoji is required');
  }
  return {
    style,
    ...(label ? { label } : {}),
    ...(emoji === undefined ? {} : { emoji }),
    ...(style === LINK ? { url } : {}),
    ...(style === PREMIUM ? { sku_id: skuId } : {}),
    ...(style === LINK || style === PREMIUM ? {} : { custom_id: customId }),
    ...(reader.boolean('disabled') ? { disabled: true } : {}),
  };
}

function readMediaItem(reader: FormReader): Readonly<Record<string, unknown>> {
  return {
    media: readMedia(reader, 'media', MEDIA_SCHEMES),
    description: reader.text('description', { max: MAX_DESCRIPTION_CHARS }) || null,
    spoiler: reader.boolean('spoiler'),
  };
}

/** Addresses of files of ours that a bot has read from a message come back as http URLs. */
function readMedia(reader: FormReader, name: string, schemes: readonly string[]): { url: string } {
  const media = reader.object(name, true);
  const url = media?.text('url', { min: 1, max: MAX_URL_CHARS, required: true }) ?? '';
  if (media !== undefined && url !== '') requireScheme(media, 'url', url, schemes);
  return { url };
}

function requireScheme(reader: FormReader, name: string, url: string, schemes: readonly string[]): void {
  if (!URL.canParse(url)) {
    reader.fault([name], 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    return;
  }
  const scheme = new URL(url).protocol;
  if (schemes.includes(scheme)) return;
  const names = schemes.map((allowed) => `'${allowed.slice(0, -1)}'`).join(', ');
  reader.fault(
    [name],
    'URL_TYPE_INVALID_SCHEME',
    `Scheme "${scheme.slice(0, -1)}" must be one of (${names}).`,
  );
}
