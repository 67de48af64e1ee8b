/** A Seyfert bot. Whom to trust is said by NODE_EXTRA_CA_CERTS. */
import { readFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { ApiHandler, Client, createEvent, GatewayIntentBits } from 'seyfert';

const { GUILDHALL_API = '', GUILDHALL_TOKEN_FILE = '', WALK_MEMBERS, WALK_COMPRESS } = process.env;
const token = readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim();
const intents =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.MessageContent |
  (WALK_MEMBERS ? GatewayIntentBits.GuildMembers : 0);
const compress = WALK_COMPRESS === '1';

// docs: begin
// Seyfert knows wss: only, and no port for it.
const { origin, port } = new URL(GUILDHALL_API);
globalAgent.defaultPort = Number(port);
const client = new Client({
  getRC: () => ({ token, intents, locations: { base: '' } }),
  gateway: { compress },
});
client.setServices({ rest: new ApiHandler({ token, domain: origin, baseUrl: 'api/v10' }) });
// docs: end

let last;

const on = (name, run) => createEvent({ data: { name }, run });
client.events.set([
  on('ready', (user) => console.log('READY', user.id)),
  on('raw', ({ t, d }) => {
    // The first ones of a session are renamed.
    if (t.endsWith('GUILD_CREATE')) console.log('GUILD', d.id, d.name, d.channels.length);
  }),
  on('messageCreate', async (message) => {
    const { channelId, guildId, content, author } = message;
    console.log(author.id === client.me.id ? 'OWN' : 'MESSAGE', content);
    switch (content) {
      case '!reply':
        last = await message.reply({ content: 'pong' });
        return;
      case '!edit':
        await last.edit({ content: 'pong, edited' });
        return;
      case '!delete':
        await last.delete();
        return;
      case '!react':
        await message.react('👍');
        return;
      case '!history': {
        const messages = await client.messages.list(channelId, { limit: 2 });
        console.log('HISTORY', ...messages.map((found) => found.id));
        return;
      }
      case '!members': {
        const shard = client.gateway.get(0);
        const { members } = await shard.requestGuildMember({ guild_id: guildId, query: '', limit: 0 });
        console.log('MEMBERS', members.length);
        return;
      }
      case '!thread': {
        const thread = await client.threads.fromMessage(channelId, message.id, { name: 'walk' });
        await client.messages.write(thread.id, { content: 'in the thread' });
        return;
      }
      case '!command': {
        const body = { name: 'walk', description: 'answers later', type: 1 };
        await client.proxy.applications(client.me.id).guilds(guildId).commands.post({ body });
        console.log('COMMAND walk');
        return;
      }
    }
  }),
  on('messageUpdate', ([message]) => console.log('EDITED', message.content)),
  on('messageDelete', (message) => console.log('DELETED', message.id)),
  on('messageReactionAdd', ({ emoji, userId }) => console.log('REACTION', emoji.name, userId)),
  on('threadCreate', ({ id, name }) => console.log('THREAD', id, name)),
  on('interactionCreate', async (interaction) => {
    await interaction.deferReply();
    await interaction.editResponse({ content: 'walked' });
  }),
  on('shardDisconnect', ({ code, reason }) =>
    console.log(code === 4014 ? 'STOPPED' : 'DISCONNECTED', code, reason),
  ),
]);

await client.start();
