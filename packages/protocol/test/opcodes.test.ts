import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayOpcodes } from 'discord-api-types/v10';
import { Opcode } from '../src/opcodes.ts';

test('the opcodes are those of discord-api-types', () => {
  const theirs = Object.values(GatewayOpcodes).filter((value) => typeof value === 'number');
  assert.deepEqual(
    Object.values(Opcode).sort((a, b) => a - b),
    theirs.sort((a, b) => a - b),
  );
});
