import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGuildhall } from '@guildhall/server';
import { REST, RESTEvents, Routes } from 'discord.js';

test('discord.js waits out the ban of an address that sent too many invalid requests', {
  timeout: 60_000,
}, async () => {
  await using hall = await startGuildhall({ invalidRequests: { limit: 3, banMs: 1_000 }, log: 'error' });
  const { token } = await hall.createApplication({ name: 'careless' });
  const wrong = new REST({ api: hall.apiBase });
  for (let count = 0; count < 3; count += 1) {
    // It forgets a token that was refused.
    wrong.setToken('no.such.token');
    await assert.rejects(wrong.get(Routes.user()), { status: 401 });
  }
  const rest = new REST({ api: hall.apiBase }).setToken(token);
  const statuses: number[] = [];
  rest.on(RESTEvents.Response, (_request, { status }) => void statuses.push(status));
  const user = await rest.get(Routes.user());
  assert.ok(typeof user === 'object' && user !== null && 'bot' in user && user.bot === true);
  assert.equal(statuses[0], 429);
  assert.equal(statuses.at(-1), 200);
});
