import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';

const OFFERED = [
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['😂', 'tears of joy'],
  ['🎉', 'party'],
  ['👀', 'eyes'],
  ['✅', 'check mark'],
  ['🔥', 'fire'],
  ['😮', 'astonished'],
] as const;

export function EmojiMenu({ onChoose }: { readonly onChoose: (emoji: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    ref.current?.querySelector<HTMLButtonElement>('.emoji-menu button')?.focus();
    const leave = (event: Event) => {
      if (event.target instanceof Node && ref.current?.contains(event.target) === true) return;
      setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Escape from the buttons within
    <span
      ref={ref}
      className="emoji-anchor"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        setOpen(false);
      }}
    >
      <IconButton icon="smile" label="React" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} />
      {isOpen && (
        <span className="emoji-menu" role="group" aria-label="Choose a reaction">
          {OFFERED.map(([emoji, name]) => (
            <button
              key={emoji}
              type="button"
              aria-label={name}
              onClick={() => {
                setOpen(false);
                onChoose(emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}
