/** Of this process, which must have been started with `--expose-gc`. */

const ROUNDS = 3;
const SETTLE_MS = 150;

/** Resident set size once all garbage is gone and nothing moves any more. */
export async function residentBytes(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start it with --expose-gc');
  for (let round = 0; round < ROUNDS; round += 1) {
    // A plain collection leaves the pages of a young generation that has grown as they are, which it does in some runs only.
    await gc({ type: 'major', execution: 'async', flavor: 'last-resort' });
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  return process.memoryUsage.rss();
}
