/** How a bot's author tests it: a Discord of one's own, a bot as it is, and users who do what users do. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTester, type Guildhall, startGuildhall, type Tester } from '@guildhall/server';
import { startBot } from '../discordjs-commands-bot.mjs';

let hall: Guildhall;
let bot: Awaited<ReturnType<typeof startBot>>;
let tester: Tester;

before(async () => {
  hall = await startGuildhall();
  const { botUserId, token } = await hall.createApplication({ name: 'commands bot' });
  const user = await hall.createUser({ username: 'ada' });
  const guild = await hall.createGuild({ name: 'Test', bots: [botUserId] });
  await hall.joinGuild(guild.id, user.id);
  const [channel] = guild.channels;
  assert.ok(channel);
  tester = createTester(hall, { user, channel });
  bot = await startBot({ token, api: hall.apiBase });
});
after(async () => {
  await bot?.destroy();
  await hall?.close();
});

test('/counter counts clicks, and stops at three', async () => {
  const { invokeCommand, click, expectInteractionResponse } = tester;
  const counter = await expectInteractionResponse(await invokeCommand('counter'), 'Clicked 0 times');
  for (const count of [1, 2, 3]) {
    const clicked = await click(counter, 'More');
    await expectInteractionResponse(clicked, { kind: 'update', content: `Clicked ${count} times` });
  }
  await assert.rejects(click(counter, 'More'), /button More is disabled/);
});

test('/order suggests fruits, thinks, answers and thanks', async () => {
  const { autocomplete, invokeCommand, expectInteractionResponse, expectMessage, expectFollowUp } = tester;
  const { choices } = await expectInteractionResponse(await autocomplete('order', 'fruit', 'ap'));
  assert.deepEqual(
    choices.map(({ value }) => value),
    ['apple', 'apricot'],
  );

  const order = await invokeCommand('order', { fruit: 'apple', count: 2 });
  await expectInteractionResponse(order, /^2 × apple$/);
  await expectMessage('2 × apple');
  await expectFollowUp(order, { content: 'Thank you!', flags: 64 });
  await assert.rejects(
    invokeCommand('order', { fruit: 'apple', count: 11 }),
    /option count of \/order takes 1 to 10/,
  );
});

test('/feedback asks in a modal, and answers for one’s own eyes', async () => {
  const { invokeCommand, submitModal, expectInteractionResponse } = tester;
  const form = await expectInteractionResponse(await invokeCommand('feedback'), {
    kind: 'modal',
    modal: { title: 'Feedback' },
  });
  await assert.rejects(submitModal(form, { opinion: 'no' }), /field opinion takes 3 to 4000 characters/);
  const sent = await submitModal(form, { opinion: 'Well done' });
  await expectInteractionResponse(sent, { content: 'You said: Well done', ephemeral: true });
});
