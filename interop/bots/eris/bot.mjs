/** An ordinary Eris bot. It speaks ETF when `erlpack` is installed. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { Client } from 'eris';

const {
  GUILDHALL_API = '',
  GUILDHALL_GATEWAY,
  GUILDHALL_TOKEN_FILE = '',
  GUILDHALL_CA = '',
  WALK_MEMBERS,
  WALK_COMPRESS,
} = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents = [
  'guilds',
  'guildMessages',
  'guildMessageReactions',
  'messageContent',
  ...(WALK_MEMBERS ? ['guildMembers'] : []),
];

// docs: begin
// Eris knows HTTPS only, and no port: an agent says both the port and whom to trust.
const { hostname, port } = new URL(GUILDHALL_API);
const agent = new Agent({ port, ca: readFileSync(GUILDHALL_CA), keepAlive: true });
const rest = { domain: hostname, baseURL: '/api/v10', agent };
const client = new Client(`Bot ${token}`, { intents, rest, compress: WALK_COMPRESS === '1' });
client.getBotGateway = async () => ({
  url: GUILDHALL_GATEWAY,
  shards: 1,
  session_start_limit: { max_concurrency: 1 },
});
// docs: end

let last;

client.once('ready', () => {
  console.log('READY', client.user.id);
  for (const guild of client.guilds.values()) console.log('GUILD', guild.id, guild.name, guild.channels.size);
});
client.on('messageCreate', async (message) => {
  console.log(message.author.id === client.user.id ? 'OWN' : 'MESSAGE', message.content);
  switch (message.content) {
    case '!reply':
      last = await message.channel.createMessage({
        content: 'pong',
        messageReference: { messageID: message.id },
      });
      return;
    case '!edit':
      await last.edit('pong, edited');
      return;
    case '!delete':
      await last.delete();
      return;
    case '!react':
      await message.addReaction('👍');
      return;
    case '!history': {
      const messages = await message.channel.getMessages({ limit: 2 });
      console.log('HISTORY', ...messages.map(({ id }) => id));
      return;
    }
    case '!members': {
      const guild = client.guilds.get(message.guildID);
      await guild.fetchAllMembers();
      console.log('MEMBERS', guild.members.size);
      return;
    }
    case '!thread': {
      const thread = await message.createThreadWithMessage({ name: 'walk' });
      await thread.createMessage('in the thread');
      return;
    }
    case '!command':
      await client.createGuildCommand(message.guildID, {
        name: 'walk',
        description: 'answers later',
        type: 1,
      });
      console.log('COMMAND walk');
      return;
  }
});
client.on('messageUpdate', (message) => console.log('EDITED', message.content));
client.on('messageDelete', (message) => console.log('DELETED', message.id));
client.on('messageReactionAdd', (_message, emoji, reactor) =>
  console.log('REACTION', emoji.name, reactor.id),
);
client.on('threadCreate', ({ id, name }) => console.log('THREAD', id, name));
client.on('interactionCreate', async (interaction) => {
  await interaction.defer();
  await interaction.editOriginalMessage('walked');
});
client.on('error', (error) => console.log('ERROR', error.message));
client.on('shardDisconnect', (error) =>
  console.log(error?.code === 4014 ? 'STOPPED' : 'LOST', error?.message),
);

await client.connect();
