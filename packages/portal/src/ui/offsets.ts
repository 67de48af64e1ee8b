/** Where each row begins, and at last where the list ends: one more than there are rows. */
export function offsetsOf(
  keys: readonly string[],
  heights: ReadonlyMap<string, number>,
  estimatePx: number,
): readonly number[] {
  const offsets = [0];
  let top = 0;
  for (const key of keys) {
    top += heights.get(key) ?? estimatePx;
    offsets.push(top);
  }
  return offsets;
}

/** The row that is at this place: the last that begins at or before it; the first for a place above all. */
export function rowAt(offsets: readonly number[], place: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
