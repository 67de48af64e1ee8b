import { useState } from 'react';
import type { StickerItem } from '../../api/types.ts';

/** Those that a browser shows as they are. */
const EXTENSIONS: Readonly<Record<number, string>> = { 1: 'png', 2: 'png', 4: 'gif' };
const SIDE_PX = 160;

/** Its picture; the name of a Lottie animation, and of one whose picture was not kept. */
export function StickerView({ sticker: { id, name, format_type } }: { readonly sticker: StickerItem }) {
  const extension = EXTENSIONS[format_type];
  const [isMissing, setMissing] = useState(extension === undefined);
  if (isMissing) {
    return (
      <p className="sticker-name">
        Sticker <strong>{name}</strong>
      </p>
    );
  }
  return (
    <img
      className="sticker"
      src={`/stickers/${id}.${extension}`}
      alt={`Sticker ${name}`}
      title={name}
      width={SIDE_PX}
      height={SIDE_PX}
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  );
}
