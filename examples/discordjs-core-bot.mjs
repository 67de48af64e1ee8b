/**
 * A bot on `@discordjs/core` and `@discordjs/rest` whose gateway is `@guildhall/client`: answers `!ping`.
 *
 * GUILDHALL_API  root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * DISCORD_TOKEN  the bot token
 */
import { Client, GatewayDispatchEvents } from '@discordjs/core';
import { REST } from '@discordjs/rest';
import { GatewayClient } from '@guildhall/client';
import { CoreGateway } from '@guildhall/client/discordjs-core';

const { GUILDHALL_API: api, DISCORD_TOKEN: token = '' } = process.env;

const rest = new REST({ version: '10', ...(api === undefined ? {} : { api }) }).setToken(token);
const gateway = new GatewayClient({
  token,
  intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
  ...(api === undefined ? {} : { apiBase: api }),
});
const events = [GatewayDispatchEvents.Ready, GatewayDispatchEvents.MessageCreate];
const client = new Client({ rest, gateway: new CoreGateway(gateway, { events }) });

client.once(GatewayDispatchEvents.Ready, ({ data, shardId }) => {
  console.log(`ready as ${data.user.username} on shard ${shardId}`);
});
client.on(GatewayDispatchEvents.MessageCreate, async ({ data: message, api }) => {
  if (message.author.bot === true || message.content !== '!ping') return;
  await api.channels.createMessage(message.channel_id, {
    content: 'pong',
    message_reference: { message_id: message.id },
  });
  console.log(`answered ${message.author.username}`);
});
client.on('error', (error) => console.error(error));

process.once('SIGTERM', () => gateway.close());
await gateway.open();
