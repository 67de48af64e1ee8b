/**
 * The sample bot in discord.js: only `rest.api` differs from a bot that talks to Discord.
 *
 * GUILDHALL_API        root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * GUILDHALL_TOKEN_FILE file with the bot token, or
 * DISCORD_TOKEN        the token itself
 */
import { readFileSync } from 'node:fs';
import { Client, Events, GatewayIntentBits } from 'discord.js';

const { DISCORD_TOKEN, GUILDHALL_API, GUILDHALL_TOKEN_FILE } = process.env;
const token = DISCORD_TOKEN || (GUILDHALL_TOKEN_FILE && readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim());
if (!token) {
  console.error('discord.js bot: set GUILDHALL_TOKEN_FILE or DISCORD_TOKEN');
  process.exit(1);
}

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
    GatewayIntentBits.MessageContent,
  ],
  // discord.js puts the version behind it.
  ...(GUILDHALL_API ? { rest: { api: GUILDHALL_API.replace(/\/+(v10\/*)?$/, '') } } : {}),
});

client.once(Events.ClientReady, ({ user, ws }) => {
  const [shard] = ws.shards.values();
  say(`ready as ${user.username} on shard ${shard?.id ?? 0}/${ws.shards.size}`);
});
client.on(Events.GuildCreate, (guild) => say(`GUILD_CREATE ${guild.name} (${guild.id})`));
client.on(Events.MessageCreate, async (message) => {
  say(`MESSAGE_CREATE ${lineOf(message)}`);
  if (message.author.bot || message.content.trim() !== '!ping') return;
  // discord.js says -1 before the first heartbeat, some 40 s after the start.
  const latencyMs = client.ws.ping >= 0 ? client.ws.ping : Math.max(0, Date.now() - message.createdTimestamp);
  try {
    await message.reply({ content: `pong (latency: ${latencyMs} ms)`, allowedMentions: { parse: [] } });
  } catch (error) {
    say(`something failed: ${error.message}`);
  }
});
client.on(Events.MessageUpdate, (_before, message) => say(`MESSAGE_UPDATE ${lineOf(message)}`));
client.on(Events.Invalidated, () => say('the session was invalidated'));
client.on(Events.ShardDisconnect, ({ code }) => {
  say(`stopped for good: the gateway closed with code ${code}`);
  process.exitCode = 1;
  void client.destroy();
});
client.on(Events.Error, (error) => say(`something failed: ${error.message}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    say(`${signal}: closing`);
    void client.destroy();
  });
}

try {
  await client.login(token);
} catch (error) {
  say(`could not start: ${error.message}`);
  process.exitCode = 1;
  await client.destroy();
}

function lineOf({ author, channelId, content }) {
  const name = author?.username ?? 'somebody';
  const text = content ? JSON.stringify(content) : '(no content: MESSAGE_CONTENT is off)';
  return `${name} in ${channelId}: ${text}`;
}

function say(text) {
  console.log(`discord.js bot: ${text}`);
}
