import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTester } from '@guildhall/server';
import { BotLines } from './bot-lines.ts';
import { type House, openHouse, switchMembersIntentOff } from './house.ts';
import type { Outcome } from './outcome.ts';

const BOT = fileURLToPath(new URL('./discordpy/bot.py', import.meta.url));
const PACKAGES = { library: 'discord.py==2.7.1', zstd: 'zstandard==0.25.0' } as const;
const INSTALL_TIMEOUT_MS = 300_000;

type Environment = Readonly<Record<string, string>>;

/**
 * The ordinary discord.py bot, with zlib-stream and then, once `zstandard` is there, with zstd-stream: it beats before it
 * identifies, sends the old presence, ids as integers, and asks for all members.
 */
export async function discordpy(): Promise<Outcome> {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-discordpy-'));
  try {
    if (spawnSync(python, ['-m', 'venv', folder], { stdio: 'ignore' }).status !== 0) {
      return { type: 'skipped', why: 'Python with venv is not installed' };
    }
    const program = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    install(program, PACKAGES.library);
    await live(folder, program, 'zlib-stream');
    install(program, PACKAGES.zstd);
    await live(folder, program, 'zstd-stream');
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function install(program: string, name: string): void {
  execFileSync(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', name], {
    stdio: 'inherit',
    timeout: INSTALL_TIMEOUT_MS,
  });
}

async function live(folder: string, program: string, compression: string): Promise<void> {
  await using house = await openHouse();
  const tokenFile = join(folder, 'bot.token');
  await writeFile(tokenFile, house.application.token, { mode: 0o600 });
  const environment = {
    GUILDHALL_API: house.hall.apiBase,
    GUILDHALL_GATEWAY: house.hall.gatewayUrl,
    GUILDHALL_TOKEN_FILE: tokenFile,
  };
  await ordinaryLife(house, program, environment, compression);
  await revokedIntent(house, program, environment);
}

async function ordinaryLife(
  house: House,
  program: string,
  environment: Environment,
  compression: string,
): Promise<void> {
  const { hall, application, channelId, userId } = house;
  const bot = new BotLines(program, [BOT], { ...environment, WITH_MEMBERS: '1' });
  try {
    // The owner, the member and the bot itself.
    assert.equal(await bot.line('READY'), `READY ${application.botUserId} Interop 3`);
    assert.equal(hall.gateway.sessions(application.id)[0]?.compression, compression);

    const message = await hall.say(userId, channelId, 'hello from a member');
    await bot.line('CREATE hello from a member');
    await hall.edit(channelId, message.id, 'hello again');
    await bot.line('UPDATE hello from a member -> hello again');

    const typing = hall.waitFor('TYPING_START');
    const reacted = hall.waitFor('MESSAGE_REACTION_ADD');
    await hall.say(userId, channelId, '!ping');
    await bot.line('OWN pong');
    await bot.line('UPDATE pong -> pong, edited');
    assert.equal(await bot.line('HISTORY'), "HISTORY ['pong, edited', '!ping']");
    assert.equal(await bot.line('MEMBERS'), `MEMBERS [${userId}]`);
    await typing;
    await reacted;
    await bot.line('DELETE');

    await commands(house);

    const session = hall.gateway.sessions(application.id)[0];
    assert.ok(session !== undefined && hall.gateway.requestReconnect(session.id));
    await hall.say(userId, channelId, 'while it was away');
    await bot.line('RESUMED');
    await bot.line('CREATE while it was away');
    assert.equal(hall.gateway.sessions(application.id)[0]?.id, session.id);
  } finally {
    await bot.stop();
  }
}

/** Its command tree, a view with a button and a select, and a modal, as a member uses them. */
async function commands({ hall, channelId, userId }: House): Promise<void> {
  using tester = createTester(hall, { user: userId, channel: channelId, timeoutMs: 10_000 });
  const { autocomplete, invokeCommand, useOnMessage, click, select, submitModal } = tester;
  const { expectInteractionResponse, expectFollowUp } = tester;
  const { choices } = await expectInteractionResponse(await autocomplete('menu', 'title', 'hello'));
  assert.deepEqual(choices, [{ name: 'Hello', name_localizations: null, value: 'hello' }]);
  const command = await invokeCommand('menu', { title: 'hello', who: userId });
  const menu = await expectInteractionResponse(command, 'hello for ada');
  await expectFollowUp(command, 'more');
  const form = await expectInteractionResponse(await click(menu, 'Form'), {
    kind: 'modal',
    modal: { title: 'Form' },
  });
  const sent = await submitModal(form, { answer: 'yes' });
  await expectInteractionResponse(sent, { content: 'you said yes', ephemeral: true });
  await expectInteractionResponse(await select(menu, 'who', [userId]), {
    kind: 'update',
    content: 'chosen ada',
  });
  const said = await hall.say(userId, channelId, 'quote me');
  await expectInteractionResponse(await useOnMessage('Quote', said), '> quote me');
}

/** discord.py resumes what was revoked, is told op 9, identifies, and names the reason of the refusal. */
async function revokedIntent(house: House, program: string, environment: Environment): Promise<void> {
  const bot = new BotLines(program, [BOT], { ...environment, WITH_MEMBERS: '1' });
  try {
    await bot.line('READY');
    await switchMembersIntentOff(house);
    await bot.line('REFUSED privileged intents');
  } finally {
    await bot.stop();
  }
  const without = new BotLines(program, [BOT], environment);
  try {
    await without.line('READY');
  } finally {
    await without.stop();
  }
}
