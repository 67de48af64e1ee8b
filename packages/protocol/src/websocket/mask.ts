const POOLED_KEYS = 256;
const pool = new Int32Array(POOLED_KEYS);
let used = POOLED_KEYS;

/**
 * A fresh masking key, as a signed number of 32 bits. Unpredictable, so that who decides what is sent cannot decide
 * what a proxy on the way sees.
 * @see https://datatracker.ietf.org/doc/html/rfc6455#section-10.3
 */
export function newMaskKey(): number {
  if (used === POOLED_KEYS) {
    // Loaded on first use: it would be a tenth of what importing a client costs.
    process.getBuiltinModule('node:crypto').randomFillSync(pool);
    used = 0;
  }
  const key = pool[used] ?? 0;
  used += 1;
  return key;
}

/**
 * Masks in place, or takes the mask off: both are the same.
 * @param key the first byte on the wire is the highest
 * @param start where the payload begins: there the key begins, too
 */
export function applyMask(bytes: Uint8Array, start: number, end: number, key: number): void {
  let shift = 24;
  for (let at = start; at < end; at += 1) {
    bytes[at] = (bytes[at] ?? 0) ^ (key >>> shift);
    shift = (shift - 8) & 24;
  }
}
