import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BotLines } from './bot-lines.ts';
import { type House, openHouse, switchMembersIntentOff } from './house.ts';
import type { Outcome } from './outcome.ts';

const source = fileURLToPath(new URL('./discordgo/', import.meta.url));
const BUILD_TIMEOUT_MS = 300_000;

/**
 * The ordinary discordgo bot: it sees a member write and edit, replies, edits, reacts and deletes by REST, sees its own
 * events, survives op 7 by a resume, and meets the two refusals of a privileged intent. It is never answered with op 7 or
 * op 9 as the first packet after op 2 or op 6, which stops the library for good.
 */
export async function discordgo(): Promise<Outcome> {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    return { type: 'skipped', why: 'Go is not installed' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-discordgo-'));
  try {
    const program = join(folder, process.platform === 'win32' ? 'bot.exe' : 'bot');
    execFileSync('go', ['build', '-o', program, '.'], {
      cwd: source,
      stdio: 'inherit',
      timeout: BUILD_TIMEOUT_MS,
    });
    const tokenFile = join(folder, 'bot.token');
    await using house = await openHouse();
    await writeFile(tokenFile, house.application.token, { mode: 0o600 });
    const environment = { GUILDHALL_API: house.hall.apiBase, GUILDHALL_TOKEN_FILE: tokenFile };
    await ordinaryLife(house, program, environment);
    await revokedIntent(house, program, environment);
    return { type: 'passed' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Environment = Readonly<Record<string, string>>;

async function ordinaryLife(house: House, program: string, environment: Environment): Promise<void> {
  const { hall, application, channelId, guildId, userId } = house;
  const bot = new BotLines(program, [], environment);
  try {
    assert.equal(await bot.line('READY'), `READY ${application.botUserId} 1`);
    assert.equal(await bot.line('GUILD'), `GUILD ${guildId} 1`);
    await bot.line('OPEN');
    assert.equal(hall.gateway.sessions(application.id)[0]?.compression, 'zlib-payload');

    const message = await hall.say(userId, channelId, 'hello from a member');
    await bot.line('CREATE hello from a member');
    await hall.edit(channelId, message.id, 'hello again');
    await bot.line('UPDATE hello again');

    const reacted = hall.waitFor('MESSAGE_REACTION_ADD');
    const deleted = hall.waitFor('MESSAGE_DELETE');
    await hall.say(userId, channelId, '!ping');
    await bot.line('OWN pong');
    await bot.line('UPDATE pong, edited');
    await reacted;
    await deleted;
    await bot.line('DELETE');

    const session = hall.gateway.sessions(application.id)[0];
    assert.ok(session !== undefined && hall.gateway.requestReconnect(session.id));
    await bot.line('DISCONNECT');
    await hall.say(userId, channelId, 'while it was away');
    await bot.line('RESUMED');
    await bot.line('CREATE while it was away');
    assert.equal(hall.gateway.sessions(application.id)[0]?.id, session.id);
  } finally {
    await bot.stop();
  }
}

async function revokedIntent(house: House, program: string, environment: Environment): Promise<void> {
  const bot = new BotLines(program, [], { ...environment, WITH_MEMBERS: '1' });
  try {
    await bot.line('OPEN');
    await switchMembersIntentOff(house);
    await bot.line('DISCONNECT');
  } finally {
    // Left alone it would resume for ever what cannot be resumed.
    await bot.stop();
  }
  const refused = new BotLines(program, [], { ...environment, WITH_MEMBERS: '1' });
  try {
    assert.match(await refused.line('REFUSED'), /4014/);
  } finally {
    await refused.stop();
  }
  const without = new BotLines(program, [], environment);
  try {
    await without.line('READY');
  } finally {
    await without.stop();
  }
}
