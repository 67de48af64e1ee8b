/**
 * A bot on `@guildhall/client`: says what it hears and answers `!ping`.
 *
 * GUILDHALL_API        root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * GUILDHALL_TOKEN_FILE file with the bot token, or
 * DISCORD_TOKEN        the token itself
 */
import { readFileSync } from 'node:fs';
import { type DispatchData, GatewayClient, GatewayStopError } from '@guildhall/client';
import { Rest } from './rest.ts';

type Message = DispatchData['MESSAGE_CREATE'] | DispatchData['MESSAGE_UPDATE'];

const CLOSE_DEADLINE_MS = 1_500;

const apiBase = process.env.GUILDHALL_API ?? 'https://discord.com/api/v10';
const token = readToken();
const ending = new AbortController();
const rest = new Rest({ apiBase, token, signal: ending.signal });
const client = new GatewayClient({
  token,
  apiBase,
  intents: ['GUILDS', 'GUILD_MESSAGES', 'DIRECT_MESSAGES', 'MESSAGE_CONTENT'],
});

client.on('READY', ({ user, shard = [0, 1] }) => {
  say(`ready as ${user.username} on shard ${shard[0]}/${shard[1]}`);
});
client.on('GUILD_CREATE', (guild) => {
  if (guild.unavailable !== true) say(`GUILD_CREATE ${guild.name} (${guild.id})`);
});
client.on('MESSAGE_CREATE', async (message, { shard, receivedAtMs }) => {
  say(`MESSAGE_CREATE ${lineOf(message)}`);
  if (message.author.bot === true || message.content.trim() !== '!ping') return;
  // Before the first heartbeat, some 40 s after the start, the way of the message itself has to do.
  const latencyMs = client.shards.get(shard)?.latencyMs ?? receivedAtMs - Date.parse(message.timestamp);
  await rest.post(`/channels/${message.channel_id}/messages`, {
    content: `pong (latency: ${Math.max(0, latencyMs)} ms)`,
    message_reference: { message_id: message.id, fail_if_not_exists: false },
    allowed_mentions: { parse: [] },
  });
});
client.on('MESSAGE_UPDATE', (message) => say(`MESSAGE_UPDATE ${lineOf(message)}`));
client.on('shardDisconnected', ({ cause, code, reason, next }) => {
  const details = [code === null ? null : `code ${code}`, reason].filter(
    (part) => part !== null && part !== '',
  );
  const why = details.length === 0 ? cause : `${cause}: ${details.join(', ')}`;
  say(
    `connection lost (${why}); coming back with ${next === 'resume' ? 'the same session' : 'a new session'}`,
  );
});
client.on('shardResumed', () => say('back, nothing was missed'));
client.on('sessionRevoked', () => {
  say('the session was revoked: the owner reset the token or took an intent away. Trying to begin a new one');
});
client.on('sessionLost', () => say('the session could not be kept; events may have been missed'));
client.on('stopped', (error) => {
  say(`stopped for good. ${error.message}`);
  process.exitCode = 1;
  void end();
});
client.on('error', (error) => say(`something failed: ${error.message}`));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: closing; the session is kept for a quick restart`);
    void end();
  });
}

try {
  await client.open({ signal: ending.signal });
} catch (error) {
  // A stop has been reported by its event; an abort is our own.
  if (!ending.signal.aborted && !(error instanceof GatewayStopError)) {
    say(`could not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function end(): Promise<void> {
  const closed = client.close({ session: 'keep', deadlineMs: CLOSE_DEADLINE_MS });
  ending.abort();
  await closed;
}

/** One line, whatever the text holds. */
function lineOf({ author, channel_id, content, attachments, embeds }: Message): string {
  const name = author?.username ?? 'somebody';
  if (content !== '') return `${name} in ${channel_id}: ${JSON.stringify(content)}`;
  const parts = [`${attachments?.length ?? 0} attachments`, `${embeds?.length ?? 0} embeds`];
  const hasParts = (attachments?.length ?? 0) + (embeds?.length ?? 0) > 0;
  return `${name} in ${channel_id}: (${hasParts ? parts.join(', ') : 'no content: MESSAGE_CONTENT is off'})`;
}

function readToken(): string {
  const { DISCORD_TOKEN, GUILDHALL_TOKEN_FILE } = process.env;
  if (DISCORD_TOKEN !== undefined && DISCORD_TOKEN !== '') return DISCORD_TOKEN;
  if (GUILDHALL_TOKEN_FILE !== undefined && GUILDHALL_TOKEN_FILE !== '') {
    return readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
  }
  console.error('sample bot: set GUILDHALL_TOKEN_FILE or DISCORD_TOKEN');
  process.exit(1);
}

function say(text: string): void {
  console.log(`sample bot: ${text}`);
}
