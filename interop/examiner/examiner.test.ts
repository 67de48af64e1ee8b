/**
 * The scenarios that come with the command line, on the clients that need no toolchain but this one: ours passes all, and what
 * discord.js does otherwise is written here with the place where it says so.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LIBRARIES } from '../libraries.ts';
import { examine, SCENARIOS, SCENARIOS_AT_ONCE } from './examine.ts';

const DEADLINE_MS = 300_000;

/** By the file: the step at which the library fails, how it shows, and why. */
type Deviations = Readonly<
  Record<string, { readonly step: RegExp; readonly shows: RegExp; readonly why: string }>
>;

const EXAMINED: readonly { readonly name: string; readonly deviations: Deviations }[] = [
  { name: '@guildhall/client', deviations: {} },
  {
    name: 'discord.js',
    deviations: {
      'crash-loop.yaml': {
        step: /^at most \d+ connected/,
        shows: /connected to /,
        why: 'it dials half a second after each loss, without growth (`WebSocketShard#destroy` sleeps 500 ms)',
      },
      'dead-resume-url.yaml': {
        step: /^expect resumed/,
        shows: /\/dead refused with 404/,
        why: 'it dials the resume URL for ever: only a new session replaces it',
      },
      'frozen.yaml': {
        step: /^expect connected/,
        shows: /./,
        why: 'it waits for the answer to its close frame, which `ws` gives 30 s',
      },
      'invalid-session.yaml': {
        step: /^expect identified not before/,
        shows: /identified: /,
        why: 'it identifies half a second after op 9; only its identify limit delays it',
      },
      'refused-upgrade.yaml': {
        step: /^at most \d+ upgrade-refused/,
        shows: /refused with 429/,
        why: 'it dials every half second, whatever the answer',
      },
    },
  },
];

for (const { name, deviations } of EXAMINED) {
  describe(`${name} is examined`, { concurrency: SCENARIOS_AT_ONCE }, () => {
    for (const file of SCENARIOS) {
      const deviation = deviations[file];
      test(`${file}${deviation === undefined ? '' : `, which it fails: ${deviation.why}`}`, {
        timeout: DEADLINE_MS,
      }, async () => {
        const library = LIBRARIES.find((one) => one.name === name);
        const [variant] = library?.variants ?? [];
        assert.ok(library !== undefined && variant !== undefined);
        const program = await library.prepare(variant);
        assert.ok(program.type === 'ready');
        const result = await examine(program, variant, file);
        const last = result.steps.at(-1);
        assert.ok(last !== undefined);
        if (deviation === undefined) {
          assert.equal(result.passed, true, JSON.stringify(last, null, 2));
          return;
        }
        assert.equal(result.passed, false, 'it has learned it');
        assert.match(last.step, deviation.step);
        assert.match((last.failure?.happened ?? []).map(({ what }) => what).join('\n'), deviation.shows);
      });
    }
  });
}
