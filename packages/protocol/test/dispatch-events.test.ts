import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayDispatchEvents, type GatewayMessageCreateDispatchData } from 'discord-api-types/v10';
import { DISPATCH_NAMES, type DispatchData, isDispatchName } from '../src/dispatch-events.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('the names are those of discord-api-types, each once', () => {
  assert.deepEqual([...DISPATCH_NAMES].sort(), Object.values(GatewayDispatchEvents).sort());
  assert.equal(new Set(DISPATCH_NAMES).size, DISPATCH_NAMES.length);
});

test('the payload types come from discord-api-types, except for RESUMED', () => {
  // Checked by the compiler: a wrong type makes `true` unassignable.
  const messageCreate: Same<DispatchData['MESSAGE_CREATE'], GatewayMessageCreateDispatchData> = true;
  const resumed: Same<DispatchData['RESUMED'], { readonly _trace?: readonly string[] }> = true;
  const nothingUnknown: Same<
    { [Name in keyof DispatchData]: unknown extends DispatchData[Name] ? Name : never }[keyof DispatchData],
    never
  > = true;
  assert.ok(messageCreate && resumed && nothingUnknown);
});

test('a name from the wire is documented or not', () => {
  assert.equal(isDispatchName('MESSAGE_CREATE'), true);
  for (const name of ['message_create', 'EMBEDDED_ACTIVITY_UPDATE_V2', 'constructor', '__proto__', '']) {
    assert.equal(isDispatchName(name), false, name);
  }
});
