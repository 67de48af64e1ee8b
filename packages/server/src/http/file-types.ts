/** What a file is called by its name, and what a browser may do with it. */

/** Types that a browser shows without running anything in them. */
const SHOWN: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  wav: 'audio/x-wav',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
};
const TEXT_TYPE = 'text/plain; charset=utf-8';
const TEXT = new Set(['txt', 'log', 'md', 'csv']);
const UNKNOWN_TYPE = 'application/octet-stream';

/** The `content_type` of an attachment; null when its name says nothing. */
export function contentTypeOf(filename: string): string | null {
  const extension = extensionOf(filename);
  if (TEXT.has(extension)) return TEXT_TYPE;
  return SHOWN[extension] ?? (extension === 'json' ? 'application/json' : null);
}

/** How the file is served: never as a type that could run in the page of this server's own address. */
export function servedAs(filename: string): { readonly type: string; readonly isShown: boolean } {
  const extension = extensionOf(filename);
  const shown = SHOWN[extension];
  if (shown !== undefined) return { type: shown, isShown: true };
  return TEXT.has(extension) ? { type: TEXT_TYPE, isShown: true } : { type: UNKNOWN_TYPE, isShown: false };
}

function extensionOf(filename: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
}
