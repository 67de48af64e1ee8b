/** A server in a process of its own, whose memory is nobody else's. Answers each line of its input with what it uses. */
import { createInterface } from 'node:readline';
import { startGuildhall } from '../../src/index.ts';

const hall = await startGuildhall({
  log: 'silent',
  portal: false,
  rateLimits: 'off',
  limits: { identifyBucketMs: 0 },
});
const bot = await hall.createApplication({ name: 'Witness', privilegedIntents: ['MESSAGE_CONTENT'] });
const guild = await hall.createGuild({ name: 'House', bots: [bot.botUserId] });
const address = {
  apiBase: hall.apiBase,
  gatewayUrl: hall.gatewayUrl,
  token: bot.token,
  channelId: guild.channels[0]?.id,
};
process.stdout.write(`${JSON.stringify(address)}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ heapUsed, external, rss })}\n`);
}
