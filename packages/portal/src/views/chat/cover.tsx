import { type ReactNode, useState } from 'react';

/** Something that is covered until one asks for it. */
export function Cover({ isOn, children }: { readonly isOn: boolean; readonly children: ReactNode }) {
  const [isShown, setShown] = useState(!isOn);
  if (isShown) return children;
  return (
    <button type="button" className="cover" onClick={() => setShown(true)}>
      <span className="cover-hidden" aria-hidden="true" inert>
        {children}
      </span>
      <span className="cover-text">Spoiler</span>
    </button>
  );
}
