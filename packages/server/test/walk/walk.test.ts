/**
 * Random walks of calls: what GET says is what the events said, a bot that only listens can rebuild the guild, and hears
 * nothing of what it does not see.
 *
 * It says how many walks it took: the time for them is limited.
 *
 *   GUILDHALL_WALKS=500 GUILDHALL_WALK_SEED=7 node --test packages/server/test/walk/walk.test.ts
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACTS } from './acts.ts';
import { walk } from './walk.ts';

const WALKS = Number(process.env.GUILDHALL_WALKS ?? 20);
const SEED = Number(process.env.GUILDHALL_WALK_SEED ?? Date.now() % 1_000_000_007);
const MAX_STEPS = 120;
/** Ends the search for a smaller failure, too. */
const MAX_WALK_MS = 3_000;
/** Without these there is little to act on. */
const OFTEN = [
  'create channel',
  'create role',
  'create emoji',
  'create sound',
  'create event',
  'create webhook',
  'create rule',
  'start thread',
  'thread of message',
  'say',
  'say',
  'person says',
  'react',
  'react',
  'unreact',
  'give role',
  'give role',
  'edit member',
  'delete role',
  'put overwrite',
  'pin',
  'speaks up',
  'comes in',
];

/** A failure is made smaller by leaving steps out; a step with another seed would be another one. */
const step = fc.noShrink(
  fc.record({
    act: fc.constantFrom(...OFTEN, ...OFTEN, ...Object.keys(ACTS), 'cut', 'break'),
    seed: fc.nat(),
  }),
);
const party = fc.record({ transport: fc.nat(2), isGuestPrivileged: fc.boolean() });

test(`walks from seed ${SEED}`, async (context) => {
  // Chosen evenly: small numbers would be the same few acts over and over.
  const steps = fc.noBias(fc.array(step, { minLength: 1, maxLength: MAX_STEPS, size: 'max' }));
  const result = await fc.check(fc.asyncProperty(steps, party, walk), {
    numRuns: WALKS,
    seed: SEED,
    interruptAfterTimeLimit: WALKS * MAX_WALK_MS,
    includeErrorInReport: true,
  });
  const { numRuns, failed } = result;
  const missing = numRuns < WALKS && !failed ? ', then the time was over' : '';
  context.diagnostic(`${numRuns} of ${WALKS} walks${missing}`);
  if (failed) throw new Error(await fc.asyncDefaultReportMessage(result));
  assert.ok(numRuns > 0, 'there was a walk');
});
