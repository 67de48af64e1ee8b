const GAP_PX = 6;

/** Something on the page that a popover belongs to, or a point of it. */
export interface Anchor {
  getBoundingClientRect(): DOMRect;
}

/**
 * Below the anchor, above it where there is no room below.
 * @param side which edges of the two are flush
 */
export function placePopover(popover: HTMLElement, anchor: Anchor, side: 'start' | 'end'): void {
  const { width, height } = popover.getBoundingClientRect();
  const box = anchor.getBoundingClientRect();
  const wanted = side === 'start' ? box.left : box.right - width;
  const left = Math.max(GAP_PX, Math.min(wanted, window.innerWidth - width - GAP_PX));
  const below = box.bottom + GAP_PX;
  const fitsBelow = below + height < window.innerHeight;
  const top = fitsBelow ? below : Math.max(GAP_PX, box.top - height - GAP_PX);
  popover.style.left = `${left}px`;
  popover.style.top = `${Math.min(top, Math.max(GAP_PX, window.innerHeight - height - GAP_PX))}px`;
}
