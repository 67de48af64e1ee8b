/** An ordinary Oceanic bot. It speaks ETF when `erlpack` is installed. */
import { readFileSync } from 'node:fs';
import { Client } from 'oceanic.js';

const { GUILDHALL_API, GUILDHALL_TOKEN_FILE = '', WALK_MEMBERS, WALK_COMPRESSION } = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents = [
  'GUILDS',
  'GUILD_MESSAGES',
  'GUILD_MESSAGE_REACTIONS',
  'MESSAGE_CONTENT',
  ...(WALK_MEMBERS ? ['GUILD_MEMBERS'] : []),
];
const compress = WALK_COMPRESSION ?? false;

// docs: begin
const client = new Client({
  auth: `Bot ${token}`,
  rest: { baseURL: `${GUILDHALL_API}/v10` },
  gateway: { intents, compress },
});
// docs: end

let last;

client.once('ready', () => {
  console.log('READY', client.user.id);
  for (const guild of client.guilds.values()) console.log('GUILD', guild.id, guild.name, guild.channels.size);
});
client.on('messageCreate', async (message) => {
  const { id, channelID } = message;
  console.log(message.author.id === client.user.id ? 'OWN' : 'MESSAGE', message.content);
  switch (message.content) {
    case '!reply':
      last = await client.rest.channels.createMessage(channelID, {
        content: 'pong',
        messageReference: { messageID: id },
      });
      return;
    case '!edit':
      await last.edit({ content: 'pong, edited' });
      return;
    case '!delete':
      await last.delete();
      return;
    case '!react':
      await message.createReaction('👍');
      return;
    case '!history': {
      const messages = await client.rest.channels.getMessages(channelID, { limit: 2 });
      console.log('HISTORY', ...messages.map((found) => found.id));
      return;
    }
    case '!members':
      console.log('MEMBERS', (await message.guild.fetchMembers()).length);
      return;
    case '!thread': {
      const thread = await message.startThread({ name: 'walk' });
      await client.rest.channels.createMessage(thread.id, { content: 'in the thread' });
      return;
    }
    case '!command':
      await client.application.createGuildCommand(message.guildID, {
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
client.on('messageReactionAdd', (_message, reactor, { emoji }) =>
  console.log('REACTION', emoji.name, reactor.id),
);
client.on('threadCreate', ({ id, name }) => console.log('THREAD', id, name));
client.on('interactionCreate', async (interaction) => {
  await interaction.defer();
  await interaction.editOriginal({ content: 'walked' });
});
client.on('error', (error) => console.log(error.code === 4014 ? 'STOPPED' : 'ERROR', error.message ?? error));

await client.connect();
