/** A Discordeno bot. */
import { readFileSync } from 'node:fs';
import { createBot, GatewayIntents } from '@discordeno/bot';

const {
  GUILDHALL_API,
  GUILDHALL_GATEWAY,
  GUILDHALL_TOKEN_FILE = '',
  WALK_MEMBERS,
  WALK_COMPRESSION,
  WALK_COMPRESS,
} = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents =
  GatewayIntents.Guilds |
  GatewayIntents.GuildMessages |
  GatewayIntents.GuildMessageReactions |
  GatewayIntents.MessageContent |
  (WALK_MEMBERS ? GatewayIntents.GuildMembers : 0);
const compression = { transportCompression: WALK_COMPRESSION ?? null, compress: WALK_COMPRESS === '1' };

// docs: begin
const bot = createBot({
  token,
  intents,
  rest: { proxy: { baseUrl: GUILDHALL_API } },
  gateway: {
    url: GUILDHALL_GATEWAY,
    connection: {
      url: GUILDHALL_GATEWAY,
      shards: 1,
      sessionStartLimit: { total: 1000, remaining: 1000, resetAfter: 0, maxConcurrency: 1 },
    },
    resharding: { enabled: false, shardsFullPercentage: 80, checkInterval: -1 },
    events: {},
    cache: { requestMembers: { enabled: true } },
    ...compression,
  },
  desiredProperties: {
    user: { id: true },
    guild: { id: true, name: true, channels: true },
    message: { id: true, channelId: true, guildId: true, content: true, author: true },
    emoji: { name: true },
    channel: { id: true, name: true },
    interaction: { id: true, token: true, type: true },
  },
});
// Otherwise it would leave rate limits to the server, as to a proxy.
bot.rest.isProxied = false;
// docs: end

let me = '';
let last;

bot.events.ready = ({ user }) => {
  me = String(user.id);
  console.log('READY', me);
};
bot.events.guildCreate = (guild) => console.log('GUILD', String(guild.id), guild.name, guild.channels.size);
bot.events.messageCreate = async ({ id, channelId, guildId, content, author }) => {
  console.log(String(author.id) === me ? 'OWN' : 'MESSAGE', content);
  switch (content) {
    case '!reply':
      last = await bot.helpers.sendMessage(channelId, {
        content: 'pong',
        messageReference: { messageId: id, failIfNotExists: true },
      });
      return;
    case '!edit':
      await bot.helpers.editMessage(channelId, last.id, { content: 'pong, edited' });
      return;
    case '!delete':
      await bot.helpers.deleteMessage(channelId, last.id);
      return;
    case '!react':
      await bot.helpers.addReaction(channelId, id, '👍');
      return;
    case '!history': {
      const messages = await bot.helpers.getMessages(channelId, { limit: 2 });
      console.log('HISTORY', ...messages.map((found) => String(found.id)));
      return;
    }
    case '!members':
      console.log('MEMBERS', (await bot.gateway.requestMembers(guildId, { query: '', limit: 0 })).length);
      return;
    case '!thread': {
      const thread = await bot.helpers.startThreadWithMessage(channelId, id, { name: 'walk' });
      await bot.helpers.sendMessage(thread.id, { content: 'in the thread' });
      return;
    }
    case '!command':
      await bot.helpers.createGuildApplicationCommand(
        { name: 'walk', description: 'answers later' },
        guildId,
      );
      console.log('COMMAND walk');
      return;
  }
};
bot.events.messageUpdate = (message) => console.log('EDITED', message.content);
bot.events.messageDelete = ({ id }) => console.log('DELETED', String(id));
bot.events.reactionAdd = ({ emoji, userId }) => console.log('REACTION', emoji.name, String(userId));
bot.events.threadCreate = ({ id, name }) => console.log('THREAD', String(id), name);
bot.events.interactionCreate = async ({ id, token: interactionToken }) => {
  await bot.helpers.sendInteractionResponse(id, interactionToken, { type: 5 });
  await bot.helpers.editOriginalInteractionResponse(interactionToken, { content: 'walked' });
};
// A close for good is an error that nobody catches.
process.on('unhandledRejection', (error) => console.log('STOPPED', error.message));

await bot.start();
