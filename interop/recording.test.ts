/** discord.js through `guildhall record`, and then on what was recorded. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BotLines } from './bot-lines.ts';
import { openHouse } from './house.ts';
import { LIBRARIES } from './libraries.ts';

const MAIN = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const DEADLINE = { timeout: 120_000 };
const SAID = 'grüß dich, 世界 🌍';

async function startBot(apiBase: string, tokenFile: string): Promise<BotLines> {
  const library = LIBRARIES.find(({ name }) => name === 'discord.js');
  const [variant] = library?.variants ?? [];
  assert.ok(library !== undefined && variant !== undefined);
  const program = await library.prepare(variant);
  assert.ok(program.type === 'ready');
  return new BotLines(program.command, program.args, {
    GUILDHALL_API: apiBase,
    GUILDHALL_TOKEN_FILE: tokenFile,
  });
}

function command(args: readonly string[], environment: Readonly<Record<string, string>> = {}): BotLines {
  return new BotLines(process.execPath, ['--conditions=guildhall-source', MAIN, ...args], environment);
}

async function apiOf(command: BotLines): Promise<string> {
  return /http:\S+/.exec(await command.line('REST '))?.[0] ?? '';
}

test(
  'discord.js is recorded, comes back through the recorder, and hears the same from the recording',
  DEADLINE,
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-recording-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const [file, tokenFile, replayToken] = ['a.jsonl', 'bot.token', 'replay.token'].map((name) =>
      join(folder, name),
    );
    assert.ok(file !== undefined && tokenFile !== undefined && replayToken !== undefined);
    await using house = await openHouse();
    await writeFile(tokenFile, house.application.token);
    const { hall, userId, channelId, guildId, application } = house;

    const recorder = command(['record', file, '--api-base', hall.apiBase, '--port', '0']);
    t.after(() => recorder.stop());
    const bot = await startBot(await apiOf(recorder), tokenFile);
    t.after(() => bot.stop());
    await bot.line('READY');
    await hall.say(userId, channelId, SAID);
    await bot.line(`MESSAGE ${SAID}`);
    const [session] = hall.gateway.sessions(application.id);
    hall.gateway.closeConnection(session?.id ?? '', 4_000);
    await hall.say(userId, channelId, 'while you were away');
    await bot.line('MESSAGE while you were away');
    assert.equal(hall.gateway.sessions(application.id)[0]?.id, session?.id, 'it is the same session');
    await hall.say(userId, channelId, '!reply');
    await bot.line('OWN pong');
    await bot.stop();
    await recorder.stop();
    assert.ok(!(await readFile(file, 'utf8')).includes(house.application.token));

    const player = command(['replay', file, '--speed', '0', '--port', '0', '--token-file', replayToken]);
    t.after(() => player.stop());
    const again = await startBot(await apiOf(player), replayToken);
    t.after(() => again.stop());
    assert.equal(await again.line('READY'), `READY ${application.botUserId}`);
    assert.equal(await again.line('GUILD'), `GUILD ${guildId} Interop 1`);
    await again.line(`MESSAGE ${SAID}`);
    await again.line('MESSAGE while you were away');
    assert.equal(again.count('MESSAGE while you were away'), 0, 'what a resume repeated is played once');
  },
);

test('a gateway by wss: is recorded as well', DEADLINE, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-recording-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const tokenFile = join(folder, 'bot.token');
  const caFile = join(folder, 'ca.crt');
  await using house = await openHouse({ tls: true });
  const { secure } = house.hall;
  assert.ok(secure !== null);
  await writeFile(tokenFile, house.application.token);
  await writeFile(caFile, secure.ca);
  const args = ['record', join(folder, 'a.jsonl'), '--api-base', secure.apiBase, '--port', '0'];
  const recorder = command(args, { NODE_EXTRA_CA_CERTS: caFile });
  t.after(() => recorder.stop());
  const bot = await startBot(await apiOf(recorder), tokenFile);
  t.after(() => bot.stop());
  await bot.line('READY');
  await house.hall.say(house.userId, house.channelId, SAID);
  await bot.line(`MESSAGE ${SAID}`);
});
