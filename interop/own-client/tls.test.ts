/** `@guildhall/client` over wss:, as its users run it: a process that is told whom to trust. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BotLines } from '../bot-lines.ts';
import { type House, openHouse } from '../house.ts';
import { ownBot } from '../toolchains/node.ts';

const DEADLINE = { timeout: 60_000 };

test('it logs in and resumes at the wss: address that READY has named', DEADLINE, async (t) => {
  await using house = await openHouse({ tls: true });
  const bot = await startBot(t, house);
  await bot.line(`READY ${house.application.botUserId}`);
  const [session] = house.hall.gateway.sessions(house.application.id);
  assert.ok(session !== undefined && house.hall.gateway.requestReconnect(session.id));
  await house.hall.say(house.userId, house.channelId, 'while it was away');
  await bot.line('MESSAGE while it was away');
  assert.deepEqual(
    house.hall.gateway.sessions(house.application.id).map(({ id }) => id),
    [session.id],
  );
});

async function startBot(t: TestContext, { hall, application }: House): Promise<BotLines> {
  assert.ok(hall.secure !== null);
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-tls-'));
  const tokenFile = join(folder, 'bot.token');
  const caFile = join(folder, 'ca.crt');
  await writeFile(tokenFile, application.token, { mode: 0o600 });
  await writeFile(caFile, hall.secure.ca);
  const program = await ownBot('own-client/bot.ts');
  assert.ok(program.type === 'ready');
  const bot = new BotLines(program.command, program.args, {
    GUILDHALL_API: hall.secure.apiBase,
    GUILDHALL_TOKEN_FILE: tokenFile,
    NODE_EXTRA_CA_CERTS: caFile,
  });
  t.after(async () => {
    await bot.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return bot;
}
