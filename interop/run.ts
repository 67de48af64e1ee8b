/**
 * `npm run interop`: programs of other makers, as published: clients against the local Discord, decoders for what it
 * sends, and a reader of our client's metrics. Each needs its own toolchain; one that is not installed is skipped by name. `npm run interop -- decoders` runs
 * those whose names begin so. (discord.js needs no toolchain and runs in `npm test`.)
 */
import { erlang } from './decoders/erlang.ts';
import { go } from './decoders/go.ts';
import { java } from './decoders/java.ts';
import { python } from './decoders/python.ts';
import { discordgo } from './discordgo.ts';
import { discordpy } from './discordpy.ts';
import type { Outcome } from './outcome.ts';
import { prometheus } from './prometheus.ts';

const PROGRAMS: Readonly<Record<string, () => Promise<Outcome>>> = {
  discordgo,
  'discord.py': discordpy,
  prometheus,
  'decoders/python': python,
  'decoders/go': go,
  'decoders/java': java,
  'decoders/erlang': erlang,
};

const wanted = process.argv.slice(2);
const chosen = Object.entries(PROGRAMS).filter(
  ([name]) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
);
if (chosen.length === 0) {
  process.stderr.write(`No such program. There are: ${Object.keys(PROGRAMS).join(', ')}\n`);
  process.exitCode = 2;
}

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, run] of chosen) {
  try {
    const outcome = await run();
    if (outcome.type === 'skipped') {
      skipped += 1;
      process.stdout.write(`${name}: SKIPPED, ${outcome.why}\n`);
    } else {
      passed += 1;
      process.stdout.write(`${name}: passed\n`);
    }
  } catch (error) {
    failed += 1;
    process.stdout.write(`${name}: FAILED\n${error instanceof Error ? error.stack : error}\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
if (failed > 0) process.exitCode = 1;
