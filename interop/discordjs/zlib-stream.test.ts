/** discord.js decides on compression when it is loaded, so this file loads it only once zlib-sync can be found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../house.ts';
import { provideZlibSync } from './zlib-sync.ts';

test('discord.js lives an ordinary life over zlib-stream', { timeout: 180_000 }, async (t) => {
  const missing = await provideZlibSync();
  if (missing !== null) return t.skip(missing);
  const { bot, converse, login, ORDINARY } = await import('./conversation.ts');
  await using house = await openHouse();
  const client = bot(house, ORDINARY);
  await converse(house, await login(client, house.application.token));
  assert.equal(house.hall.gateway.sessions(house.application.id)[0]?.compression, 'zlib-stream');
});
