/** Run as a process of its own: nothing of a closed server may keep it alive. */
import { startGuildhall } from '../../../src/index.ts';
import { TestClient } from './test-client.ts';

const startedAtMs = performance.now();
const guildhall = await startGuildhall({ log: 'silent' });
const readyAfterMs = performance.now() - startedAtMs;
const bot = await guildhall.createApplication({ name: 'Bot' });
const guild = await guildhall.createGuild({ name: 'Guild', bots: [bot.botUserId] });
const client = await TestClient.ready(guildhall.gatewayUrl, bot.token);
const lost = await TestClient.open(guildhall.gatewayUrl);
lost.resume(bot.token, client.ready.d.session_id, 1);
await lost.event('RESUMED');
// A session that waits for a resume, and its timer, must not hold the process either.
await lost.close(4900);
await guildhall.say(guild.ownerId, guild.channels[0]?.id ?? '', 'hello');
await TestClient.open(guildhall.gatewayUrl);
await guildhall.close();
console.log('closed after READY');
if (process.env.GUILDHALL_SHOW_START !== undefined) console.error(`ready after ${readyAfterMs} ms`);
