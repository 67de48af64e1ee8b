/** An ordinary discord.js bot. With `zlib-sync` installed the library compresses by itself. */
import { readFileSync } from 'node:fs';
import { Client, Events, GatewayIntentBits, Partials } from 'discord.js';

const { GUILDHALL_API, GUILDHALL_TOKEN_FILE = '', WALK_MEMBERS } = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
  ...(WALK_MEMBERS ? [GatewayIntentBits.GuildMembers] : []),
];
const partials = [Partials.Message, Partials.Reaction];

// docs: begin
const client = new Client({ intents, partials, rest: { api: GUILDHALL_API } });
// docs: end

let last;

client.on(Events.ClientReady, () => {
  console.log('READY', client.user.id);
  for (const guild of client.guilds.cache.values()) {
    console.log('GUILD', guild.id, guild.name, guild.channels.cache.size);
  }
});
client.on(Events.MessageCreate, async (message) => {
  console.log(message.author.id === client.user.id ? 'OWN' : 'MESSAGE', message.content);
  switch (message.content) {
    case '!reply':
      last = await message.reply('pong');
      return;
    case '!edit':
      await last.edit('pong, edited');
      return;
    case '!delete':
      await last.delete();
      return;
    case '!react':
      await message.react('👍');
      return;
    case '!history':
      console.log('HISTORY', ...(await message.channel.messages.fetch({ limit: 2 })).keys());
      return;
    case '!members':
      console.log('MEMBERS', (await message.guild.members.fetch()).size);
      return;
    case '!thread':
      await (await message.startThread({ name: 'walk' })).send('in the thread');
      return;
    case '!command':
      await message.guild.commands.create({ name: 'walk', description: 'answers later' });
      console.log('COMMAND walk');
      return;
  }
});
client.on(Events.MessageUpdate, (_before, message) => console.log('EDITED', message.content));
client.on(Events.MessageDelete, (message) => console.log('DELETED', message.id));
client.on(Events.MessageReactionAdd, (reaction, user) =>
  console.log('REACTION', reaction.emoji.name, user.id),
);
client.on(Events.ThreadCreate, ({ id, name }) => console.log('THREAD', id, name));
client.on(Events.InteractionCreate, async (interaction) => {
  await interaction.deferReply();
  await interaction.editReply('walked');
});
client.on(Events.ShardDisconnect, ({ code }) => console.log('STOPPED', code));
client.on(Events.ShardError, (error) => console.log('ERROR', error.message));
client.on(Events.Error, (error) => console.log('ERROR', error.message));
client.on(Events.Warn, (text) => console.log('ERROR', text));

await client.login(token);
