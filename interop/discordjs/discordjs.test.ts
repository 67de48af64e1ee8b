/** discord.js 14 from the registry, unmodified, against our server: only `rest.api` is set. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type Client, Events } from 'discord.js';
import { asOwner, openHouse, switchMembersIntentOff } from '../house.ts';
import { bot, converse, login, ORDINARY, WITH_MEMBERS } from './conversation.ts';

const DEADLINE = { timeout: 60_000 };

test('discord.js lives an ordinary life without compression', DEADLINE, async () => {
  await using house = await openHouse();
  const client = bot(house, ORDINARY);
  await converse(house, await login(client, house.application.token));
  assert.equal(house.hall.gateway.sessions(house.application.id)[0]?.compression, 'none');
});

test(
  'a privileged intent is switched off: 4003 on both shards, then 4014, and READY without it',
  DEADLINE,
  async () => {
    await using house = await openHouse();
    const { hall, application } = house;
    const client = bot(house, WITH_MEMBERS, 2);
    const errors = errorsOf(client);
    const stopped = once(client, Events.ShardDisconnect);
    await login(client, application.token);
    assert.equal(hall.gateway.sessions(application.id).length, 2);
    await switchMembersIntentOff(house);
    // discord.js identifies anew after 4003, with the same intents.
    assert.equal((await stopped)[0].code, 4014);
    assert.ok(
      errors.some((error) => /disallowed intents/i.test(error.message)),
      `discord.js names the cause, got: ${errors.map((error) => error.message)}`,
    );

    const again = bot(house, ORDINARY);
    await converse(house, await login(again, application.token));
  },
);

test('a token reset: 4003, then 4004 for the old token and 401 on REST', DEADLINE, async () => {
  await using house = await openHouse();
  const { hall, application } = house;
  const client = bot(house, ORDINARY);
  errorsOf(client);
  const stopped = once(client, Events.ShardDisconnect);
  await login(client, application.token);
  const answer = await asOwner(house, 'POST', `/applications/${application.id}/token`);
  assert.equal(answer.status, 200);
  assert.deepEqual(hall.gateway.sessions(application.id), []);
  assert.equal((await stopped)[0].code, 4004);
  await assert.rejects(client.rest.get('/users/@me'), { status: 401 });

  await assert.rejects(bot(house, ORDINARY).login(application.token), /invalid token/i);
  await login(bot(house, ORDINARY), String(answer.body.token));
});

/** A discord.js client without these listeners throws. */
function errorsOf(client: Client): readonly Error[] {
  const errors: Error[] = [];
  client.on(Events.Error, (error) => errors.push(error));
  client.on(Events.ShardError, (error) => errors.push(error));
  return errors;
}
