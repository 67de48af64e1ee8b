/** The largest prime below 2^16. */
const BASE = 65_521;
/** So many bytes keep both sums below 2^31, where integer arithmetic is fast. */
const BLOCK_BYTES = 3_000;

/** Adler-32 of the bytes from `start` to before `stop`: the check sum at the end of a zlib stream (RFC 1950). */
export function adler32(bytes: Uint8Array, start = 0, stop: number = bytes.length): number {
  let a = 1;
  let b = 0;
  let at = start;
  while (at < stop) {
    const end = Math.min(at + BLOCK_BYTES, stop);
    for (; at < end; at += 1) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= BASE;
    b %= BASE;
  }
  return joined(a, b);
}

/** Adler-32 of two pieces of text one after the other, from that of each and the length of the second. */
export function combineAdler32(first: number, second: number, secondBytes: number): number {
  const firstA = first & 0xffff;
  const a = (firstA + (second & 0xffff) + BASE - 1) % BASE;
  const b = ((first >>> 16) + (second >>> 16) + (secondBytes % BASE) * (firstA + BASE - 1)) % BASE;
  return joined(a, b);
}

function joined(a: number, b: number): number {
  return b * 0x1_0000 + a;
}
