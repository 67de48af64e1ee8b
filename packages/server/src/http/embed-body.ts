/** Embeds as bots send them: their schema, and the rules that no schema can say. */
import type { APIEmbed } from 'discord-api-types/v10';
import { codePoints } from '../world/values.ts';
import { RestError } from './errors.ts';
import {
  integer,
  type JsonSchema,
  NULLABLE_BOOLEAN,
  nullableList,
  nullableObject,
  nullableText,
  object,
  text,
  WEB_URL,
} from './schemas.ts';

export interface EmbedBody {
  title?: string | null;
  description?: string | null;
  url?: string | null;
  timestamp?: string | null;
  color?: number | null;
  footer?: { text: string; icon_url?: string | null } | null;
  image?: { url: string } | null;
  thumbnail?: { url: string } | null;
  author?: { name: string; url?: string | null; icon_url?: string | null } | null;
  fields?: { name: string; value: string; inline?: boolean | null }[] | null;
}

const MAX_EMBEDS = 10;
const MAX_EMBED_CHARS = 6_000;
const MAX_FIELDS = 25;
const MAX_COLOR = 0xff_ff_ff;

/** @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits */
const EMBED = object({
  title: nullableText(256),
  description: nullableText(4_096),
  url: WEB_URL,
  timestamp: { type: ['string', 'null'], format: 'date-time' },
  color: { ...integer(0, MAX_COLOR), type: ['integer', 'null'] },
  footer: nullableObject({ text: text(0, 2_048), icon_url: WEB_URL }, ['text']),
  image: nullableObject({ url: WEB_URL }, ['url']),
  thumbnail: nullableObject({ url: WEB_URL }, ['url']),
  author: nullableObject({ name: text(0, 256), url: WEB_URL, icon_url: WEB_URL }, ['name']),
  fields: nullableList(
    object({ name: text(0, 256), value: text(0, 1_024), inline: NULLABLE_BOOLEAN }, ['name', 'value']),
    MAX_FIELDS,
  ),
});

export const EMBEDS: JsonSchema = nullableList(EMBED, MAX_EMBEDS);

/** @throws RestError 50035 when the texts of all embeds together are longer than 6000 characters */
export function checkedEmbeds(embeds: readonly EmbedBody[]): APIEmbed[] {
  const chars = embeds.reduce((sum, embed) => sum + embedChars(embed), 0);
  if (chars > MAX_EMBED_CHARS) {
    throw RestError.form({
      path: ['embeds'],
      code: 'MAX_EMBED_SIZE_EXCEEDED',
      message: `Embed size exceeds maximum size of ${MAX_EMBED_CHARS}`,
    });
  }
  // An embed that shows nothing is no content either.
  return embeds.filter(showsSomething).map(richEmbed);
}

function embedChars({ title, description, footer, author, fields }: EmbedBody): number {
  const texts = [title, description, footer?.text, author?.name];
  for (const field of fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, value) => sum + codePoints(value ?? ''), 0);
}

function showsSomething(embed: EmbedBody): boolean {
  const { title, description, footer, image, thumbnail, author, fields } = embed;
  const texts = [title, description, footer?.text, author?.name, image?.url, thumbnail?.url];
  return texts.some((value) => (value ?? '').trim() !== '') || (fields ?? []).length > 0;
}

/** Only what bots may say about an embed; the rest of it (provider, video, sizes) is Discord's to fill in. */
function richEmbed(embed: EmbedBody): APIEmbed {
  const { title, description, url, timestamp, color, footer, image, thumbnail, author, fields } = embed;
  return {
    type: 'rich' as NonNullable<APIEmbed['type']>,
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(url ? { url } : {}),
    ...(timestamp ? { timestamp: new Date(timestamp).toISOString() } : {}),
    ...(typeof color === 'number' ? { color } : {}),
    ...(footer?.text
      ? { footer: { text: footer.text, ...(footer.icon_url ? { icon_url: footer.icon_url } : {}) } }
      : {}),
    ...(image?.url ? { image: { url: image.url } } : {}),
    ...(thumbnail?.url ? { thumbnail: { url: thumbnail.url } } : {}),
    ...(author?.name
      ? {
          author: {
            name: author.name,
            ...(author.url ? { url: author.url } : {}),
            ...(author.icon_url ? { icon_url: author.icon_url } : {}),
          },
        }
      : {}),
    ...(fields
      ? { fields: fields.map(({ name, value, inline }) => ({ name, value, inline: inline ?? false })) }
      : {}),
  };
}
