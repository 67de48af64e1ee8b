import { useState } from 'react';

const HUES = [18, 52, 96, 145, 178, 215, 252, 292, 330, 355];

/** A picture of this server, or initials on a colour that always is the same for an id. */
export function Avatar({
  id,
  name,
  size = 36,
  isSquare = false,
  picture = null,
}: {
  readonly id: string;
  readonly name: string;
  readonly size?: number;
  readonly isSquare?: boolean;
  /** Hash of the picture of the user with this id. */
  readonly picture?: string | null | undefined;
}) {
  const [missing, setMissing] = useState<string | null>(null);
  const hue = HUES[hash(id) % HUES.length] ?? 0;
  return (
    <span
      className={isSquare ? 'avatar avatar-square' : 'avatar'}
      style={{ width: size, height: size, fontSize: size * 0.38, backgroundColor: `oklch(0.5 0.1 ${hue})` }}
      aria-hidden="true"
    >
      {picture === null || picture === missing ? (
        initialsOf(name)
      ) : (
        // One that a bot has given itself before the server kept pictures is not there.
        <img
          src={`/avatars/${id}/${picture}.png`}
          alt=""
          width={size}
          height={size}
          onError={() => setMissing(picture)}
        />
      )}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase();
}

function hash(text: string): number {
  let value = 7;
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 1_000_003;
  return value;
}
