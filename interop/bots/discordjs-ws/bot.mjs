/** A bot on @discordjs/core, @discordjs/rest and @discordjs/ws, without discord.js. */
import { readFileSync } from 'node:fs';
import { Client, GatewayDispatchEvents, GatewayIntentBits } from '@discordjs/core';
import { REST } from '@discordjs/rest';
import { CompressionMethod, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';

const { GUILDHALL_API, GUILDHALL_TOKEN_FILE = '', WALK_MEMBERS, WALK_COMPRESSION } = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.MessageContent |
  (WALK_MEMBERS ? GatewayIntentBits.GuildMembers : 0);
const COMPRESSIONS = {
  none: { compression: null },
  identify: { compression: null, useIdentifyCompression: true },
  'zlib-native': { compression: CompressionMethod.ZlibNative },
  'zlib-sync': { compression: CompressionMethod.ZlibSync },
};
const compression = COMPRESSIONS[WALK_COMPRESSION ?? 'none'];

// docs: begin
const rest = new REST({ version: '10', api: GUILDHALL_API }).setToken(token);
const gateway = new WebSocketManager({ token, intents, rest, ...compression });
const client = new Client({ rest, gateway });
// docs: end

let me = '';
let last;

client.on(GatewayDispatchEvents.Ready, ({ data }) => {
  me = data.user.id;
  console.log('READY', me);
});
client.on(GatewayDispatchEvents.GuildCreate, ({ data }) => {
  console.log('GUILD', data.id, data.name, data.channels.length);
});
client.on(GatewayDispatchEvents.MessageCreate, async ({ data: message, api }) => {
  const { id, channel_id: channelId, guild_id: guildId, content } = message;
  console.log(message.author.id === me ? 'OWN' : 'MESSAGE', content);
  switch (content) {
    case '!reply':
      last = await api.channels.createMessage(channelId, {
        content: 'pong',
        message_reference: { message_id: id },
      });
      return;
    case '!edit':
      await api.channels.editMessage(channelId, last.id, { content: 'pong, edited' });
      return;
    case '!delete':
      await api.channels.deleteMessage(channelId, last.id);
      return;
    case '!react':
      await api.channels.addMessageReaction(channelId, id, '👍');
      return;
    case '!history': {
      const messages = await api.channels.getMessages(channelId, { limit: 2 });
      console.log('HISTORY', ...messages.map((found) => found.id));
      return;
    }
    case '!members': {
      const { members } = await client.requestGuildMembers({ guild_id: guildId, query: '', limit: 0 });
      console.log('MEMBERS', members.length);
      return;
    }
    case '!thread': {
      const thread = await api.channels.createThread(channelId, { name: 'walk' }, id);
      await api.channels.createMessage(thread.id, { content: 'in the thread' });
      return;
    }
    case '!command': {
      const command = { name: 'walk', description: 'answers later' };
      await api.applicationCommands.createGuildCommand(me, guildId, command);
      console.log('COMMAND walk');
      return;
    }
  }
});
client.on(GatewayDispatchEvents.MessageUpdate, ({ data }) => console.log('EDITED', data.content));
client.on(GatewayDispatchEvents.MessageDelete, ({ data }) => console.log('DELETED', data.id));
client.on(GatewayDispatchEvents.MessageReactionAdd, ({ data }) => {
  console.log('REACTION', data.emoji.name, data.user_id);
});
client.on(GatewayDispatchEvents.ThreadCreate, ({ data }) => console.log('THREAD', data.id, data.name));
client.on(GatewayDispatchEvents.InteractionCreate, async ({ data, api }) => {
  await api.interactions.defer(data.id, data.token);
  await api.interactions.editReply(data.application_id, data.token, { content: 'walked' });
});
gateway.on(WebSocketShardEvents.Closed, (code) => console.log(code === 4014 ? 'STOPPED' : 'CLOSED', code));
gateway.on(WebSocketShardEvents.Error, (error) => console.log('ERROR', error.message));

await gateway.connect();
