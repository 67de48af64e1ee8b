/**
 * `npm run interop`: clients of other makers, as published, against the local Discord. Each needs its own toolchain; one
 * that is not installed is skipped by name. (discord.js needs none and runs in `npm test`.)
 */
import { discordgo } from './discordgo.ts';
import { discordpy } from './discordpy.ts';

export type Outcome = { readonly type: 'passed' } | { readonly type: 'skipped'; readonly why: string };

const CLIENTS: Readonly<Record<string, () => Promise<Outcome>>> = { discordgo, 'discord.py': discordpy };

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, run] of Object.entries(CLIENTS)) {
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
process.exitCode = failed === 0 ? 0 : 1;
