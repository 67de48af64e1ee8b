/** What close() leaves of the session, in the phases without a connection. Found by the simulator. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialShardState, stepShard } from '../../src/lifecycle/shard-machine.ts';
import type { ShardState } from '../../src/lifecycle/shard-state.ts';
import { DEFAULT_SHARD_TIMING } from '../../src/lifecycle/shard-timing.ts';

const SETUP = {
  gatewayUrl: 'wss://gateway.test/',
  timing: DEFAULT_SHARD_TIMING,
  resumeUrlPolicy: 'same-site',
  renewsToken: false,
} as const;
const SESSION = { id: 'abc', resumeGatewayUrl: 'wss://resume.gateway.test/', seq: 7 };

function idle(): ShardState {
  return initialShardState(SETUP, { ...SESSION });
}

function waiting(): ShardState {
  const { state } = stepShard(idle(), { type: 'open' });
  return stepShard(state, { type: 'lost', epoch: state.epoch, code: null }).state;
}

for (const [phase, make] of [
  ['idle', idle],
  ['waiting', waiting],
] as const) {
  for (const [session, kept] of [
    ['keep', SESSION],
    ['end', null],
  ] as const) {
    test(`close(${session}) of a shard that is ${phase}: ${kept === null ? 'no' : 'the'} session is left`, () => {
      const before = make();
      assert.equal(before.phase.name, phase);
      const { state, effects } = stepShard(before, { type: 'close', session });
      assert.deepEqual(state.session, kept);
      assert.equal(state.phase.name, 'idle');
      assert.deepEqual(effects.at(-1), { type: 'emit', event: { type: 'closed', inTime: true } });
    });
  }
}
