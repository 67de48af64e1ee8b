/** Languages of Discord's clients. @see https://docs.discord.com/developers/reference#locales */
export const LOCALES: readonly string[] = [
  ...['id', 'da', 'de', 'en-GB', 'en-US', 'es-ES', 'es-419', 'fr', 'hr', 'it', 'lt', 'hu', 'nl', 'no', 'pl'],
  ...['pt-BR', 'ro', 'fi', 'sv-SE', 'vi', 'tr', 'cs', 'el', 'bg', 'ru', 'uk', 'hi', 'th', 'zh-CN', 'ja'],
  ...['zh-TW', 'ko'],
];

export const DEFAULT_LOCALE = 'en-US';

/** Where a missing translation is looked for next. */
const FALLBACKS: Readonly<Record<string, string>> = { 'en-US': 'en-GB', 'en-GB': 'en-US', 'es-419': 'es-ES' };

/** The text for the locale or for the one that it falls back to; undefined when there is neither. */
export function localized(
  texts: Readonly<Record<string, string>> | null,
  locale: string,
): string | undefined {
  if (texts === null) return undefined;
  return texts[locale] ?? texts[FALLBACKS[locale] ?? locale];
}
