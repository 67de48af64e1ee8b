/** `examples/workers.ts` as a user runs it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BotLines } from '../bot-lines.ts';
import { openHouse } from '../house.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/workers.ts', import.meta.url));

test('the example counts messages in its workers, and tells the sum', { timeout: 60_000 }, async (t) => {
  await using house = await openHouse();
  const { hall, application, userId, channelId, guildId } = house;
  const bot = new BotLines(process.execPath, ['--conditions=guildhall-source', EXAMPLE], {
    GUILDHALL_API: hall.apiBase,
    DISCORD_TOKEN: application.token,
    BOT_SHARDS: '4',
    BOT_WORKERS: '2',
  });
  t.after(() => bot.stop());
  await bot.line('ready: 4 shards in 2 workers');
  await bot.line(`guild ${guildId} on shard `);
  const contents = ['one', 'three', 'five'];
  for (const content of contents) await hall.say(userId, channelId, content);
  let messages = 0;
  while (messages < contents.length) {
    const line = await bot.line('worker ');
    messages += JSON.parse(line.slice(line.indexOf('{'))).messages;
  }
  assert.equal(messages, contents.length);
});
