import type { Media } from '../../../api/components.ts';
import { ownPath } from './own-address.ts';

const MAX_WIDTH_PX = 420;
const MAX_HEIGHT_PX = 300;
const SMALL_PX = 84;
const WEB_URL = /^https?:\/\//i;

/** A picture that this server has; of any other, its address. */
export function MediaView({
  media,
  description,
  isSmall = false,
}: {
  readonly media: Pick<Media, 'url'> & Partial<Media>;
  readonly description?: string | null | undefined;
  readonly isSmall?: boolean;
}) {
  const { url, width, height, content_type: type } = media;
  const path = ownPath(url);
  const isPicture = path !== null && (type == null || type.startsWith('image/'));
  if (!isPicture) {
    const text = description || url;
    return (
      <p className="embed-picture">
        {WEB_URL.test(url) ? (
          <a href={url} target="_blank" rel="noreferrer noopener">
            {text}
          </a>
        ) : (
          text
        )}
      </p>
    );
  }
  return (
    <a className="picture" href={path} target="_blank" rel="noreferrer noopener">
      <img
        src={path}
        alt={description || 'A picture without a description'}
        loading="lazy"
        decoding="async"
        {...sizeOf(width, height, isSmall)}
      />
    </a>
  );
}

/** Known before the picture is there, so that nothing jumps when it comes. */
function sizeOf(width: number | null | undefined, height: number | null | undefined, isSmall: boolean) {
  if (isSmall) return { width: SMALL_PX, height: SMALL_PX };
  if (width == null || height == null || width === 0 || height === 0) return {};
  const scale = Math.min(1, MAX_WIDTH_PX / width, MAX_HEIGHT_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
