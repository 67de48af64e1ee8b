/** A bot on @guildhall/client, and on the REST client that discord.js has. */
import { readFileSync } from 'node:fs';
import { GatewayClient } from '@guildhall/client';
import {
  InteractionResponseType,
  REST,
  type RESTGetAPIChannelMessagesResult,
  type RESTPostAPIChannelMessageResult,
  Routes,
} from 'discord.js';

const { GUILDHALL_API = '', GUILDHALL_TOKEN_FILE = '', WALK_MEMBERS, WALK_COMPRESSION } = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents = [
  'GUILDS',
  'GUILD_MESSAGES',
  'GUILD_MESSAGE_REACTIONS',
  'MESSAGE_CONTENT',
  ...(WALK_MEMBERS ? (['GUILD_MEMBERS'] as const) : []),
] as const;
const compression = WALK_COMPRESSION === 'zstd' ? 'zstd' : 'zlib';

// By default it waits up to a minute before it dials again after as many losses within seconds as the walk has.
const timing = { backoffCapMs: 5_000 };

// docs: begin
const client = new GatewayClient({ apiBase: GUILDHALL_API, token, intents, compression, timing });
// docs: end

const rest = new REST({ version: '10', api: GUILDHALL_API }).setToken(token);
let me = '';
let lastId = '';
let members = 0;

client.on('READY', ({ user }) => {
  me = user.id;
  console.log('READY', me);
});
client.on('GUILD_CREATE', (guild) => {
  if (guild.unavailable !== true) console.log('GUILD', guild.id, guild.name, guild.channels.length);
});
client.on('MESSAGE_CREATE', async (message, { shard }) => {
  const { id, channel_id: channelId, content } = message;
  console.log(message.author.id === me ? 'OWN' : 'MESSAGE', content);
  switch (content) {
    case '!reply': {
      const body = { content: 'pong', message_reference: { message_id: id } };
      const sent = await rest.post(Routes.channelMessages(channelId), { body });
      lastId = (sent as RESTPostAPIChannelMessageResult).id;
      return;
    }
    case '!edit':
      await rest.patch(Routes.channelMessage(channelId, lastId), { body: { content: 'pong, edited' } });
      return;
    case '!delete':
      await rest.delete(Routes.channelMessage(channelId, lastId));
      return;
    case '!react':
      await rest.put(Routes.channelMessageOwnReaction(channelId, id, encodeURIComponent('👍')));
      return;
    case '!history': {
      const found = await rest.get(Routes.channelMessages(channelId), {
        query: new URLSearchParams({ limit: '2' }),
      });
      console.log('HISTORY', ...(found as RESTGetAPIChannelMessagesResult).map((one) => one.id));
      return;
    }
    case '!members':
      if (message.guild_id === undefined) return;
      await client.send(shard, { op: 8, d: { guild_id: message.guild_id, query: '', limit: 0 } });
      return;
    case '!thread': {
      await rest.post(Routes.threads(channelId, id), { body: { name: 'walk' } });
      await rest.post(Routes.channelMessages(id), { body: { content: 'in the thread' } });
      return;
    }
    case '!command': {
      if (message.guild_id === undefined) return;
      const body = { name: 'walk', description: 'answers later' };
      await rest.post(Routes.applicationGuildCommands(me, message.guild_id), { body });
      console.log('COMMAND walk');
      return;
    }
  }
});
client.on('GUILD_MEMBERS_CHUNK', (chunk) => {
  members += chunk.members.length;
  if (chunk.chunk_index === chunk.chunk_count - 1) console.log('MEMBERS', members);
});
client.on('MESSAGE_UPDATE', ({ content }) => console.log('EDITED', content));
client.on('MESSAGE_DELETE', ({ id }) => console.log('DELETED', id));
client.on('MESSAGE_REACTION_ADD', ({ emoji, user_id }) => console.log('REACTION', emoji.name, user_id));
client.on('THREAD_CREATE', ({ id, name }) => console.log('THREAD', id, name));
client.on('INTERACTION_CREATE', async ({ id, token: interactionToken, application_id: applicationId }) => {
  const deferred = { type: InteractionResponseType.DeferredChannelMessageWithSource };
  await rest.post(Routes.interactionCallback(id, interactionToken), { body: deferred });
  await rest.patch(Routes.webhookMessage(applicationId, interactionToken), { body: { content: 'walked' } });
});
client.on('stopped', (error) => console.log('STOPPED', error.code));
client.on('error', (error) => console.log('ERROR', error.message));

await client.open();
